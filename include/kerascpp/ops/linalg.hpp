#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include <kerascpp/core/export.hpp>
#include <kerascpp/core/tensor.hpp>
#include <kerascpp/graph/symbol.hpp>
#include <kerascpp/ops/linear_algebra.hpp>

/// Decompositions of matrices and what is solved with them, each on the matrices in the last two axes.
///
/// Inputs are floating; batch axes are "...". K is min(M, N). All throw ShapeError for fewer than two axes or, where
/// (..., N, N) is asked for, other than square matrices; DTypeError for integers and complex numbers; ValueError, when
/// they are computed, for a matrix without a result (singular, not positive definite, with NaN).
/// Gradients: with respect to all inputs, unless said otherwise.
namespace kerascpp::ops {

/// The triangular factor L of positive definite matrices, x = L L^T; with `upper`, its transpose.
///
/// x (..., N, N), of which only the lower triangle is read -> (..., N, N). The gradient is symmetric.
/// Source: keras.ops.cholesky; gradient: Murray, arXiv 1602.07527.
[[nodiscard]] KCPP_API Symbol cholesky(const Operand& x, bool upper = false);
[[nodiscard]] KCPP_API Tensor cholesky(const Tensor& x, bool upper = false);

/// The inverse of L L^T from its Cholesky factor `x`, or of x^T x from an `upper` one.
/// Source: keras.ops.cholesky_inverse.
[[nodiscard]] KCPP_API Symbol cholesky_inverse(const Operand& x, bool upper = false);
[[nodiscard]] KCPP_API Tensor cholesky_inverse(const Tensor& x, bool upper = false);

/// The determinant: x (..., N, N) -> (...). Its gradient needs matrices that have an inverse. Source: keras.ops.det.
[[nodiscard]] KCPP_API Symbol det(const Operand& x);
[[nodiscard]] KCPP_API Tensor det(const Tensor& x);

/// What `slogdet` gives: the determinant is sign * exp(logabsdet).
template <class T>
struct SlogdetOf {
  T sign;       ///< (...), -1, 0 or 1
  T logabsdet;  ///< (...), -inf where the determinant is 0
};
using Slogdet = SlogdetOf<Symbol>;
using SlogdetTensors = SlogdetOf<Tensor>;
/// Sign and logarithm of the determinant, which may be too large or too small for `det`. Source: keras.ops.slogdet.
[[nodiscard]] KCPP_API Slogdet slogdet(const Operand& x);
[[nodiscard]] KCPP_API SlogdetTensors slogdet(const Tensor& x);

/// The logarithm of the absolute value of the determinant: x (..., N, N) -> (...). Source: keras.ops.logdet.
[[nodiscard]] KCPP_API Symbol logdet(const Operand& x);
[[nodiscard]] KCPP_API Tensor logdet(const Tensor& x);

/// The inverse: x (..., N, N) -> (..., N, N). Source: keras.ops.inv.
[[nodiscard]] KCPP_API Symbol inv(const Operand& x);
[[nodiscard]] KCPP_API Tensor inv(const Tensor& x);

/// What `lu_factor` gives.
template <class T>
struct LuFactorOf {
  T lu;      ///< (..., M, N): U in the upper triangle, L (with ones on its diagonal) below it
  T pivots;  ///< (..., K), int32: row i was exchanged with row pivots[i], for i = 0, 1, ...
};
using LuFactor = LuFactorOf<Symbol>;
using LuFactorTensors = LuFactorOf<Tensor>;
/// The decomposition of matrices with exchanged rows into L U, as in scipy.linalg.lu_factor.
///
/// x (..., M, N). Singular matrices have one as well. Gradient: of square matrices that have an inverse.
/// Source: keras.ops.lu_factor.
[[nodiscard]] KCPP_API LuFactor lu_factor(const Operand& x);
[[nodiscard]] KCPP_API LuFactorTensors lu_factor(const Tensor& x);

/// What `qr` gives: orthonormal columns and an upper triangle, x = q r.
template <class T>
struct QrOf {
  T q;  ///< (..., M, K); (..., M, M) when complete
  T r;  ///< (..., K, N); (..., M, N) when complete
};
using Qr = QrOf<Symbol>;
using QrTensors = QrOf<Tensor>;
/// The decomposition of x (..., M, N) by Householder reflections.
///
/// mode: "reduced" or "complete". Gradient: of the reduced one, with full rank in the first K columns, and of the
/// complete one when M <= N. Throws ValueError for another mode.
/// Source: keras.ops.qr; gradient: Walter and Lehmann, arXiv 1001.1654.
[[nodiscard]] KCPP_API Qr qr(const Operand& x, std::string_view mode = "reduced");
[[nodiscard]] KCPP_API QrTensors qr(const Tensor& x, std::string_view mode = "reduced");

/// What `eig` and `eigh` give.
template <class T>
struct EigenpairsOf {
  T w;  ///< (..., N), the eigenvalues
  T v;  ///< (..., N, N), whose column i belongs to w[i] and has length 1
};
using Eigenpairs = EigenpairsOf<Symbol>;
using EigenpairsTensors = EigenpairsOf<Tensor>;
/// Eigenvalues, ascending, and eigenvectors of symmetric matrices, of which only the lower triangle is read.
///
/// The gradient is symmetric; that of the vectors needs different eigenvalues. Source: keras.ops.eigh.
[[nodiscard]] KCPP_API Eigenpairs eigh(const Operand& x);
[[nodiscard]] KCPP_API EigenpairsTensors eigh(const Tensor& x);
/// Complex eigenvalues, in no order, and eigenvectors of any square matrices; complex64 for float32, else complex128.
/// No gradient. Source: keras.ops.eig.
[[nodiscard]] KCPP_API Eigenpairs eig(const Operand& x);
[[nodiscard]] KCPP_API EigenpairsTensors eig(const Tensor& x);

/// What `svd` gives: x = u diag(s) vh; u and vh are undefined without `compute_uv`.
template <class T>
struct SvdOf {
  T u;   ///< (..., M, M), or (..., M, K) without full_matrices
  T s;   ///< (..., K), descending
  T vh;  ///< (..., N, N), or (..., K, N) without full_matrices
};
using Svd = SvdOf<Symbol>;
using SvdTensors = SvdOf<Tensor>;
/// The singular value decomposition of x (..., M, N).
///
/// Gradient: of s; of u and vh when they are reduced (or M = N) and the singular values differ and are not 0.
/// Source: keras.ops.svd; gradient: Townsend, "Differentiating the singular value decomposition" (2016).
[[nodiscard]] KCPP_API Svd svd(const Operand& x, bool full_matrices = true, bool compute_uv = true);
[[nodiscard]] KCPP_API SvdTensors svd(const Tensor& x, bool full_matrices = true, bool compute_uv = true);

/// The number, int32, of singular values above `tol`: x (..., M, N) -> (...).
///
/// tol: none is the largest singular value times max(M, N) times the dtype's epsilon.
/// Source: keras.ops.matrix_rank, numpy.linalg.matrix_rank.
[[nodiscard]] KCPP_API Symbol matrix_rank(const Operand& x, std::optional<double> tol = {});
[[nodiscard]] KCPP_API Tensor matrix_rank(const Tensor& x, std::optional<double> tol = {});

/// The pseudo-inverse (Moore, Penrose): x (..., M, N) -> (..., N, M).
///
/// rcond: singular values up to rcond times the largest count as 0; none is max(M, N) times the dtype's epsilon.
/// The gradient is that of matrices of the same rank.
/// Source: keras.ops.pinv; gradient: Golub and Pereyra, SIAM J. Numer. Anal. 10 (1973).
[[nodiscard]] KCPP_API Symbol pinv(const Operand& x, std::optional<double> rcond = {});
[[nodiscard]] KCPP_API Tensor pinv(const Tensor& x, std::optional<double> rcond = {});

/// x with a x = b: a (..., N, N), b (..., N, M) or, with one axis less than a, (..., N) -> the shape of b.
///
/// Batch axes are broadcast. Throws ShapeError when the lengths N differ. Source: keras.ops.solve.
[[nodiscard]] KCPP_API Symbol solve(const Operand& a, const Operand& b);
[[nodiscard]] KCPP_API Tensor solve(const Tensor& a, const Tensor& b);

/// The same with a triangle of `a`: the lower one, or the upper one; the other is not read.
/// Source: keras.ops.solve_triangular.
[[nodiscard]] KCPP_API Symbol solve_triangular(const Operand& a, const Operand& b, bool lower = false);
[[nodiscard]] KCPP_API Tensor solve_triangular(const Tensor& a, const Tensor& b, bool lower = false);

/// x with the smallest |a x - b|, and of those the smallest: a (M, N), b (M,) or (M, P) -> (N,) or (N, P).
///
/// rcond: as in `pinv`. Throws ShapeError for other ranks or lengths. Source: keras.ops.lstsq.
[[nodiscard]] KCPP_API Symbol lstsq(const Operand& a, const Operand& b, std::optional<double> rcond = {});
[[nodiscard]] KCPP_API Tensor lstsq(const Tensor& a, const Tensor& b, std::optional<double> rcond = {});

/// The Euclidean distance of each vector of x (..., M, D) from each of y (..., N, D) -> (..., M, N).
///
/// Batch axes are broadcast; integers are computed in `floatx()`. The gradient at distance 0 is 0.
/// Throws ShapeError when the lengths D differ. Source: keras.ops.cdist.
[[nodiscard]] KCPP_API Symbol cdist(const Operand& x, const Operand& y);
[[nodiscard]] KCPP_API Tensor cdist(const Tensor& x, const Tensor& y);

/// The names of keras.ops.linalg.
namespace linalg {
using ops::cholesky;
using ops::cholesky_inverse;
using ops::det;
using ops::eig;
using ops::eigh;
using ops::inv;
using ops::lstsq;
using ops::lu_factor;
using ops::matrix_power;
using ops::matrix_rank;
using ops::norm;
using ops::pinv;
using ops::qr;
using ops::solve;
using ops::solve_triangular;
using ops::svd;
}  // namespace linalg

}  // namespace kerascpp::ops
