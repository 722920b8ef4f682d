#include <algorithm>

#include <kerascpp/core/error.hpp>
#include <kerascpp/core/settings.hpp>
#include <kerascpp/graph/immediate.hpp>
#include <kerascpp/graph/node.hpp>
#include <kerascpp/ops/elementwise.hpp>
#include <kerascpp/ops/indexing.hpp>
#include <kerascpp/ops/like.hpp>
#include <kerascpp/ops/reductions.hpp>
#include <kerascpp/ops/shape.hpp>
#include <kerascpp/ops/sorting.hpp>
#include <kerascpp/ops/statistics.hpp>

#include "ops/shape_support.hpp"

// Counts of elements: each adds its weight to the segment it belongs to.

namespace kerascpp::ops {
namespace {

Symbol ones_as(const Symbol& like) { return broadcast_like(constant(full({}, 1, DType::Int32)), like); }

Symbol counted(const Symbol& weights, const Symbol& ids, std::int64_t segments, std::string mode) {
  return make_symbol("segment_reduce", {weights, ids},
                     {{"num_segments", segments}, {"reduction", std::string("sum")}, {"mode", std::move(mode)}});
}

}  // namespace

Symbol bincount(const Operand& x, const std::optional<Operand>& weights, std::int64_t minlength) {
  const SiteGuard guard(x.site());
  const Symbol values = x.symbol();
  KCPP_CHECK(is_integer(values.dtype()), DTypeError, "[bincount] expected integers, received ", values);
  KCPP_CHECK(values.ndim() == 1 || values.ndim() == 2, ShapeError,
             "[bincount] expected shape (N,) or (B, N), received ", values.shape());
  KCPP_CHECK(minlength > 0, ValueError,
             "[bincount] the length of a symbolic result must be given as minlength, received ", minlength);
  const Symbol amounts = weights ? weights->symbol() : ones_as(values);
  if (values.ndim() == 1) return counted(amounts, values, minlength, "raise");
  // row b counts in segments b * minlength ...; an element out of range must not count for another row
  KCPP_CHECK(values.dim(0) != None, ShapeError, "[bincount] expected a known number of rows, received ",
             values.shape());
  const Symbol ids = cast(values, DType::Int64);
  const Symbol row = cast(iota_like(values, 0), DType::Int64);
  const Symbol inside = logical_and(ids >= 0, ids < minlength);
  const Symbol segments = where(inside, ids + row * minlength, -1);
  const Symbol flat = counted(ravel(amounts), ravel(segments), values.dim(0) * minlength, "raise");
  return reshape(flat, {values.dim(0), minlength});
}
Tensor bincount(const Tensor& x, const Tensor& weights, std::int64_t minlength) {
  KCPP_CHECK(is_integer(x.dtype()), DTypeError, "[bincount] expected integers, received ", x.dtype(), " ", x.shape());
  std::int64_t length = std::max<std::int64_t>(minlength, 0);
  for (const std::int64_t value : x.to_vector<std::int64_t>()) length = std::max(length, value + 1);
  if (length == 0) return Tensor::empty({0}, weights.defined() ? weights.dtype() : DType::Int32);
  std::optional<Operand> amounts;
  if (weights.defined()) amounts = immediate(weights);
  return compute_now(bincount(immediate(x), amounts, length));
}

Histogram histogram(const Operand& x, std::int64_t bins, std::optional<std::pair<double, double>> range) {
  const SiteGuard guard(x.site());
  KCPP_CHECK(bins >= 1, ValueError, "[histogram] expected at least one bin, received ", bins);
  const DType dtype = is_floating(x.dtype()) ? x.dtype() : floatx();
  const Symbol data = ravel(x.symbol(dtype));
  Symbol low, high;
  if (range) {
    KCPP_CHECK(range->first <= range->second, ValueError, "[histogram] expected an ascending range, received ",
               range->first, " to ", range->second);
    low = constant(full({}, range->first, dtype));
    high = constant(full({}, range->second, dtype));
  } else {
    low = min(data);
    high = max(data);
  }
  // a range without extent is widened by a half on both sides, as in NumPy
  const Symbol point = low == high;
  const Symbol first = where(point, low - 0.5, low), last = where(point, high + 0.5, high);
  const Symbol share = constant(arange(0, static_cast<double>(bins) + 1, 1, dtype)) / static_cast<double>(bins);
  const Symbol edges = first * (1 - share) + last * share;
  const Symbol bin = searchsorted(slice_axis(edges, 0, Slice(1, -1)), data, "right");
  const Symbol inside = logical_and(data >= first, data <= last);
  return {counted(ones_as(data), where(inside, bin, -1), bins, "drop"), edges};
}
HistogramTensors histogram(const Tensor& x, std::int64_t bins, std::optional<std::pair<double, double>> range) {
  const Histogram symbols = histogram(immediate(x), bins, range);
  const std::vector<Tensor> parts = compute_now({symbols.counts, symbols.edges});
  return {parts[0], parts[1]};
}

}  // namespace kerascpp::ops
