#include <kerascpp/core/error.hpp>
#include <kerascpp/graph/immediate.hpp>
#include <kerascpp/graph/node.hpp>
#include <kerascpp/ops/elementwise.hpp>
#include <kerascpp/ops/indexing.hpp>
#include <kerascpp/ops/reductions.hpp>
#include <kerascpp/ops/shape.hpp>
#include <kerascpp/sparse/ops.hpp>

#include "ops/iota.hpp"
#include "sparse/compressed.hpp"

// Products with dense matrices and vectors, with sparse ones, and products of which some elements are wanted.

namespace kerascpp::sparse {
namespace {

void check_inner(std::string_view op, const Shape& x, const Shape& y) {
  const bool fits = x[1] == None || y[0] == None || x[1] == y[0];
  KCPP_CHECK(fits, ShapeError, "[", op, "] the shapes ", x, " and ", y, " do not fit: ", x[1], " columns meet ", y[0],
             " rows");
}

// x in CSR format: the stored elements of row c of y, for every stored element (r, c) of x.
SparseSymbol product_of_csr(const SparseSymbol& x, const SparseSymbol& y) {
  const DType dtype = result_type(x.indices().dtype(), y.indices().dtype());
  const Symbol inner = same_length(like_major(y), like_minor(x));
  const Symbol ends = ops::reshape_like(ops::slice_axis(y.indptr(), 0, Slice(1)), inner);
  const Symbol lengths = ends - ops::slice_axis(y.indptr(), 0, Slice(0, -1));
  // as many products as there may be are numbered by 64 bits
  const Symbol offsets = offsets_of(ops::cast(at(lengths, x.indices()), DType::Int64));
  const Symbol numbers = ops::iota(ops::get_item(offsets, {-1}));
  const Symbol ids = ops::offsets_to_ids(offsets, numbers);
  const Symbol begins = ops::cast(at(y.indptr(), x.indices()), DType::Int64);
  const Symbol places = numbers - at(offsets, ids) + at(begins, ids);
  const Symbol rows = ops::cast(at(major_ids(x), ids), dtype), columns = ops::cast(at(y.indices(), places), dtype);
  const Merged merged = merge_coordinates(rows, columns, like_major(x), like_minor(y));
  const Symbol data = merged.sums(at(x.data(), ids) * at(y.data(), places));
  return {Format::CSR, data, merged.indices, merged.indptr, x.rows(), y.columns()};
}

}  // namespace

Symbol dot(const SparseSymbol& x, const Operand& operand) {
  const SiteGuard guard(operand.site());
  const int ndim = operand.shape().ndim();
  KCPP_CHECK(ndim == 1 || ndim == 2, ShapeError, "[dot] expected a vector or a matrix, received ", operand.shape());
  check_inner("dot", x.shape(), operand.shape());
  const DType dtype = result_type(x.dtype(), operand.dtype());
  const Symbol data = ops::cast(x.data(), dtype);
  Symbol y = operand.symbol(dtype);
  if (ndim == 1) y = ops::expand_dims(y, 1);
  // the columns of a CSC matrix are the rows of its transpose
  Symbol product;
  if (is_csr(x)) {
    product = ops::csr_matmul(data, pattern_of(x), y);
  } else {
    product = ops::csr_transposed_matmul(data, pattern_of(x), y);
  }
  return ndim == 1 ? ops::squeeze(product, 1) : product;
}

Symbol dot(const Operand& x, const SparseSymbol& y) {
  const SiteGuard guard(x.site());
  const int ndim = x.shape().ndim();
  KCPP_CHECK(ndim == 1 || ndim == 2, ShapeError, "[dot] expected a vector or a matrix, received ", x.shape());
  check_inner("dot", {1, x.shape()[ndim - 1]}, y.shape());
  if (ndim == 1) return dot(transpose(y), x);
  return ops::transpose(dot(transpose(y), ops::transpose(x)));
}

Symbol dot(const SparseSymbol& x, const SparseSymbol& y) {
  check_inner("dot", x.shape(), y.shape());
  return dense_from_sparse(true_dot(x, y));
}

SparseSymbol true_dot(const SparseSymbol& x, const SparseSymbol& y) {
  check_inner("true_dot", x.shape(), y.shape());
  const DType dtype = result_type(x.dtype(), y.dtype());
  // x y = (y^T x^T)^T, and the transpose of a CSC matrix is a CSR one
  if (!is_csr(x)) return transpose(true_dot(transpose(to_csc(y)), transpose(x)));
  return product_of_csr(cast(x, dtype), cast(to_csr(y), dtype));
}

SparseSymbol sampling_dot(const Operand& x, const Operand& y, const SparseSymbol& p) {
  const SiteGuard guard(x.site());
  const Shape &a = x.shape(), &b = y.shape();
  KCPP_CHECK(a.ndim() == 2 && b.ndim() == 2, ShapeError, "[sampling_dot] expected two matrices, received ", a, " and ",
             b);
  const auto may_equal = [](std::int64_t m, std::int64_t n) { return m == None || n == None || m == n; };
  KCPP_CHECK(may_equal(a[1], b[1]) && may_equal(a[0], p.shape()[0]) && may_equal(b[0], p.shape()[1]), ShapeError,
             "[sampling_dot] expected matrices (M, K), (N, K) and (M, N), received ", a, ", ", b, " and ", p.shape());
  const DType dtype = result_type(result_type(x.dtype(), y.dtype()), p.dtype());
  const Symbol rows = x.symbol(dtype), columns = y.symbol(dtype);
  const Symbol products = is_csr(p) ? ops::csr_sampled_matmul(rows, columns, p.indices(), p.indptr())
                                    : ops::csr_sampled_matmul(columns, rows, p.indices(), p.indptr());
  return p.with_data(products * ops::cast(p.data(), dtype));
}

Tensor dot(const SparseTensor& x, const Tensor& y) { return compute_now(dot(SparseSymbol(x), Operand(y, nullptr, 0))); }
Tensor dot(const Tensor& x, const SparseTensor& y) { return compute_now(dot(Operand(x, nullptr, 0), SparseSymbol(y))); }
SparseTensor true_dot(const SparseTensor& x, const SparseTensor& y) {
  return eval(true_dot(SparseSymbol(x), SparseSymbol(y)));
}

}  // namespace kerascpp::sparse
