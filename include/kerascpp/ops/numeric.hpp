#pragma once

#include <cstdint>
#include <optional>

#include <kerascpp/core/export.hpp>
#include <kerascpp/core/tensor.hpp>
#include <kerascpp/graph/symbol.hpp>

/// Elementwise operations made from those of elementwise.hpp. Shapes and dtypes as there.
namespace kerascpp::ops {

/// Rounded to `decimals` places (negative: to tens, hundreds, ...), halves to the even neighbour. No gradient where it
/// rounds to integers. Source: keras.ops.round.
[[nodiscard]] KCPP_API Symbol round(const Operand& x, int decimals = 0);
[[nodiscard]] KCPP_API Tensor round(const Tensor& x, int decimals = 0);
/// |x|, floating. Throws DTypeError for complex numbers.
[[nodiscard]] KCPP_API Symbol fabs(const Operand& x);
[[nodiscard]] KCPP_API Tensor fabs(const Tensor& x);
/// x * pi / 180.
[[nodiscard]] KCPP_API Symbol deg2rad(const Operand& x);
[[nodiscard]] KCPP_API Tensor deg2rad(const Tensor& x);
/// x * 180 / pi.
[[nodiscard]] KCPP_API Symbol rad2deg(const Operand& x);
[[nodiscard]] KCPP_API Tensor rad2deg(const Tensor& x);
/// sin(pi x) / (pi x), and 1 at 0.
[[nodiscard]] KCPP_API Symbol sinc(const Operand& x);
[[nodiscard]] KCPP_API Tensor sinc(const Tensor& x);
/// a / b, and 0 where b is 0; its gradient is 0 there.
[[nodiscard]] KCPP_API Symbol divide_no_nan(const Operand& a, const Operand& b);
[[nodiscard]] KCPP_API Tensor divide_no_nan(const Tensor& a, const Tensor& b);
/// log2(2^a + 2^b) without overflow.
[[nodiscard]] KCPP_API Symbol logaddexp2(const Operand& a, const Operand& b);
[[nodiscard]] KCPP_API Tensor logaddexp2(const Tensor& a, const Tensor& b);
/// NaN replaced by `nan`, infinities by `posinf` and `neginf`: the largest and smallest finite number of the dtype
/// unless given. Throws DTypeError for complex numbers.
[[nodiscard]] KCPP_API Symbol nan_to_num(const Operand& x, double nan = 0, std::optional<double> posinf = {},
                                         std::optional<double> neginf = {});
[[nodiscard]] KCPP_API Tensor nan_to_num(const Tensor& x, double nan = 0, std::optional<double> posinf = {},
                                         std::optional<double> neginf = {});
/// Whether x is infinite and positive. Throws DTypeError for complex numbers.
[[nodiscard]] KCPP_API Symbol isposinf(const Operand& x);
[[nodiscard]] KCPP_API Tensor isposinf(const Tensor& x);
/// Whether x is infinite and negative. Throws DTypeError for complex numbers.
[[nodiscard]] KCPP_API Symbol isneginf(const Operand& x);
[[nodiscard]] KCPP_API Tensor isneginf(const Tensor& x);
/// Whether the imaginary part is 0; true for real dtypes.
[[nodiscard]] KCPP_API Symbol isreal(const Operand& x);
[[nodiscard]] KCPP_API Tensor isreal(const Tensor& x);
/// Whether |a - b| <= atol + rtol * |b|, or both are the same infinity, or both NaN with `equal_nan`; bool.
[[nodiscard]] KCPP_API Symbol isclose(const Operand& a, const Operand& b, double rtol = 1e-5, double atol = 1e-8,
                                      bool equal_nan = false);
[[nodiscard]] KCPP_API Tensor isclose(const Tensor& a, const Tensor& b, double rtol = 1e-5, double atol = 1e-8,
                                      bool equal_nan = false);
/// Whether `isclose` holds everywhere; a bool scalar.
[[nodiscard]] KCPP_API Symbol allclose(const Operand& a, const Operand& b, double rtol = 1e-5, double atol = 1e-8,
                                       bool equal_nan = false);
[[nodiscard]] KCPP_API Tensor allclose(const Tensor& a, const Tensor& b, double rtol = 1e-5, double atol = 1e-8,
                                       bool equal_nan = false);

/// (..., 2) real and imaginary parts as (...) complex numbers. Gradient: x. Throws ShapeError for another last axis.
[[nodiscard]] KCPP_API Symbol view_as_complex(const Operand& x);
[[nodiscard]] KCPP_API Tensor view_as_complex(const Tensor& x);
/// (...) complex numbers as (..., 2) real and imaginary parts. Gradient: x.
[[nodiscard]] KCPP_API Symbol view_as_real(const Operand& x);
[[nodiscard]] KCPP_API Tensor view_as_real(const Tensor& x);

}  // namespace kerascpp::ops
