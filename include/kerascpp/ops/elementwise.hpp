#pragma once

#include <type_traits>
#include <utility>
#include <vector>

#include <kerascpp/core/export.hpp>
#include <kerascpp/core/tensor.hpp>
#include <kerascpp/graph/symbol.hpp>

/// Operations under the names of `keras.ops`: on symbols they make graph nodes, on tensors they compute at once.
///
/// Operands are broadcast as in NumPy and converted to one dtype by `result_type`; numbers give way to the others.
/// Functions of real numbers (`exp`, `divide`, ...) turn integers and bool into `floatx()`.
/// Every operation throws ShapeError when shapes cannot be broadcast and DTypeError for a dtype it has no meaning for.
namespace kerascpp::ops {

/// An elementwise function of one argument. The result has the shape of `x`.
class KCPP_API UnaryOp {
 public:
  constexpr explicit UnaryOp(const char* op) : op_(op) {}
  Symbol operator()(const Operand& x) const;
  Tensor operator()(const Tensor& x) const;

 private:
  const char* op_;
};

/// An elementwise function of two arguments. The result has their broadcast shape.
class KCPP_API BinaryOp {
 public:
  constexpr explicit BinaryOp(const char* op) : op_(op) {}
  Symbol operator()(const Operand& a, const Operand& b) const;
  Tensor operator()(const Tensor& a, const Tensor& b) const;
  // A plain number beside a tensor takes the tensor's dtype.
  template <class T>
  requires std::is_arithmetic_v<T> Tensor operator()(const Tensor& a, T b) const { return immediate(a, b); }
  template <class T>
  requires std::is_arithmetic_v<T> Tensor operator()(T a, const Tensor& b) const { return immediate(a, b); }

