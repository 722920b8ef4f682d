#pragma once

#include <string>

#include <kerascpp/models/model.hpp>

namespace kerascpp::tool {

/// A model from any format that is read; weights alone need a model to go into. Throws UsageError without one.
[[nodiscard]] Model read_any(const std::string& path, const std::string& model = {});
/// By the ending of the path: .keras, .h5, .weights.h5, .json, .yaml or .onnx.
void write_any(const Model& model, const std::string& path);

}  // namespace kerascpp::tool
