#include <kerascpp/core/error.hpp>
#include <kerascpp/graph/immediate.hpp>
#include <kerascpp/graph/node.hpp>
#include <kerascpp/ops/creation.hpp>
#include <kerascpp/ops/elementwise.hpp>
#include <kerascpp/ops/indexing.hpp>
#include <kerascpp/ops/like.hpp>
#include <kerascpp/ops/shape.hpp>
#include <kerascpp/ops/sorting.hpp>

#include "ops/shape_support.hpp"

// Questions about places and members, written with take, sort and searchsorted: isin, unravel_index,
// extract_sequences.

namespace kerascpp::ops {

Symbol isin(const Operand& x1, const Operand& x2, bool, bool invert) {
  const SiteGuard guard(x1.site());
  const DType dtype = result_type({x1, x2});
  const Symbol x = x1.symbol(dtype), members = sort(ravel(x2.symbol(dtype)));
  if (members.dim(0) == 0) return not_equal(zeros_as(cast(x, DType::Bool)), invert);
  // the first member that is not smaller is equal, or none is; behind the last one there is none
  const Symbol last = cast(axis_size(members), DType::Int32) - 1;
  const Symbol found = equal(take(members, minimum(searchsorted(members, x), last), 0), x);
  return invert ? logical_not(found) : found;
}
Tensor isin(const Tensor& x1, const Tensor& x2, bool assume_unique, bool invert) {
  return compute_now(isin(immediate(x1), immediate(x2), assume_unique, invert));
}

std::vector<Symbol> unravel_index(const Operand& indices, const Shape& shape) {
  const SiteGuard guard(indices.site());
  KCPP_CHECK(is_integer(indices.dtype()), DTypeError, "[unravel_index] expected integer indices, received dtype ",
             indices.dtype());
  KCPP_CHECK(shape.is_known(), ValueError, "[unravel_index] expected a known shape, received ", shape);
  Symbol rest = indices.symbol();
  rest = where(rest < 0, rest + shape.size(), rest);
  std::vector<Symbol> places(static_cast<std::size_t>(shape.ndim()));
  for (int axis = shape.ndim() - 1; axis >= 0; --axis) {
    places[static_cast<std::size_t>(axis)] = mod(rest, shape[axis]);
    rest = floor_divide(rest, shape[axis]);
  }
  return places;
}
std::vector<Tensor> unravel_index(const Tensor& indices, const Shape& shape) {
  return compute_now(unravel_index(immediate(indices), shape));
}

namespace {

// The places (S, L) of sequences in the last axis, whose length is not known yet.
Symbol unknown_places(const Symbol& x, std::int64_t length, std::int64_t stride) {
  // the elements where sequences start, of one item
  Symbol starts = slice_axis(x, -1, Slice(0, length == 1 ? kSliceEnd : 1 - length, stride));
  while (starts.ndim() > 1) starts = squeeze(slice_axis(starts, 0, Slice(0, 1)), 0);
  return expand_dims(iota_like(starts, 0) * static_cast<std::int32_t>(stride), 1) + arange(0, length);
}

}  // namespace

Symbol extract_sequences(const Operand& x, std::int64_t sequence_length, std::int64_t sequence_stride) {
  const SiteGuard guard(x.site());
  const Shape shape = x.shape();
  KCPP_CHECK(sequence_length > 0 && sequence_stride > 0, ValueError,
             "[extract_sequences] expected a positive length and stride, received ", sequence_length, " and ",
             sequence_stride);
  KCPP_CHECK(shape.ndim() >= 1 && (shape.back() == None || shape.back() >= sequence_length), ShapeError,
             "[extract_sequences] expected a last axis of at least ", sequence_length, " items, received ", shape);
  if (shape.back() == None) return take(x, unknown_places(x.symbol(), sequence_length, sequence_stride), -1);
  const std::int64_t count = 1 + (shape.back() - sequence_length) / sequence_stride;
  Tensor places = Tensor::empty({count, sequence_length}, DType::Int32);
  auto* place = places.data<std::int32_t>();
  for (std::int64_t i = 0; i < count; ++i)
    for (std::int64_t k = 0; k < sequence_length; ++k) *place++ = static_cast<std::int32_t>(i * sequence_stride + k);
  return take(x, places, -1);
}
Tensor extract_sequences(const Tensor& x, std::int64_t sequence_length, std::int64_t sequence_stride) {
  return compute_now(extract_sequences(immediate(x), sequence_length, sequence_stride));
}

}  // namespace kerascpp::ops
