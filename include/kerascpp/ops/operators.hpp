#pragma once

#include <type_traits>

#include <kerascpp/core/tensor.hpp>
#include <kerascpp/ops/elementwise.hpp>

/// Operators of a Tensor and a number: the number takes the tensor's dtype, as it does beside a Symbol.
namespace kerascpp {

template <class T>
requires std::is_arithmetic_v<T>
[[nodiscard]] Tensor operator+(const Tensor& a, T b) { return ops::add(a, b); }
template <class T>
requires std::is_arithmetic_v<T>
[[nodiscard]] Tensor operator+(T a, const Tensor& b) { return ops::add(a, b); }
template <class T>
requires std::is_arithmetic_v<T>
[[nodiscard]] Tensor operator-(const Tensor& a, T b) { return ops::subtract(a, b); }
template <class T>
requires std::is_arithmetic_v<T>
[[nodiscard]] Tensor operator-(T a, const Tensor& b) { return ops::subtract(a, b); }
template <class T>
requires std::is_arithmetic_v<T>
[[nodiscard]] Tensor operator*(const Tensor& a, T b) { return ops::multiply(a, b); }
template <class T>
requires std::is_arithmetic_v<T>
[[nodiscard]] Tensor operator*(T a, const Tensor& b) { return ops::multiply(a, b); }
template <class T>
requires std::is_arithmetic_v<T>
[[nodiscard]] Tensor operator/(const Tensor& a, T b) { return ops::divide(a, b); }
template <class T>
requires std::is_arithmetic_v<T>
[[nodiscard]] Tensor operator/(T a, const Tensor& b) { return ops::divide(a, b); }
template <class T>
requires std::is_arithmetic_v<T>
[[nodiscard]] Tensor operator<(const Tensor& a, T b) { return ops::less(a, b); }
template <class T>
requires std::is_arithmetic_v<T>
[[nodiscard]] Tensor operator<=(const Tensor& a, T b) { return ops::less_equal(a, b); }
template <class T>
requires std::is_arithmetic_v<T>
[[nodiscard]] Tensor operator>(const Tensor& a, T b) { return ops::greater(a, b); }
template <class T>
requires std::is_arithmetic_v<T>
[[nodiscard]] Tensor operator>=(const Tensor& a, T b) { return ops::greater_equal(a, b); }
template <class T>
requires std::is_arithmetic_v<T>
[[nodiscard]] Tensor operator==(const Tensor& a, T b) { return ops::equal(a, b); }
template <class T>
requires std::is_arithmetic_v<T>
[[nodiscard]] Tensor operator!=(const Tensor& a, T b) { return ops::not_equal(a, b); }
template <class T>
requires std::is_arithmetic_v<T>
[[nodiscard]] Tensor operator<(T a, const Tensor& b) { return ops::less(a, b); }
template <class T>
requires std::is_arithmetic_v<T>
[[nodiscard]] Tensor operator<=(T a, const Tensor& b) { return ops::less_equal(a, b); }
template <class T>
requires std::is_arithmetic_v<T>
[[nodiscard]] Tensor operator>(T a, const Tensor& b) { return ops::greater(a, b); }
template <class T>
requires std::is_arithmetic_v<T>
[[nodiscard]] Tensor operator>=(T a, const Tensor& b) { return ops::greater_equal(a, b); }
template <class T>
requires std::is_arithmetic_v<T>
[[nodiscard]] Tensor operator==(T a, const Tensor& b) { return ops::equal(a, b); }
template <class T>
requires std::is_arithmetic_v<T>
[[nodiscard]] Tensor operator!=(T a, const Tensor& b) { return ops::not_equal(a, b); }

}  // namespace kerascpp
