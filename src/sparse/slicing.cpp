#include <string_view>

#include <kerascpp/core/error.hpp>
#include <kerascpp/graph/node.hpp>
#include <kerascpp/ops/creation.hpp>
#include <kerascpp/ops/elementwise.hpp>
#include <kerascpp/ops/joining.hpp>
#include <kerascpp/ops/like.hpp>
#include <kerascpp/ops/reductions.hpp>
#include <kerascpp/ops/shape.hpp>
#include <kerascpp/ops/slice_range.hpp>
#include <kerascpp/sparse/ops.hpp>

#include "ops/iota.hpp"
#include "sparse/compressed.hpp"

// Parts of a matrix: slices, rows by number, single elements, the diagonal.

namespace kerascpp::sparse {
namespace {

/// The entries begin, begin + step, ... of an axis; int64 scalars.
struct Range {
  Symbol begin, length;
  std::int64_t step = 1;
};

Range known_range(const Slice& slice, std::int64_t n) {
  const SliceRange range = resolve_slice(slice.begin, slice.end, slice.step, n);
  return {size_constant(range.begin), size_constant(range.length), range.step};
}

// A bound of a slice on an axis of which the length n is not known yet.
Symbol clipped(std::int64_t bound, const Symbol& n) {
  if (bound == kSliceEnd) return n;
  const Symbol place = bound < 0 ? n + size_constant(bound) : size_constant(bound);
  return ops::minimum(ops::maximum(place, 0), n);
}

Range range_of(const Index& index, const Symbol& n) {
  const std::int64_t known = known_size(n);
  if (index.kind() == Index::Kind::Integer) {
    const std::int64_t i = index.integer();
    KCPP_CHECK(known == None || (i >= -known && i < known), ValueError, "[get_item_2d] index ", i,
               " is out of range for an axis of length ", known);
    if (known != None) return {size_constant(i < 0 ? i + known : i), size_constant(1), 1};
    return {ops::reshape(at(ops::iota(n), constant(Tensor(std::vector<std::int64_t>{i}))), Shape{}), size_constant(1),
            1};
  }
  KCPP_CHECK(index.kind() == Index::Kind::Slice, ValueError,
             "[get_item_2d] expected slices and integers; rows by number: get_item_list");
  const Slice& slice = index.slice();
  KCPP_CHECK(slice.step != 0, ValueError, "[get_item_2d] a slice has step 0");
  if (known != None) return known_range(slice, known);
  KCPP_CHECK(slice.step > 0, ShapeError, "[get_item_2d] a negative step needs an axis of known length");
  const Symbol begin = clipped(slice.begin, n), end = clipped(slice.end, n), step = size_constant(slice.step);
  return {begin, ops::floor_divide(ops::maximum(end - begin, 0) + step - 1, step), slice.step};
}

bool is_whole(const Index& index) {
  return index.kind() == Index::Kind::Slice && index.slice().begin == 0 && index.slice().end == kSliceEnd &&
         index.slice().step == 1;
}

/// The numbers begin, begin + step, ... in the dtype of the indices.
Symbol numbers(const Range& range, DType dtype) {
  return ops::cast(ops::iota(range.length) * size_constant(range.step) + range.begin, dtype);
}

// Elements whose index is in the range; the index becomes its number there.
SparseSymbol slice_minor(const SparseSymbol& x, const Range& range) {
  const Symbol distance = ops::cast(x.indices(), DType::Int64) - range.begin;
  const Symbol number = ops::floor_divide(distance, size_constant(range.step));
  Symbol mask = ops::logical_and(ops::greater_equal(number, 0), ops::less(number, range.length));
  if (range.step != 1) mask = ops::logical_and(mask, ops::equal(number * size_constant(range.step), distance));
  const SparseSymbol renumbered =
      compressed(x.format(), x.data(), ops::cast(number, x.indices().dtype()), x.indptr(), major_size(x), range.length);
  return select(renumbered, mask);
}

// The stored elements of each of `majors` one after the other.
SparseSymbol take_major(const SparseSymbol& x, const Symbol& majors, const Symbol& count) {
  const DType dtype = x.indptr().dtype();
  const Symbol begins = at(x.indptr(), majors), lengths = at(x.indptr(), majors + 1) - begins;
  const Symbol indptr = offsets_of(lengths);
  const Symbol numbers = ops::iota(ops::sum(ops::cast(lengths, DType::Int64)));
  const Symbol ids = ops::offsets_to_ids(indptr, numbers);
  const Symbol places = ops::cast(numbers, dtype) - at(indptr, ids) + at(begins, ids);
  return compressed(x.format(), at(x.data(), places), at(x.indices(), places), indptr, count, minor_size(x));
}

SparseSymbol slice_major(const SparseSymbol& x, const Range& range) {
  return take_major(x, numbers(range, x.indptr().dtype()), range.length);
}

// Integers in [-n, n) as places, in the dtype of the indices; others are an error when the function runs.
Symbol places_of(std::string_view op, const Operand& operand, const Symbol& n, DType dtype) {
  const Symbol numbers = operand.symbol();
  KCPP_CHECK(is_integer(numbers.dtype()), DTypeError, "[", op, "] expected integers, received ", numbers);
  KCPP_CHECK(numbers.ndim() == 1, ShapeError, "[", op, "] expected a vector of integers, received ", numbers);
  return ops::cast(at(ops::iota(n), numbers), dtype);
}

}  // namespace

SparseSymbol get_item_2d(const SparseSymbol& x, const Index& rows, const Index& columns) {
  const Index &major = is_csr(x) ? rows : columns, &minor = is_csr(x) ? columns : rows;
  SparseSymbol result = x;
  if (!is_whole(major)) result = slice_major(result, range_of(major, major_size(x)));
  if (!is_whole(minor)) result = slice_minor(result, range_of(minor, minor_size(x)));
  return result;
}

Symbol get_item_scalar(const SparseSymbol& x, const Operand& row, const Operand& column) {
  const SiteGuard guard(row.site());
  const Symbol rows = ops::reshape(row.symbol(), {1}), columns = ops::reshape(column.symbol(), {1});
  return ops::reshape(get_item_2lists(x, rows, columns), Shape{});
}

SparseSymbol get_item_list(const SparseSymbol& x, const Operand& rows) {
  const SiteGuard guard(rows.site());
  const SparseSymbol by_rows = to_csr(x);
  const Symbol places = places_of("get_item_list", rows, x.rows(), x.indptr().dtype());
  const SparseSymbol taken = take_major(by_rows, places, ops::axis_size(places, 0));
  return is_csr(x) ? taken : to_csc(taken);
}

Symbol get_item_2lists(const SparseSymbol& x, const Operand& rows, const Operand& columns) {
  const SiteGuard guard(rows.site());
  const DType dtype = x.indices().dtype();
  const Symbol row_places = places_of("get_item_2lists", rows, x.rows(), dtype);
  const Symbol column_places = places_of("get_item_2lists", columns, x.columns(), dtype);
  const std::int64_t n = row_places.dim(0), m = column_places.dim(0);
  KCPP_CHECK(n == None || m == None || n == m, ShapeError,
             "[get_item_2lists] expected as many rows as columns, received ", n, " and ", m);
  const SparseSymbol taken = get_item_list(to_csr(x), row_places);
  const Symbol ids = major_ids(taken), found = ops::equal(taken.indices(), at(column_places, ids));
  const Symbol values = ops::where(found, taken.data(), Operand(0).symbol(x.dtype()));
  return scatter_add(values, ids, row_places);
}

Symbol diag(const SparseSymbol& x) {
  const Shape& shape = x.shape();
  KCPP_CHECK(shape[0] == None || shape[1] == None || shape[0] == shape[1], ShapeError,
             "[diag] expected a square matrix, received ", shape);
  const Symbol majors = same_length(like_major(x), like_minor(x)), ids = major_ids(x);
  const Symbol values = ops::where(ops::equal(ids, x.indices()), x.data(), Operand(0).symbol(x.dtype()));
  return scatter_add(values, ids, majors);
}

SparseSymbol square_diagonal(const Operand& operand) {
  const SiteGuard guard(operand.site());
  const Symbol diagonal = operand.symbol();
  KCPP_CHECK(diagonal.ndim() == 1, ShapeError, "[square_diagonal] expected a vector, received ", diagonal.shape());
  const Symbol size = ops::axis_size(diagonal, 0), indices = ops::iota_like(diagonal, 0);
  const Symbol zero = constant(Tensor(std::vector<std::int32_t>{0}));
  return {Format::CSC, diagonal, indices, ops::concatenate({zero, indices + 1}), size, size};
}

SparseSymbol sp_ones_like(const SparseSymbol& x) {
  return x.with_data(ops::broadcast_like(Operand(1).symbol(x.dtype()), x.data()));
}

SparseSymbol sp_zeros_like(const SparseSymbol& x) {
  const Symbol nothing = ops::slice_axis(x.indices(), 0, Slice(0, 0));
  return compressed(x.format(), ops::cast(nothing, x.dtype()), nothing, ops::zeros_like(x.indptr()), major_size(x),
                    minor_size(x));
}

}  // namespace kerascpp::sparse
