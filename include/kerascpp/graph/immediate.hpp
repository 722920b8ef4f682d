#pragma once

#include <vector>

#include <kerascpp/core/export.hpp>
#include <kerascpp/core/tensor.hpp>
#include <kerascpp/graph/symbol.hpp>

namespace kerascpp {

/// The value of an expression whose leaves are constants and variables, computed at once by the compiled kernels.
///
/// Compiled functions are cached by the structure of the expression, so a repeated operation is only run.
/// Throws ValueError naming the placeholder when there is one.
[[nodiscard]] KCPP_API Tensor compute_now(const Symbol& symbol);
[[nodiscard]] KCPP_API std::vector<Tensor> compute_now(const std::vector<Symbol>& symbols);

}  // namespace kerascpp
