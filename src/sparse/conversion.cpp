#include <kerascpp/core/error.hpp>
#include <kerascpp/graph/immediate.hpp>
#include <kerascpp/graph/node.hpp>
#include <kerascpp/ops/elementwise.hpp>
#include <kerascpp/ops/like.hpp>
#include <kerascpp/ops/reductions.hpp>
#include <kerascpp/ops/shape.hpp>
#include <kerascpp/sparse/ops.hpp>

#include "ops/iota.hpp"
#include "sparse/compressed.hpp"

// From dense to sparse and back, from one format to the other, and other orders of the same elements.

namespace kerascpp::sparse {
namespace {

/// The other format: elements sorted by their minor axis, those of one place in their order.
SparseSymbol converted(const SparseSymbol& x) {
  const ops::SortedKeys sorted = ops::counting_sort(x.indices(), like_minor(x));
  return {other(x.format()),
          at(x.data(), sorted.permutation),
          at(major_ids(x), sorted.permutation),
          sorted.offsets,
          x.rows(),
          x.columns()};
}

}  // namespace

Symbol dense_from_sparse(const SparseSymbol& x) {
  const Symbol dense = ops::csr_to_dense(x.data(), pattern_of(x));
  return is_csr(x) ? dense : ops::transpose(dense);
}

SparseSymbol csr_from_dense(const Operand& operand) {
  const SiteGuard guard(operand.site());
  const Symbol x = operand.symbol();
  KCPP_CHECK(x.ndim() == 2, ShapeError, "[csr_from_dense] expected a matrix, received ", x.shape());
  const Symbol stored = ops::not_equal(x, 0), flat = ops::ravel(x), mask = ops::ravel(stored);
  const Symbol rows = ops::axis_size(x, 0), columns = ops::axis_size(x, 1);
  const Symbol places = ops::true_places(mask, ops::iota(count_true(mask)));
  const Symbol indices = ops::cast(ops::mod(places, columns), DType::Int32);
  const Symbol indptr = offsets_of(ops::sum(ops::cast(stored, DType::Int32), 1));
  return {Format::CSR, at(flat, places), indices, indptr, rows, columns};
}

SparseSymbol csc_from_dense(const Operand& x) {
  const SiteGuard guard(x.site());
  KCPP_CHECK(x.shape().ndim() == 2, ShapeError, "[csc_from_dense] expected a matrix, received ", x.shape());
  return transpose(csr_from_dense(ops::transpose(x)));
}

SparseSymbol to_csr(const SparseSymbol& x) { return is_csr(x) ? x : converted(x); }
SparseSymbol to_csc(const SparseSymbol& x) { return is_csr(x) ? converted(x) : x; }

SparseSymbol transpose(const SparseSymbol& x) {
  return {other(x.format()), x.data(), x.indices(), x.indptr(), x.columns(), x.rows()};
}

SparseSymbol ensure_sorted_indices(const SparseSymbol& x) { return converted(converted(x)); }

SparseSymbol remove0(const SparseSymbol& x) { return select(x, ops::not_equal(x.data(), 0)); }

SparseSymbol clean(const SparseSymbol& x) { return ensure_sorted_indices(remove0(x)); }

SparseSymbol sum_duplicates(const SparseSymbol& x) {
  const Merged merged = merge_coordinates(major_ids(x), x.indices(), like_major(x), like_minor(x));
  return compressed(x.format(), merged.sums(x.data()), merged.indices, merged.indptr, major_size(x), minor_size(x));
}

SparseSymbol cast(const SparseSymbol& x, DType dtype) { return x.with_data(ops::cast(x.data(), dtype)); }

Tensor dense_from_sparse(const SparseTensor& x) { return compute_now(dense_from_sparse(SparseSymbol(x))); }
SparseTensor csr_from_dense(const Tensor& x) { return eval(csr_from_dense(Operand(x, nullptr, 0))); }
SparseTensor csc_from_dense(const Tensor& x) { return eval(csc_from_dense(Operand(x, nullptr, 0))); }
SparseTensor transpose(const SparseTensor& x) {
  return {other(x.format()), x.data(), x.indices(), x.indptr(), {x.shape()[1], x.shape()[0]}};
}

}  // namespace kerascpp::sparse
