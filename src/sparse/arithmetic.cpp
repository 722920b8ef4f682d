#include <kerascpp/core/error.hpp>
#include <kerascpp/graph/node.hpp>
#include <kerascpp/ops/creation.hpp>
#include <kerascpp/ops/elementwise.hpp>
#include <kerascpp/ops/joining.hpp>
#include <kerascpp/ops/like.hpp>
#include <kerascpp/ops/reductions.hpp>
#include <kerascpp/ops/shape.hpp>
#include <kerascpp/sparse/ops.hpp>

#include "sparse/compressed.hpp"

// Sums, scales, and elementwise arithmetic of two matrices.

namespace kerascpp::sparse {
namespace {

void check_same_shape(std::string_view op, const Shape& x, const Shape& y) {
  const bool fits = (x[0] == None || y[0] == None || x[0] == y[0]) && (x[1] == None || y[1] == None || x[1] == y[1]);
  KCPP_CHECK(fits, ShapeError, "[", op, "] expected matrices of one shape, received ", x, " and ", y);
}

/// Two matrices of one shape on the places that are stored in either.
struct Aligned {
  Merged merged;
  Symbol x, y;  // data, one after the other: zeros where the other matrix has its elements

  Aligned(const SparseSymbol& a, const SparseSymbol& b) {
    const DType dtype = result_type(a.dtype(), b.dtype());
    const DType indices = result_type(a.indices().dtype(), b.indices().dtype());
    const auto both = [](const Symbol& first, const Symbol& second, DType to) {
      return ops::concatenate({ops::cast(first, to), ops::cast(second, to)});
    };
    merged = merge_coordinates(both(major_ids(a), major_ids(b), indices), both(a.indices(), b.indices(), indices),
                               same_length(like_major(a), like_major(b)), same_length(like_minor(a), like_minor(b)));
    x = both(a.data(), ops::zeros_like(b.data()), dtype);
    y = both(ops::zeros_like(a.data()), b.data(), dtype);
  }
};

SparseSymbol in_format(const SparseSymbol& x, Format format) { return format == Format::CSR ? to_csr(x) : to_csc(x); }

SparseSymbol on_places(const Merged& merged, const Symbol& data, const SparseSymbol& like) {
  return compressed(like.format(), data, merged.indices, merged.indptr, major_size(like), minor_size(like));
}

// A factor for each stored element from one for each row or column.
Symbol spread(std::string_view op, const Operand& operand, const Symbol& ids, const Symbol& like, DType dtype) {
  KCPP_CHECK(operand.shape().ndim() == 1, ShapeError, "[", op, "] expected a vector, received ", operand.shape());
  const Symbol values = operand.symbol(dtype);
  const std::int64_t received = values.dim(0), expected = like.dim(0);
  KCPP_CHECK(received == None || expected == None || received == expected, ShapeError, "[", op,
             "] expected a vector of length ", expected, ", received ", received);
  return at(received == None || expected == None ? ops::reshape_like(values, like) : values, ids);
}

SparseSymbol scaled(std::string_view op, const SparseSymbol& x, const Operand& s, bool rows) {
  const SiteGuard guard(s.site());
  const DType dtype = s.result_type_with(x.dtype());
  const Symbol factors =
      rows ? spread(op, s, row_ids(x), like_rows(x), dtype) : spread(op, s, column_ids(x), like_columns(x), dtype);
  return x.with_data(ops::cast(x.data(), dtype) * factors);
}

// A dimension of length 1, which is broadcast, where the matrix has another.
bool is_broadcast(std::int64_t length, std::int64_t of_matrix) { return length == 1 && of_matrix != 1; }

}  // namespace

Symbol sp_sum(const SparseSymbol& x, const Axes& axis) {
  const std::vector<std::int64_t> axes = axis.normalized(2);
  if (axes.size() == 2) return ops::sum(x.data());
  return axes[0] == 0 ? scatter_add(x.data(), column_ids(x), like_columns(x))
                      : scatter_add(x.data(), row_ids(x), like_rows(x));
}

SparseSymbol row_scale(const SparseSymbol& x, const Operand& s) { return scaled("row_scale", x, s, true); }
SparseSymbol col_scale(const SparseSymbol& x, const Operand& s) { return scaled("col_scale", x, s, false); }

SparseSymbol add_s_s(const SparseSymbol& x, const SparseSymbol& y) {
  check_same_shape("add_s_s", x.shape(), y.shape());
  const Aligned aligned(x, in_format(y, x.format()));
  return on_places(aligned.merged, aligned.merged.sums(aligned.x + aligned.y), x);
}

Symbol add_s_d(const SparseSymbol& x, const Operand& y) {
  const SiteGuard guard(y.site());
  return dense_from_sparse(x) + y;
}

SparseSymbol structured_add_s_v(const SparseSymbol& x, const Operand& y) {
  const SiteGuard guard(y.site());
  const DType dtype = y.result_type_with(x.dtype());
  return x.with_data(ops::cast(x.data(), dtype) +
                     spread("structured_add_s_v", y, column_ids(x), like_columns(x), dtype));
}

SparseSymbol mul_s_s(const SparseSymbol& x, const SparseSymbol& y) {
  check_same_shape("mul_s_s", x.shape(), y.shape());
  const SparseSymbol other = in_format(y, x.format());
  const Aligned aligned(x, other);
  const Merged& merged = aligned.merged;
  const auto is_stored = [&](bool in_x) {
    const Symbol ones_x = ops::cast(ops::broadcast_like(in_x ? 1 : 0, x.data()), DType::Int32);
    const Symbol ones_y = ops::cast(ops::broadcast_like(in_x ? 0 : 1, other.data()), DType::Int32);
    return ops::greater(merged.sums(ops::concatenate({ones_x, ones_y})), 0);
  };
  const Symbol products = merged.sums(aligned.x) * merged.sums(aligned.y);
  return select(on_places(merged, products, x), ops::logical_and(is_stored(true), is_stored(false)));
}

SparseSymbol mul_s_d(const SparseSymbol& x, const Operand& y) {
  const SiteGuard guard(y.site());
  const Shape shape = y.shape();
  if (shape.empty()) return x.with_data(x.data() * y);
  if (shape.ndim() == 1 && !is_broadcast(shape[0], x.shape()[1])) return scaled("mul_s_d", x, y, false);
  KCPP_CHECK(shape.ndim() <= 2, ShapeError, "[mul_s_d] expected a scalar, a vector or a matrix, received ", shape);
  const Symbol dense = ops::cast(y.symbol(), y.result_type_with(x.dtype()));
  const bool one_row = shape.ndim() == 1 || is_broadcast(shape[0], x.shape()[0]);
  const bool one_column = is_broadcast(shape[shape.ndim() - 1], x.shape()[1]);
  if (one_row && one_column) return mul_s_d(x, ops::reshape(dense, Shape{}));
  if (one_row) return scaled("mul_s_d", x, ops::squeeze(dense, 0), false);
  if (one_column) return scaled("mul_s_d", x, ops::squeeze(dense, 1), true);
  check_same_shape("mul_s_d", x.shape(), shape);
  const Symbol factors = ops::csr_gather(is_csr(x) ? dense : ops::transpose(dense), pattern_of(x));
  return x.with_data(ops::cast(x.data(), factors.dtype()) * factors);
}

SparseSymbol subtract(const SparseSymbol& x, const SparseSymbol& y) {
  check_same_shape("subtract", x.shape(), y.shape());
  return add_s_s(x, neg(y));
}
Symbol subtract(const SparseSymbol& x, const Operand& y) {
  const SiteGuard guard(y.site());
  return dense_from_sparse(x) - y;
}
Symbol subtract(const Operand& x, const SparseSymbol& y) {
  const SiteGuard guard(x.site());
  return x - dense_from_sparse(y);
}

SparseSymbol neg(const SparseSymbol& x) { return x.with_data(-x.data()); }

}  // namespace kerascpp::sparse
