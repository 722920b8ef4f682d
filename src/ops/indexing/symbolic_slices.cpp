#include <kerascpp/ops/symbolic_slices.hpp>

#include <kerascpp/core/error.hpp>
#include <kerascpp/graph/node.hpp>
#include <kerascpp/ops/elementwise.hpp>
#include <kerascpp/ops/indexing.hpp>
#include <kerascpp/ops/like.hpp>
#include <kerascpp/ops/operators.hpp>

#include "ops/iota.hpp"
#include "ops/shape_support.hpp"

namespace kerascpp::ops {
namespace {

Symbol integer(std::int64_t value) { return constant(Tensor(value)); }

/// Python's bound on an axis of `length` elements: negative ones count from the end, and none lies beyond the ends.
Symbol resolved(const Operand& bound, const Symbol& length, std::int64_t step) {
  const Symbol given = bound.is_number() ? bound.symbol(DType::Int64) : bound.symbol();
  KCPP_CHECK(is_integer(given.dtype()), DTypeError, "[slice_between] expected an integer as bound, received ", given);
  KCPP_CHECK(given.ndim() == 0, ShapeError, "[slice_between] expected a scalar as bound, received ", given);
  const Symbol number = cast(given, DType::Int64);
  const Symbol counted = where(number < integer(0), number + length, number);
  return step > 0 ? minimum(maximum(counted, integer(0)), length)
                  : minimum(maximum(counted, integer(-1)), length - integer(1));
}

}  // namespace

Symbol slice_between(const Operand& x, const Operand& begin, const std::optional<Operand>& end,
                     const SliceBetweenOptions& options) {
  const SiteGuard guard(x.site());
  const Symbol from = x.symbol();
  const std::int64_t step = options.step;
  KCPP_CHECK(step != 0, ValueError, "[slice_between] the step is zero");
  const int axis = normalize_axis(options.axis, from.ndim());
  const Symbol length = axis_size(from, axis);
  const Symbol first = resolved(begin, length, step);
  Symbol last = step > 0 ? length : integer(-1);
  if (end) last = resolved(*end, length, step);
  // the number of steps before the end is reached, rounded up
  const Symbol way = step > 0 ? last - first : first - last;
  const std::int64_t stride = step > 0 ? step : -step;
  const Symbol count = maximum(floor_divide(way + integer(stride - 1), integer(stride)), integer(0));
  return take(from, first + iota(count) * integer(step), axis);
}

}  // namespace kerascpp::ops
