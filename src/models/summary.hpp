#pragma once

#include <string>

#include <kerascpp/models/model.hpp>

namespace kerascpp {

/// The table of layers as Keras 3 prints it where its output is no terminal.
[[nodiscard]] std::string summary_text(const Model& model, const SummaryOptions& options);

}  // namespace kerascpp
