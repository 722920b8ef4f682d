#pragma once

#include <type_traits>

#include <kerascpp/core/export.hpp>
#include <kerascpp/core/tensor.hpp>
#include <kerascpp/graph/symbol.hpp>
#include <kerascpp/graph/variable.hpp>

namespace kerascpp::ops {

/// Whether `x` holds or stands for an array: a Tensor, a Symbol, a Variable. Source: keras.ops.is_tensor.
template <class T>
[[nodiscard]] constexpr bool is_tensor(const T&) {
  return std::is_same_v<T, Tensor> || std::is_same_v<T, Symbol> || std::is_same_v<T, Variable>;
}

/// The numbers of a Tensor in host memory, of a Variable, or of an expression of constants and variables.
/// Throws ValueError naming the placeholder that an expression depends on. Source: keras.ops.convert_to_numpy.
[[nodiscard]] KCPP_API Tensor convert_to_numpy(const Operand& x);
[[nodiscard]] KCPP_API Tensor convert_to_numpy(const Tensor& x);

}  // namespace kerascpp::ops
