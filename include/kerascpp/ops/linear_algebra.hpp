#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include <kerascpp/core/export.hpp>
#include <kerascpp/core/tensor.hpp>
#include <kerascpp/graph/symbol.hpp>
#include <kerascpp/ops/axes.hpp>

/// Products of matrices and arrays. Operands are converted to their common dtype, which is that of the result unless
/// said otherwise. Gradients: with respect to all operands.
namespace kerascpp::ops {

/// The matrix product over the last two axes.
///
/// x1 (..., N, K), x2 (..., K, M) -> (..., N, M); batch axes are broadcast. A vector x1 is a row, a vector x2 a column,
/// and the axis so added is left out of the result. int8 with int8 gives int32.
/// Throws ShapeError when the inner dimensions differ or an operand is a scalar. Source: keras.ops.matmul.
[[nodiscard]] KCPP_API Symbol matmul(const Operand& x1, const Operand& x2);
[[nodiscard]] KCPP_API Tensor matmul(const Tensor& x1, const Tensor& x2);

/// The sum over the last axis of `x1` and the last but one of `x2` (the only one of a vector); the product when one is
/// a scalar.
///
/// x1 (A..., K), x2 (B..., K, M) -> (A..., B..., M)
/// Throws ShapeError when the lengths K differ. Source: keras.ops.dot.
[[nodiscard]] KCPP_API Symbol dot(const Operand& x1, const Operand& x2);
[[nodiscard]] KCPP_API Tensor dot(const Tensor& x1, const Tensor& x2);

/// The scalar product of the flattened operands; complex ones are conjugated in `x1`, as in NumPy.
/// Throws ShapeError when their sizes differ. Source: keras.ops.vdot.
[[nodiscard]] KCPP_API Symbol vdot(const Operand& x1, const Operand& x2);
[[nodiscard]] KCPP_API Tensor vdot(const Tensor& x1, const Tensor& x2);

/// The sum over the last axes: x1 (A..., K), x2 (B..., K) -> (A..., B...); the product when one is a scalar.
/// Throws ShapeError when the lengths K differ. Source: keras.ops.inner.
[[nodiscard]] KCPP_API Symbol inner(const Operand& x1, const Operand& x2);
[[nodiscard]] KCPP_API Tensor inner(const Tensor& x1, const Tensor& x2);

/// All products of the flattened operands: (N,), (M,) -> (N, M). Source: keras.ops.outer.
[[nodiscard]] KCPP_API Symbol outer(const Operand& x1, const Operand& x2);
[[nodiscard]] KCPP_API Tensor outer(const Tensor& x1, const Tensor& x2);

/// Which axes `tensordot` sums over: the last n of x1 with the first n of x2, or the pairs of two lists.
class KCPP_API ContractedAxes {
 public:
  template <class T>
  requires std::is_integral_v<T> ContractedAxes(T count) : value_(static_cast<std::int64_t>(count)) {}  // NOLINT
  /// {{1, 2}, {0, 3}}: axes 1 and 2 of x1 with axes 0 and 3 of x2; {{1}, {0}} for one pair.
  ContractedAxes(std::initializer_list<std::vector<std::int64_t>> axes);
  ContractedAxes(std::pair<std::vector<std::int64_t>, std::vector<std::int64_t>> axes)  // NOLINT: implicit by design
      : value_(std::move(axes)) {}

  /// The axes of arrays with these ranks, counted from the front. Throws ValueError or ShapeError when they do not fit.
  [[nodiscard]] std::pair<std::vector<std::int64_t>, std::vector<std::int64_t>> resolved(int ndim1, int ndim2) const;

