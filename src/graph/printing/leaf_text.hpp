#pragma once

#include <string>

#include <kerascpp/graph/symbol.hpp>

namespace kerascpp {

/// How a placeholder, variable or constant is written: its name, "TensorConstant{2}", or "<TensorType(...)>".
[[nodiscard]] std::string leaf_text(const Symbol& leaf);

}  // namespace kerascpp