 private:
  [[nodiscard]] Tensor immediate(const Operand& a, const Operand& b) const;
  const char* op_;
};

// Arithmetic.

/// a + b. Gradient: both.
inline constexpr BinaryOp add{"add"};
/// a - b. Gradient: both.
inline constexpr BinaryOp subtract{"subtract"};
/// a * b. Gradient: both.
inline constexpr BinaryOp multiply{"multiply"};
/// a / b, floating. Gradient: both.
inline constexpr BinaryOp divide{"divide"};
/// The same.
inline constexpr BinaryOp true_divide{"divide"};
/// floor(a / b). Integer division by zero gives 0. No gradient.
inline constexpr BinaryOp floor_divide{"floor_divide"};
/// The remainder with the sign of `b`, as Python's %. Integer division by zero gives 0. Gradient: both.
inline constexpr BinaryOp mod{"mod"};
/// The remainder with the sign of `a`, as C's %. Gradient: both.
inline constexpr BinaryOp fmod{"fmod"};
/// a to the power b. Integers stay integers; a negative integer exponent truncates towards zero. Gradient: both.
inline constexpr BinaryOp power{"power"};
/// The larger one; NaN when either is NaN. Gradient: where they are equal it goes to `a`.
inline constexpr BinaryOp maximum{"maximum"};
/// The smaller one; NaN when either is NaN. Gradient: where they are equal it goes to `a`.
inline constexpr BinaryOp minimum{"minimum"};
/// The larger one that is not NaN.
inline constexpr BinaryOp fmax{"fmax"};
/// The smaller one that is not NaN.
inline constexpr BinaryOp fmin{"fmin"};
/// The angle of the point (x = b, y = a) in (-pi, pi]. Gradient: both.
inline constexpr BinaryOp arctan2{"arctan2"};
/// sqrt(a^2 + b^2) without overflow. Gradient: both.
inline constexpr BinaryOp hypot{"hypot"};
/// log(exp(a) + exp(b)) without overflow. Gradient: both.
inline constexpr BinaryOp logaddexp{"logaddexp"};
/// The next representable number after `a` towards `b`. Gradient: `a`.
inline constexpr BinaryOp nextafter{"nextafter"};
/// |a| with the sign of b. Gradient: `a`.
inline constexpr BinaryOp copysign{"copysign"};
/// 0 for a < 0, b for a = 0, 1 for a > 0. Gradient: `b`.
inline constexpr BinaryOp heaviside{"heaviside"};
/// a * 2^b for an integral b. Gradient: `a`.
inline constexpr BinaryOp ldexp{"ldexp"};
/// Greatest common divisor of integers.
inline constexpr BinaryOp gcd{"gcd"};
/// Least common multiple of integers.
inline constexpr BinaryOp lcm{"lcm"};
/// The regularized lower incomplete gamma function P(a, x). Gradient: `x`.
inline constexpr BinaryOp gammainc{"gammainc"};
/// The complex number a + i b. float64 gives complex128, other dtypes complex64. Gradient: both.
inline constexpr BinaryOp complex{"complex"};
/// The complex number with modulus `abs` and argument `angle`. Gradient: both. Source: keras.ops.polar.
[[nodiscard]] KCPP_API Symbol polar(const Operand& abs, const Operand& angle);
[[nodiscard]] KCPP_API Tensor polar(const Tensor& abs, const Tensor& angle);

// Comparison and logic; the result is bool, without gradient.

/// a == b.
inline constexpr BinaryOp equal{"equal"};
/// a != b; NaN differs from everything.
inline constexpr BinaryOp not_equal{"not_equal"};
/// a < b. Throws DTypeError for complex numbers, as the next three.
inline constexpr BinaryOp less{"less"};
/// a <= b.
inline constexpr BinaryOp less_equal{"less_equal"};
/// a > b.
inline constexpr BinaryOp greater{"greater"};
/// a >= b.
inline constexpr BinaryOp greater_equal{"greater_equal"};
/// Whether both are true or not zero.
inline constexpr BinaryOp logical_and{"logical_and"};
/// Whether one of them is true or not zero.
inline constexpr BinaryOp logical_or{"logical_or"};
/// Whether exactly one of them is true or not zero.
inline constexpr BinaryOp logical_xor{"logical_xor"};
/// Whether x is false or zero.
inline constexpr UnaryOp logical_not{"logical_not"};
/// Whether x is neither infinite nor NaN.
inline constexpr UnaryOp isfinite{"isfinite"};
/// Whether x is infinite.
inline constexpr UnaryOp isinf{"isinf"};
/// Whether x is NaN.
inline constexpr UnaryOp isnan{"isnan"};
/// Whether the sign bit is set, -0.0 included.
inline constexpr UnaryOp signbit{"signbit"};

// Bits of integers and bool, without gradient.

/// The bits set in both.
inline constexpr BinaryOp bitwise_and{"bitwise_and"};
/// The bits set in one of them or both.
inline constexpr BinaryOp bitwise_or{"bitwise_or"};
/// The bits set in exactly one of them.
inline constexpr BinaryOp bitwise_xor{"bitwise_xor"};
/// Every bit flipped; of bool the negation.
inline constexpr UnaryOp bitwise_not{"bitwise_not"};
/// The same.
inline constexpr UnaryOp bitwise_invert{"bitwise_not"};
/// Bits moved out are lost; a shift by the width of the dtype or more gives 0.
inline constexpr BinaryOp left_shift{"left_shift"};
/// The same.
inline constexpr BinaryOp bitwise_left_shift{"left_shift"};
/// Keeps the sign of signed dtypes.
inline constexpr BinaryOp right_shift{"right_shift"};
/// The same.
inline constexpr BinaryOp bitwise_right_shift{"right_shift"};

// Rounding and sign.

/// -x. Gradient: -1.
inline constexpr UnaryOp negative{"negative"};
/// |x|; the modulus, real, of complex numbers. Gradient: sign(x), 0 at 0.
inline constexpr UnaryOp abs{"abs"};
/// The same.
inline constexpr UnaryOp absolute{"abs"};
/// -1, 0 or 1; x / |x| for complex numbers. NaN stays NaN.
inline constexpr UnaryOp sign{"sign"};
/// The largest integer not above x, floating. No gradient.
inline constexpr UnaryOp floor{"floor"};
/// The smallest integer not below x, floating. No gradient.
inline constexpr UnaryOp ceil{"ceil"};
/// Towards zero.
inline constexpr UnaryOp trunc{"trunc"};

// Powers, exponentials, logarithms.

/// The square root; NaN for negative real numbers. Gradient: 1 / (2 y).
inline constexpr UnaryOp sqrt{"sqrt"};
/// 1 / sqrt(x).
inline constexpr UnaryOp rsqrt{"rsqrt"};
/// The real cube root.
inline constexpr UnaryOp cbrt{"cbrt"};
/// 1 / x, floating.
inline constexpr UnaryOp reciprocal{"reciprocal"};
/// x * x; bool gives int32.
inline constexpr UnaryOp square{"square"};
/// e^x. Gradient: y.
inline constexpr UnaryOp exp{"exp"};
/// 2^x.
inline constexpr UnaryOp exp2{"exp2"};
/// exp(x) - 1, accurate near 0.
inline constexpr UnaryOp expm1{"expm1"};
/// The natural logarithm; NaN for negative real numbers. Gradient: 1 / x.
inline constexpr UnaryOp log{"log"};
/// log(1 + x), accurate near 0.
inline constexpr UnaryOp log1p{"log1p"};
/// The logarithm to base 2.
inline constexpr UnaryOp log2{"log2"};
/// The logarithm to base 10.
inline constexpr UnaryOp log10{"log10"};

// Trigonometric and hyperbolic functions, in radians, with their usual gradients.

/// The sine.
inline constexpr UnaryOp sin{"sin"};
/// The cosine.
inline constexpr UnaryOp cos{"cos"};
/// The tangent.
inline constexpr UnaryOp tan{"tan"};
/// The inverse of sin on [-pi/2, pi/2]; NaN outside [-1, 1].
inline constexpr UnaryOp arcsin{"arcsin"};
/// The inverse of cos on [0, pi]; NaN outside [-1, 1].
inline constexpr UnaryOp arccos{"arccos"};
/// The inverse of tan on (-pi/2, pi/2).
inline constexpr UnaryOp arctan{"arctan"};
/// (e^x - e^-x) / 2.
inline constexpr UnaryOp sinh{"sinh"};
/// (e^x + e^-x) / 2.
inline constexpr UnaryOp cosh{"cosh"};
/// sinh(x) / cosh(x). Gradient: 1 - y^2.
inline constexpr UnaryOp tanh{"tanh"};
/// The inverse of sinh.
inline constexpr UnaryOp arcsinh{"arcsinh"};
/// The inverse of cosh on [0, inf); NaN below 1.
inline constexpr UnaryOp arccosh{"arccosh"};
/// The inverse of tanh; NaN outside [-1, 1].
inline constexpr UnaryOp arctanh{"arctanh"};

// Special functions of real numbers.

/// The error function.
inline constexpr UnaryOp erf{"erf"};
/// 1 - erf(x), accurate for large x.
inline constexpr UnaryOp erfc{"erfc"};
/// The inverse of `erf` on (-1, 1).
inline constexpr UnaryOp erfinv{"erfinv"};
/// log |Gamma(x)|.
inline constexpr UnaryOp lgamma{"lgamma"};
/// The derivative of `lgamma`.
inline constexpr UnaryOp digamma{"digamma"};
/// Modified Bessel functions of the first kind, of order 0 and 1.
inline constexpr UnaryOp i0{"i0"};
inline constexpr UnaryOp i1{"i1"};
/// The derivative of order `n` >= 0 of `digamma`. Throws ValueError for a negative n.
[[nodiscard]] KCPP_API Symbol polygamma(int n, const Operand& x);
[[nodiscard]] KCPP_API Tensor polygamma(int n, const Tensor& x);

// Complex numbers. Gradients of real losses point uphill: for w = f(z) holomorphic, dz = dw * conj(f'(z)).

/// The real part; x itself for real dtypes.
inline constexpr UnaryOp real{"real"};
/// 0 for real dtypes.
inline constexpr UnaryOp imag{"imag"};
/// The complex conjugate; x itself for real dtypes.
inline constexpr UnaryOp conj{"conj"};
/// The same.
inline constexpr UnaryOp conjugate{"conj"};
/// The argument in (-pi, pi].
inline constexpr UnaryOp angle{"angle"};

// Copies and casts.

/// The same value, as a node of its own.
inline constexpr UnaryOp copy{"identity"};
/// The same value, through which no gradient passes.
inline constexpr UnaryOp stop_gradient{"stop_gradient"};

/// `x` converted to `dtype`: floating to integer truncates, complex to real drops the imaginary part.
/// Gradient: converted back; none where `x` or the result is of an integer dtype.
[[nodiscard]] KCPP_API Symbol cast(const Operand& x, DType dtype);
[[nodiscard]] KCPP_API Tensor cast(const Tensor& x, DType dtype);
/// `cast` after clipping to the range of `dtype`.
[[nodiscard]] KCPP_API Symbol saturate_cast(const Operand& x, DType dtype);
[[nodiscard]] KCPP_API Tensor saturate_cast(const Tensor& x, DType dtype);

// Choice.

/// `a` where `condition` is true (or not zero), else `b`. Gradient: a and b, each where it was taken.
[[nodiscard]] KCPP_API Symbol where(const Operand& condition, const Operand& a, const Operand& b);
[[nodiscard]] KCPP_API Tensor where(const Tensor& condition, const Tensor& a, const Tensor& b);
/// The choice of the first condition that is true, else `default_value`.
/// Throws ValueError when the lists are empty or differ in length.
[[nodiscard]] KCPP_API Symbol select(const std::vector<Operand>& conditions, const std::vector<Operand>& choices,
                                     const Operand& default_value = 0);
[[nodiscard]] KCPP_API Tensor select(const std::vector<Tensor>& conditions, const std::vector<Tensor>& choices,
                                     const Tensor& default_value = 0);
/// `x` limited to [x_min, x_max]. Gradient: 1 inside and on the limits, 0 outside.
[[nodiscard]] KCPP_API Symbol clip(const Operand& x, const Operand& x_min, const Operand& x_max);
[[nodiscard]] KCPP_API Tensor clip(const Tensor& x, const Tensor& x_min, const Tensor& x_max);

}  // namespace kerascpp::ops
