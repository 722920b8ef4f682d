#pragma once

#include <type_traits>

#include <kerascpp/core/export.hpp>
#include <kerascpp/core/tensor.hpp>
#include <kerascpp/graph/symbol.hpp>
#include <kerascpp/ops/elementwise.hpp>
#include <kerascpp/ops/operators.hpp>

/// Python's %, &, |, ^, ~, unary + and += on symbols and tensors; ! is logical_not.
namespace kerascpp {

KCPP_API Symbol operator%(const Operand& a, const Operand& b);
KCPP_API Symbol operator&(const Operand& a, const Operand& b);
KCPP_API Symbol operator|(const Operand& a, const Operand& b);
KCPP_API Symbol operator^(const Operand& a, const Operand& b);
KCPP_API Symbol operator~(const Operand& x);
KCPP_API Symbol operator!(const Operand& x);
KCPP_API Symbol operator+(const Operand& x);
KCPP_API Tensor operator%(const Tensor& a, const Tensor& b);
KCPP_API Tensor operator&(const Tensor& a, const Tensor& b);
KCPP_API Tensor operator|(const Tensor& a, const Tensor& b);
KCPP_API Tensor operator^(const Tensor& a, const Tensor& b);
KCPP_API Tensor operator~(const Tensor& x);
KCPP_API Tensor operator!(const Tensor& x);
KCPP_API Tensor operator+(const Tensor& x);
template <class T>
requires std::is_arithmetic_v<T>
[[nodiscard]] Tensor operator%(const Tensor& a, T b) { return ops::mod(a, b); }
template <class T>
requires std::is_arithmetic_v<T>
[[nodiscard]] Tensor operator%(T a, const Tensor& b) { return ops::mod(a, b); }
template <class T>
requires std::is_arithmetic_v<T>
[[nodiscard]] Tensor operator&(const Tensor& a, T b) { return ops::bitwise_and(a, b); }
template <class T>
requires std::is_arithmetic_v<T>
[[nodiscard]] Tensor operator&(T a, const Tensor& b) { return ops::bitwise_and(a, b); }
template <class T>
requires std::is_arithmetic_v<T>
[[nodiscard]] Tensor operator|(const Tensor& a, T b) { return ops::bitwise_or(a, b); }
template <class T>
requires std::is_arithmetic_v<T>
[[nodiscard]] Tensor operator|(T a, const Tensor& b) { return ops::bitwise_or(a, b); }
template <class T>
requires std::is_arithmetic_v<T>
[[nodiscard]] Tensor operator^(const Tensor& a, T b) { return ops::bitwise_xor(a, b); }
template <class T>
requires std::is_arithmetic_v<T>
[[nodiscard]] Tensor operator^(T a, const Tensor& b) { return ops::bitwise_xor(a, b); }

/// x += y is x = x + y: other handles keep the old value.
template <class X, class Y>
concept Assignable = std::is_same_v<X, Symbol> ||(std::is_same_v<X, Tensor> && !std::is_convertible_v<Y, Symbol>);
template <class X, class Y>
requires Assignable<X, Y> X& operator+=(X& x, const Y& y) { return x = x + y; }
template <class X, class Y>
requires Assignable<X, Y> X& operator-=(X& x, const Y& y) { return x = x - y; }
template <class X, class Y>
requires Assignable<X, Y> X& operator*=(X& x, const Y& y) { return x = x * y; }
template <class X, class Y>
requires Assignable<X, Y> X& operator/=(X& x, const Y& y) { return x = x / y; }

}  // namespace kerascpp
