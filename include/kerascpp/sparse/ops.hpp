#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include <kerascpp/core/export.hpp>
#include <kerascpp/core/tensor.hpp>
#include <kerascpp/graph/symbol.hpp>
#include <kerascpp/ops/axes.hpp>
#include <kerascpp/ops/indexing.hpp>
#include <kerascpp/sparse/symbol.hpp>
#include <kerascpp/sparse/tensor.hpp>

/// Functions of theano.sparse. Gradients flow to the stored elements of sparse arguments and to all of dense ones;
/// numbers of elements that depend on values are computed when a function runs.
/// Two matrices of unknown shape are compared when the function runs; ShapeError where they do not fit.
namespace kerascpp::sparse {

// --- dense and sparse, formats, order

/// (M, N), dense.
[[nodiscard]] KCPP_API Symbol dense_from_sparse(const SparseSymbol& x);
[[nodiscard]] KCPP_API Tensor dense_from_sparse(const SparseTensor& x);
/// The elements of a dense matrix that are not zero. Throws ShapeError unless x has two dimensions.
[[nodiscard]] KCPP_API SparseSymbol csr_from_dense(const Operand& x);
[[nodiscard]] KCPP_API SparseTensor csr_from_dense(const Tensor& x);
[[nodiscard]] KCPP_API SparseSymbol csc_from_dense(const Operand& x);
[[nodiscard]] KCPP_API SparseTensor csc_from_dense(const Tensor& x);
/// The same matrix in one format; indices are sorted when the format changes. Source: scipy's tocsr, tocsc.
[[nodiscard]] KCPP_API SparseSymbol to_csr(const SparseSymbol& x);
[[nodiscard]] KCPP_API SparseSymbol to_csc(const SparseSymbol& x);
/// (N, M): the same parts in the other format.
[[nodiscard]] KCPP_API SparseSymbol transpose(const SparseSymbol& x);
[[nodiscard]] KCPP_API SparseTensor transpose(const SparseTensor& x);
/// The stored elements in the order of their indices.
[[nodiscard]] KCPP_API SparseSymbol ensure_sorted_indices(const SparseSymbol& x);
/// Without the stored zeros.
[[nodiscard]] KCPP_API SparseSymbol remove0(const SparseSymbol& x);
/// Sorted, without the stored zeros.
[[nodiscard]] KCPP_API SparseSymbol clean(const SparseSymbol& x);
/// Sorted, with the elements at one place added up. Source: scipy's sum_duplicates.
[[nodiscard]] KCPP_API SparseSymbol sum_duplicates(const SparseSymbol& x);
/// Elements of another dtype.
[[nodiscard]] KCPP_API SparseSymbol cast(const SparseSymbol& x, DType dtype);

// --- several matrices in one

struct StackOptions {
  Format format = Format::CSC;
  std::optional<DType> dtype = {};  ///< the one that holds all of theirs unless given
};
/// One above the other: (M1, N), (M2, N), ... -> (M1 + M2 + ..., N). Gradient: elements of all.
/// Throws ValueError without matrices, ShapeError where widths differ. Source: theano.sparse.vstack.
[[nodiscard]] KCPP_API SparseSymbol vstack(const std::vector<SparseSymbol>& blocks, const StackOptions& options = {});
/// Side by side: (M, N1), (M, N2), ... -> (M, N1 + N2 + ...). Source: theano.sparse.hstack.
[[nodiscard]] KCPP_API SparseSymbol hstack(const std::vector<SparseSymbol>& blocks, const StackOptions& options = {});

// --- parts of a matrix

/// x[rows, columns] with slices and integers, which keep their dimension; always a matrix. Negative steps need a known
/// shape. Throws ValueError for an integer out of a known range and for other entries, ShapeError for a negative step
/// along an axis of unknown length.
[[nodiscard]] KCPP_API SparseSymbol get_item_2d(const SparseSymbol& x, const Index& rows,
                                                const Index& columns = Slice());
/// x[row, column], a scalar; 0 where nothing is stored. Negative ones count from the end.
[[nodiscard]] KCPP_API Symbol get_item_scalar(const SparseSymbol& x, const Operand& row, const Operand& column);
/// The rows of an integer vector, in its order, as often as each is named: x[rows].
[[nodiscard]] KCPP_API SparseSymbol get_item_list(const SparseSymbol& x, const Operand& rows);
/// x[rows[i], columns[i]] for two integer vectors, dense (n).
[[nodiscard]] KCPP_API Symbol get_item_2lists(const SparseSymbol& x, const Operand& rows, const Operand& columns);
/// The diagonal of a square matrix, dense (N). Throws ShapeError for another one.
[[nodiscard]] KCPP_API Symbol diag(const SparseSymbol& x);
/// A square matrix (CSC) with `diagonal` (N) on its diagonal.
[[nodiscard]] KCPP_API SparseSymbol square_diagonal(const Operand& diagonal);
/// Ones at the stored places.
[[nodiscard]] KCPP_API SparseSymbol sp_ones_like(const SparseSymbol& x);
/// A matrix of this shape in which nothing is stored.
[[nodiscard]] KCPP_API SparseSymbol sp_zeros_like(const SparseSymbol& x);

// --- products

/// Dense products: x (M, N), y (N, K) or (N) -> (M, K) or (M). Throws ShapeError where the shapes do not fit.
[[nodiscard]] KCPP_API Symbol dot(const SparseSymbol& x, const Operand& y);
/// x (B, M) or (M), y (M, N) -> (B, N) or (N).
[[nodiscard]] KCPP_API Symbol dot(const Operand& x, const SparseSymbol& y);
[[nodiscard]] KCPP_API Symbol dot(const SparseSymbol& x, const SparseSymbol& y);
[[nodiscard]] KCPP_API Tensor dot(const SparseTensor& x, const Tensor& y);
[[nodiscard]] KCPP_API Tensor dot(const Tensor& x, const SparseTensor& y);
/// The same as `dot`: gradients of sparse factors are structured always.
[[nodiscard]] inline Symbol structured_dot(const SparseSymbol& x, const Operand& y) { return dot(x, y); }
/// The sparse product of two sparse matrices, in the format of x.
[[nodiscard]] KCPP_API SparseSymbol true_dot(const SparseSymbol& x, const SparseSymbol& y);
[[nodiscard]] KCPP_API SparseTensor true_dot(const SparseTensor& x, const SparseTensor& y);
[[nodiscard]] inline Symbol true_dot(const SparseSymbol& x, const Operand& y) { return dot(x, y); }
[[nodiscard]] inline Symbol true_dot(const Operand& x, const SparseSymbol& y) { return dot(x, y); }
/// p times x y^T elementwise, of which only the stored places of p are computed: x (M, K), y (N, K), p (M, N).
[[nodiscard]] KCPP_API SparseSymbol sampling_dot(const Operand& x, const Operand& y, const SparseSymbol& p);

// --- sums, scales, elementwise arithmetic

/// The sum of all elements, of every column (axis 0, (N)) or of every row (axis 1, (M)); dense.
[[nodiscard]] KCPP_API Symbol sp_sum(const SparseSymbol& x, const Axes& axis = {});
/// Row i times s[i], column j times s[j]; a vector of another length is a ShapeError.
[[nodiscard]] KCPP_API SparseSymbol row_scale(const SparseSymbol& x, const Operand& s);
[[nodiscard]] KCPP_API SparseSymbol col_scale(const SparseSymbol& x, const Operand& s);

/// x + y, stored where either is, in the format of x.
[[nodiscard]] KCPP_API SparseSymbol add_s_s(const SparseSymbol& x, const SparseSymbol& y);
/// x + y, dense.
[[nodiscard]] KCPP_API Symbol add_s_d(const SparseSymbol& x, const Operand& y);
/// y[j] added to every stored element of column j.
[[nodiscard]] KCPP_API SparseSymbol structured_add_s_v(const SparseSymbol& x, const Operand& y);
/// x y elementwise, stored where both are, in the format of x.
[[nodiscard]] KCPP_API SparseSymbol mul_s_s(const SparseSymbol& x, const SparseSymbol& y);
/// x y elementwise, at the stored places of x. y: (M, N), or what is broadcast to it, (N) or a scalar among them.
[[nodiscard]] KCPP_API SparseSymbol mul_s_d(const SparseSymbol& x, const Operand& y);
/// Column j times y[j].
[[nodiscard]] inline SparseSymbol mul_s_v(const SparseSymbol& x, const Operand& y) { return col_scale(x, y); }

[[nodiscard]] inline SparseSymbol add(const SparseSymbol& x, const SparseSymbol& y) { return add_s_s(x, y); }
[[nodiscard]] inline Symbol add(const SparseSymbol& x, const Operand& y) { return add_s_d(x, y); }
[[nodiscard]] inline Symbol add(const Operand& x, const SparseSymbol& y) { return add_s_d(y, x); }
[[nodiscard]] KCPP_API SparseSymbol subtract(const SparseSymbol& x, const SparseSymbol& y);
[[nodiscard]] KCPP_API Symbol subtract(const SparseSymbol& x, const Operand& y);
[[nodiscard]] KCPP_API Symbol subtract(const Operand& x, const SparseSymbol& y);
[[nodiscard]] inline SparseSymbol multiply(const SparseSymbol& x, const SparseSymbol& y) { return mul_s_s(x, y); }
[[nodiscard]] inline SparseSymbol multiply(const SparseSymbol& x, const Operand& y) { return mul_s_d(x, y); }
[[nodiscard]] inline SparseSymbol multiply(const Operand& x, const SparseSymbol& y) { return mul_s_d(y, x); }
/// theano.sparse.sub and mul.
template <class X, class Y>
[[nodiscard]] auto sub(const X& x, const Y& y) {
  return subtract(x, y);
}
template <class X, class Y>
[[nodiscard]] auto mul(const X& x, const Y& y) {
  return multiply(x, y);
}
[[nodiscard]] KCPP_API SparseSymbol neg(const SparseSymbol& x);
inline SparseSymbol operator-(const SparseSymbol& x) { return neg(x); }
inline SparseSymbol operator+(const SparseSymbol& x, const SparseSymbol& y) { return add_s_s(x, y); }
inline Symbol operator+(const SparseSymbol& x, const Operand& y) { return add_s_d(x, y); }
inline Symbol operator+(const Operand& x, const SparseSymbol& y) { return add_s_d(y, x); }
inline SparseSymbol operator-(const SparseSymbol& x, const SparseSymbol& y) { return subtract(x, y); }
inline Symbol operator-(const SparseSymbol& x, const Operand& y) { return subtract(x, y); }
inline Symbol operator-(const Operand& x, const SparseSymbol& y) { return subtract(x, y); }
inline SparseSymbol operator*(const SparseSymbol& x, const SparseSymbol& y) { return mul_s_s(x, y); }
inline SparseSymbol operator*(const SparseSymbol& x, const Operand& y) { return mul_s_d(x, y); }
inline SparseSymbol operator*(const Operand& x, const SparseSymbol& y) { return mul_s_d(y, x); }

}  // namespace kerascpp::sparse
