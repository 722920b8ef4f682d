#pragma once

#include <vector>

#include <kerascpp/core/export.hpp>
#include <kerascpp/graph/symbol.hpp>

namespace kerascpp::utils {

/// The placeholders that a symbol depends on, in the order in which they were made: the inputs of a model of it.
/// Source: keras.utils.get_source_inputs.
[[nodiscard]] KCPP_API std::vector<Symbol> get_source_inputs(const Symbol& tensor);

}  // namespace kerascpp::utils
