#include <algorithm>
#include <limits>

#include <kerascpp/core/error.hpp>
#include <kerascpp/core/settings.hpp>
#include <kerascpp/graph/immediate.hpp>
#include <kerascpp/graph/node.hpp>
#include <kerascpp/ops/elementwise.hpp>
#include <kerascpp/ops/indexing.hpp>
#include <kerascpp/ops/like.hpp>
#include <kerascpp/ops/numeric.hpp>
#include <kerascpp/ops/reductions.hpp>
#include <kerascpp/ops/shape.hpp>
#include <kerascpp/ops/sorting.hpp>
#include <kerascpp/ops/statistics.hpp>

#include "ops/shape_support.hpp"

// Quantiles: the data sorted along one axis, and read at the place q * (n - 1), which is computed in float64.

namespace kerascpp::ops {
namespace {

struct Request {
  Axes axis;
  std::string method;
  bool keepdims = false;
  bool skip_nan = false;
};

void check_shares(const Symbol& q, double largest) {
  const Tensor known = constant_value(q);
  for (std::int64_t i = 0; known.defined() && i < known.size(); ++i) {
    const auto share = known.item<double>(i);
    KCPP_CHECK(share >= 0 && share <= largest, ValueError, "[quantile] expected q in [0, ", largest, "], received ",
               share);
  }
}

// The reduced axes as one last axis: (kept..., n).
Symbol rows(const Symbol& x, const std::vector<std::int64_t>& axes) {
  const auto count = static_cast<std::int64_t>(axes.size());
  std::vector<std::int64_t> last;
  for (std::int64_t i = 0; i < count; ++i) last.push_back(x.ndim() - count + i);
  if (count == 0) return expand_dims(x, -1);
  return merge_axes(moveaxis(x, axes, last), x.ndim() - count, -1);
}

// Elements of the sorted rows (kept..., n) at `places`: (k,), or (kept..., k) where each row has its own.
Symbol read(const Symbol& sorted, const Symbol& places) {
  const Symbol index = cast(places, DType::Int32);
  return places.ndim() == 1 ? take(sorted, index, -1) : take_along_axis(sorted, index, -1);
}

Symbol between(const Symbol& sorted, const Symbol& place, const Symbol& last, const std::string& method) {
  const Symbol below = maximum(floor(place), 0.0);
  const Symbol above = minimum(below + 1, maximum(last, 0.0));
  if (method == "lower") return read(sorted, below);
  if (method == "higher") return read(sorted, maximum(ceil(place), 0.0));
  if (method == "nearest") return read(sorted, maximum(round(place), 0.0));
  const Symbol low = read(sorted, below), high = read(sorted, above);
  const Symbol exact = place <= below;
  const Symbol share = method == "midpoint" ? Operand(0.5).symbol(sorted.dtype()) : cast(place - below, sorted.dtype());
  // where the place is exact the other neighbour does not count, even if it is infinite
  return where(exact, low, low + (high - low) * share);
}

// q has one dimension; the result is (kept..., k).
Symbol of_rows(Symbol data, const Symbol& q, const Request& request) {
  if (data.shape()[-1] == 0) {  // of nothing: NaN
    std::vector<PadWidth::Pair> widths(static_cast<std::size_t>(data.ndim()), {0, 0});
    widths.back().second = 1;
    data = pad(data, widths, "constant", std::numeric_limits<double>::quiet_NaN());
  }
  const Symbol sorted = sort(data, -1);
  if (request.skip_nan) {
    const Symbol count = sum(cast(logical_not(isnan(data)), DType::Float64), -1, true);
    return between(sorted, (count - 1) * q, count - 1, request.method);
  }
  const Symbol last = cast(axis_size(data, -1), DType::Float64) - 1;
  const Symbol result = between(sorted, q * last, last, request.method);
  // NaN is sorted behind all numbers
  const Symbol largest = slice_axis(sorted, -1, Slice(-1));
  return where(isnan(largest), std::numeric_limits<double>::quiet_NaN(), result);
}

Symbol compute(const Operand& x, const Symbol& q, const Request& request) {
  const std::string& method = request.method;
  KCPP_CHECK(
      method == "linear" || method == "lower" || method == "higher" || method == "midpoint" || method == "nearest",
      ValueError, "[quantile] expected method linear, lower, higher, midpoint or nearest, received \"", method, "\"");
  const DType dtype = is_floating(x.dtype()) ? x.dtype() : floatx();
  const Symbol data = x.symbol(dtype);
  const std::vector<std::int64_t> axes = request.axis.normalized(data.ndim());
  Symbol result = of_rows(rows(data, axes), ravel(q), request);
  if (q.ndim() == 0) {
    result = squeeze(result, -1);
  } else {
    const std::int64_t last = result.ndim() - 1;
    if (q.ndim() > 1) result = split_axis(result, last, q.shape());
    std::vector<std::int64_t> from, to;
    for (int i = 0; i < q.ndim(); ++i) {
      from.push_back(last + i);
      to.push_back(i);
    }
    result = moveaxis(result, from, to);
  }
  if (!request.keepdims || axes.empty()) return result;
  std::vector<std::int64_t> kept;
  for (const std::int64_t axis : axes) kept.push_back(axis + q.ndim());
  return expand_dims(result, kept);
}

Symbol shares(const Operand& q) {
  const Symbol symbol = q.symbol(DType::Float64);
  KCPP_CHECK(symbol.shape().is_known(), ShapeError, "[quantile] expected q of a known shape, received ",
             symbol.shape());
  return symbol;
}

Symbol quantile_of(const Operand& x, const Operand& q, const Request& request) {
  const SiteGuard guard(x.site());
  check_shares(q.symbol(), 1);
  return compute(x, shares(q), request);
}

Symbol percentile_of(const Operand& x, const Operand& q, const Request& request) {
  const SiteGuard guard(x.site());
  check_shares(q.symbol(), 100);
  return compute(x, shares(q) / 100.0, request);
}

}  // namespace

Symbol quantile(const Operand& x, const Operand& q, const Axes& axis, std::string_view method, bool keepdims) {
  const SiteGuard guard(x.site());
  return quantile_of(x, q, {axis, std::string(method), keepdims, false});
}
Tensor quantile(const Tensor& x, const Tensor& q, const Axes& axis, std::string_view method, bool keepdims) {
  return compute_now(quantile(immediate(x), immediate(q), axis, method, keepdims));
}

Symbol percentile(const Operand& x, const Operand& q, const Axes& axis, std::string_view method, bool keepdims) {
  const SiteGuard guard(x.site());
  return percentile_of(x, q, {axis, std::string(method), keepdims, false});
}
Tensor percentile(const Tensor& x, const Tensor& q, const Axes& axis, std::string_view method, bool keepdims) {
  return compute_now(percentile(immediate(x), immediate(q), axis, method, keepdims));
}

Symbol median(const Operand& x, const Axes& axis, bool keepdims) {
  const SiteGuard guard(x.site());
  return quantile_of(x, 0.5, {axis, "linear", keepdims, false});
}
Tensor median(const Tensor& x, const Axes& axis, bool keepdims) {
  return compute_now(median(immediate(x), axis, keepdims));
}

Symbol nanquantile(const Operand& x, const Operand& q, const Axes& axis, std::string_view method, bool keepdims) {
  const SiteGuard guard(x.site());
  return quantile_of(x, q, {axis, std::string(method), keepdims, true});
}
Tensor nanquantile(const Tensor& x, const Tensor& q, const Axes& axis, std::string_view method, bool keepdims) {
  return compute_now(nanquantile(immediate(x), immediate(q), axis, method, keepdims));
}

Symbol nanpercentile(const Operand& x, const Operand& q, const Axes& axis, std::string_view method, bool keepdims) {
  const SiteGuard guard(x.site());
  return percentile_of(x, q, {axis, std::string(method), keepdims, true});
}
Tensor nanpercentile(const Tensor& x, const Tensor& q, const Axes& axis, std::string_view method, bool keepdims) {
  return compute_now(nanpercentile(immediate(x), immediate(q), axis, method, keepdims));
}

Symbol nanmedian(const Operand& x, const Axes& axis, bool keepdims) {
  const SiteGuard guard(x.site());
  return quantile_of(x, 0.5, {axis, "linear", keepdims, true});
}
Tensor nanmedian(const Tensor& x, const Axes& axis, bool keepdims) {
  return compute_now(nanmedian(immediate(x), axis, keepdims));
}

}  // namespace kerascpp::ops
