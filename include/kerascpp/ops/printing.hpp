#pragma once

#include <string>
#include <vector>

#include <kerascpp/core/export.hpp>
#include <kerascpp/graph/symbol.hpp>

namespace kerascpp::ops {

/// x as it is; each time it is computed, its value is printed on standard output behind `message`. Gradients pass
/// through it.
///
/// attributes   empty: one line "message value"; else a line "message name = value" for each: "__str__", "shape",
/// "dtype",
///              "size", "min", "max", "mean", "std", "norm", "any_nan". Throws ValueError for others.
///
/// Source: keras.backend.print_tensor, theano.printing.Print.
[[nodiscard]] KCPP_API Symbol print_tensor(const Operand& x, const std::string& message = "",
                                           const std::vector<std::string>& attributes = {});

}  // namespace kerascpp::ops