 private:
  std::variant<std::int64_t, std::pair<std::vector<std::int64_t>, std::vector<std::int64_t>>> value_;
};

/// The sum over pairs of axes: the result has the other axes of `x1`, then those of `x2`.
/// Throws ShapeError when paired lengths differ. Source: keras.ops.tensordot.
[[nodiscard]] KCPP_API Symbol tensordot(const Operand& x1, const Operand& x2, const ContractedAxes& axes = 2);
[[nodiscard]] KCPP_API Tensor tensordot(const Tensor& x1, const Tensor& x2, const ContractedAxes& axes = 2);

/// A sum of products written with one letter per axis: einsum("bij,bjk->bik", {a, b}).
///
/// Without "->" the result has the letters that occur once, in alphabetical order. "..." stands for axes that are
/// broadcast. A letter twice in one operand takes the diagonal. Operands are multiplied from left to right.
/// Throws ValueError on a malformed text, ShapeError when it does not fit the operands. Source: keras.ops.einsum.
[[nodiscard]] KCPP_API Symbol einsum(std::string_view subscripts, const SymbolList& operands);
[[nodiscard]] KCPP_API Tensor einsum(std::string_view subscripts, const TensorList& operands);
[[nodiscard]] inline Tensor einsum(std::string_view subscripts, std::initializer_list<Tensor> operands) {
  return einsum(subscripts, TensorList(operands));
}

/// The Kronecker product: along each axis, lengths multiply. Source: keras.ops.kron.
[[nodiscard]] KCPP_API Symbol kron(const Operand& x1, const Operand& x2);
[[nodiscard]] KCPP_API Tensor kron(const Tensor& x1, const Tensor& x2);

struct CrossOptions {
  std::int64_t axisa = -1;
  std::int64_t axisb = -1;
  std::int64_t axisc = -1;
  Axes axis = {};  ///< stands for the other three
};
/// The cross product of vectors of two or three elements that lie along an axis; others are broadcast.
///
/// Two vectors of two elements give their determinant and no axis for it.
/// Throws ShapeError when the vectors have other lengths. Source: keras.ops.cross.
[[nodiscard]] KCPP_API Symbol cross(const Operand& x1, const Operand& x2, const CrossOptions& options = {});
[[nodiscard]] KCPP_API Tensor cross(const Tensor& x1, const Tensor& x2, const CrossOptions& options = {});

struct DiagonalOptions {
  std::int64_t offset = 0;  ///< above the main diagonal when positive
  std::int64_t axis1 = 0;
  std::int64_t axis2 = 1;
};
/// The elements at (i, i + offset) of the matrices in two axes; they form the last axis of the result.
/// Throws ShapeError for fewer than two axes. Source: keras.ops.diagonal.
[[nodiscard]] KCPP_API Symbol diagonal(const Operand& x, const DiagonalOptions& options = {});
[[nodiscard]] KCPP_API Tensor diagonal(const Tensor& x, const DiagonalOptions& options = {});

/// The sum of a diagonal; bool and short integers are summed in (u)int32. Source: keras.ops.trace.
[[nodiscard]] KCPP_API Symbol trace(const Operand& x, const DiagonalOptions& options = {});
[[nodiscard]] KCPP_API Tensor trace(const Tensor& x, const DiagonalOptions& options = {});

/// A vector (N,) as diagonal `k` of a matrix (N + |k|, N + |k|) of zeros; of a matrix, its diagonal `k`.
/// Throws ShapeError for another rank. Source: keras.ops.diag.
[[nodiscard]] KCPP_API Symbol diag(const Operand& x, std::int64_t k = 0);
[[nodiscard]] KCPP_API Tensor diag(const Tensor& x, std::int64_t k = 0);
/// `diag` of the flattened array. Source: keras.ops.diagflat.
[[nodiscard]] KCPP_API Symbol diagflat(const Operand& x, std::int64_t k = 0);
[[nodiscard]] KCPP_API Tensor diagflat(const Tensor& x, std::int64_t k = 0);

/// The order of a norm: none, a number (infinities included), "fro" or "nuc".
class KCPP_API NormOrder {
 public:
  NormOrder() = default;
  template <class T>
  requires std::is_arithmetic_v<T> NormOrder(T order) : value_(static_cast<double>(order)) {}  // NOLINT
  NormOrder(const char* name) : value_(std::string(name)) {}                                   // NOLINT
  NormOrder(std::string name) : value_(std::move(name)) {}                                     // NOLINT

  [[nodiscard]] bool none() const { return value_.index() == 0; }
  /// nullptr unless it is a number.
  [[nodiscard]] const double* number() const { return std::get_if<double>(&value_); }
  /// nullptr unless it is a name.
  [[nodiscard]] const std::string* name() const { return std::get_if<std::string>(&value_); }

 private:
  std::variant<std::monostate, double, std::string> value_;
};
/// "None", "2", "inf", "fro".
[[nodiscard]] KCPP_API std::string to_string(const NormOrder& order);

struct NormOptions {
  NormOrder ord = {};
  Axes axis = {};
  bool keepdims = false;
};
/// The norm of the vectors along one axis, of the matrices in two axes, or, without `ord`, of all elements of `axis`.
///
/// vectors   ord None or 2: sqrt(sum |x|^2); inf, -inf: max, min |x|; 0: elements that are not 0;
///           p: (sum |x|^p)^(1/p)
/// matrices  ord None or "fro": sqrt(sum |x|^2); 1, -1: max, min column sum of |x|; inf, -inf: row sums;
///           2, -2: the largest, smallest singular value; "nuc": their sum
/// Integers are computed in `floatx()`; complex arrays have real norms.
/// Throws ValueError for another order. Source: keras.ops.norm.
[[nodiscard]] KCPP_API Symbol norm(const Operand& x, const NormOptions& options = {});
[[nodiscard]] KCPP_API Tensor norm(const Tensor& x, const NormOptions& options = {});

/// The matrices (..., N, N) multiplied n times with themselves, by repeated squaring; n = 0 gives the identity,
/// n < 0 a power of the inverse. Throws ShapeError unless they are square. Source: keras.ops.linalg.matrix_power.
[[nodiscard]] KCPP_API Symbol matrix_power(const Operand& a, std::int64_t n);
[[nodiscard]] KCPP_API Tensor matrix_power(const Tensor& a, std::int64_t n);

/// The sum over one axis of each operand, for each item of their first axis.
///
/// x (B, X...), y (B, Y...) -> (B, X... without its axis, Y... without its axis), at least (B, 1)
/// axes: {axis of x, axis of y}, one for both, or none: the last of x and the last but one of y (the last of (B, N)).
/// Throws ShapeError when the lengths differ, ValueError for axis 0. Source: keras.backend.batch_dot.
[[nodiscard]] KCPP_API Symbol batch_dot(const Operand& x, const Operand& y, const Axes& axes = {});
[[nodiscard]] KCPP_API Tensor batch_dot(const Tensor& x, const Tensor& y, const Axes& axes = {});

/// The cross-correlation of two vectors, c_k = sum_n x1_(n + k) conj(x2_n); integers are computed in floating point.
///
/// mode: "valid" (max(N, M) - min(N, M) + 1 elements, full overlap), "same" (max(N, M)), "full" (N + M - 1).
/// Throws ShapeError unless both are vectors of known length, ValueError for another mode.
/// Source: keras.ops.correlate, numpy.correlate.
[[nodiscard]] KCPP_API Symbol correlate(const Operand& x1, const Operand& x2, std::string_view mode = "valid");
[[nodiscard]] KCPP_API Tensor correlate(const Tensor& x1, const Tensor& x2, std::string_view mode = "valid");

}  // namespace kerascpp::ops
