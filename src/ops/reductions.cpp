#include <kerascpp/ops/reductions.hpp>

#include <limits>
#include <string_view>

#include <kerascpp/core/error.hpp>
#include <kerascpp/graph/immediate.hpp>
#include <kerascpp/graph/node.hpp>
#include <kerascpp/ops/elementwise.hpp>
#include <kerascpp/ops/like.hpp>

#include "ops/axis_support.hpp"
#include "ops/elementwise.hpp"

namespace kerascpp::ops {
namespace {

Symbol reduce(std::string_view op, const Symbol& x, const Axes& axis, bool keepdims, const Site& site) {
  return make_symbol(op, {x}, {{"axis", normalized_axes(op, axis, x, site)}, {"keepdims", keepdims}}, site);
}

Symbol floating(const Operand& x, std::string_view op) { return x.symbol(kFloat.compute_dtype(op, x.dtype())); }

bool is_half(DType dtype) { return dtype == DType::Float16 || dtype == DType::BFloat16; }

// NaN can only be in floating and complex tensors.
bool can_be_nan(const Symbol& x) { return is_differentiable(x.dtype()); }

Symbol without_nan(const Symbol& x, double replacement) { return can_be_nan(x) ? where(isnan(x), replacement, x) : x; }

// `result` where some element is not NaN, else NaN.
Symbol nan_where_empty(const Symbol& result, const Symbol& x, const Axes& axis, bool keepdims) {
  return where(all(isnan(x), axis, keepdims), std::numeric_limits<double>::quiet_NaN(), result);
}

constexpr double kInfinity = std::numeric_limits<double>::infinity();

Symbol nan_index(std::string_view op, const Operand& operand, double replacement, const Axes& axis, bool keepdims) {
  const Symbol x = operand.symbol();
  const Symbol index = reduce(op, without_nan(x, replacement), axis, keepdims, operand.site());
  return can_be_nan(x) ? where(all(isnan(x), axis, keepdims), -1, index) : index;
}

}  // namespace

Symbol sum(const Operand& x, const Axes& axis, bool keepdims) {
  const SiteGuard guard(x.site());
  return reduce("sum", x.symbol(), axis, keepdims, x.site());
}

Symbol prod(const Operand& x, const Axes& axis, bool keepdims, std::optional<DType> dtype) {
  const SiteGuard guard(x.site());
  return reduce("prod", dtype ? cast(x, *dtype) : x.symbol(), axis, keepdims, x.site());
}

Symbol max(const Operand& x, const Axes& axis, bool keepdims, std::optional<double> initial) {
  const SiteGuard guard(x.site());
  const Symbol result = reduce("max", x.symbol(), axis, keepdims, x.site());
  return initial ? maximum(result, Operand(*initial).symbol(result.dtype())) : result;
}

Symbol min(const Operand& x, const Axes& axis, bool keepdims, std::optional<double> initial) {
  const SiteGuard guard(x.site());
  const Symbol result = reduce("min", x.symbol(), axis, keepdims, x.site());
  return initial ? minimum(result, Operand(*initial).symbol(result.dtype())) : result;
}

Symbol amax(const Operand& x, const Axes& axis, bool keepdims) { return max(x, axis, keepdims); }
Symbol amin(const Operand& x, const Axes& axis, bool keepdims) { return min(x, axis, keepdims); }

Symbol ptp(const Operand& x, const Axes& axis, bool keepdims) {
  const SiteGuard guard(x.site());
  return subtract(max(x, axis, keepdims), min(x, axis, keepdims));
}

Symbol any(const Operand& x, const Axes& axis, bool keepdims) {
  const SiteGuard guard(x.site());
  return reduce("any", x.symbol(DType::Bool), axis, keepdims, x.site());
}

Symbol all(const Operand& x, const Axes& axis, bool keepdims) {
  const SiteGuard guard(x.site());
  return reduce("all", x.symbol(DType::Bool), axis, keepdims, x.site());
}

Symbol count_nonzero(const Operand& x, const Axes& axis) { return sum(x.symbol(DType::Bool), axis); }

Symbol mean(const Operand& x, const Axes& axis, bool keepdims) {
  const SiteGuard guard(x.site());
  return reduce("mean", floating(x, "mean"), axis, keepdims, x.site());
}

Symbol average(const Operand& x, const Axes& axis, std::optional<Operand> weights) {
  const SiteGuard guard(x.site());
  if (!weights) return mean(x, axis);
  const DType dtype = kFloat.compute_dtype("average", result_type({x, *weights}));
  const Symbol values = x.symbol(dtype);
  Symbol weight = weights->symbol(dtype);
  const std::vector<std::int64_t> axes = normalized_axes("average", axis, values, x.site());
  if (weight.ndim() != values.ndim()) {
    KCPP_CHECK(weight.ndim() == 1 && axes.size() == 1, ShapeError, "[average] expects weights of shape ",
               values.shape(), " or a vector along a single axis, received ", weight.shape());
    std::vector<std::int64_t> others;
    for (std::int64_t i = 0; i < values.ndim(); ++i)
      if (i != axes[0]) others.push_back(i);
    if (!others.empty()) weight = make_symbol("expand_dims", {weight}, {{"axis", others}}, weights->site());
    weight = broadcast_like(weight, values);
  }
  return sum(values * weight, axis) / sum(weight, axis);
}

// Of a complex number the distance is |x - mean|, so the variance is real.
Symbol var(const Operand& x, const Axes& axis, bool keepdims) {
  const SiteGuard guard(x.site());
  Symbol values = floating(x, "var");
  const DType dtype = values.dtype();
  if (is_half(dtype)) values = cast(values, DType::Float32);
  const Symbol distance = values - mean(values, axis, true);
  const Symbol squared = is_complex(dtype) ? square(real(distance)) + square(imag(distance)) : square(distance);
  const Symbol result = mean(squared, axis, keepdims);
  return is_half(dtype) ? cast(result, dtype) : result;
}

Symbol std(const Operand& x, const Axes& axis, bool keepdims) {
  const SiteGuard guard(x.site());
  const Symbol variance = var(x, axis, keepdims);
  const Symbol positive = variance > 0;
  // the inner choice keeps the infinite slope of the square root at 0 out of the gradient
  return where(positive, sqrt(where(positive, variance, 1)), variance);
}

Symbol logsumexp(const Operand& x, const Axes& axis, bool keepdims) {
  const SiteGuard guard(x.site());
  const Symbol values = x.symbol(kRealFloat.compute_dtype("logsumexp", x.dtype()));
  const Symbol largest = stop_gradient(max(values, axis, true));
  const Symbol shift = where(isfinite(largest), largest, 0);
  const Symbol total = log(sum(exp(values - shift), axis, keepdims));
  return total + (keepdims ? shift : sum(shift, axis));  // the reduced axes of `shift` have length 1
}

Symbol argmax(const Operand& x, const Axes& axis, bool keepdims) {
  const SiteGuard guard(x.site());
  return reduce("argmax", x.symbol(), axis, keepdims, x.site());
}

Symbol argmin(const Operand& x, const Axes& axis, bool keepdims) {
  const SiteGuard guard(x.site());
  return reduce("argmin", x.symbol(), axis, keepdims, x.site());
}

Symbol nansum(const Operand& x, const Axes& axis, bool keepdims) {
  const SiteGuard guard(x.site());
  return sum(without_nan(x.symbol(), 0), axis, keepdims);
}

Symbol nanprod(const Operand& x, const Axes& axis, bool keepdims) {
  const SiteGuard guard(x.site());
  return prod(without_nan(x.symbol(), 1), axis, keepdims);
}

Symbol nanmax(const Operand& x, const Axes& axis, bool keepdims) {
  const SiteGuard guard(x.site());
  const Symbol values = x.symbol();
  if (!can_be_nan(values)) return max(values, axis, keepdims);
  return nan_where_empty(max(without_nan(values, -kInfinity), axis, keepdims), values, axis, keepdims);
}

Symbol nanmin(const Operand& x, const Axes& axis, bool keepdims) {
  const SiteGuard guard(x.site());
  const Symbol values = x.symbol();
  if (!can_be_nan(values)) return min(values, axis, keepdims);
  return nan_where_empty(min(without_nan(values, kInfinity), axis, keepdims), values, axis, keepdims);
}

Symbol nanmean(const Operand& x, const Axes& axis, bool keepdims) {
  const SiteGuard guard(x.site());
  const Symbol values = floating(x, "nanmean");
  const Symbol count = sum(logical_not(isnan(values)), axis, keepdims);
  return sum(without_nan(values, 0), axis, keepdims) / cast(count, values.dtype());
}

Symbol nanvar(const Operand& x, const Axes& axis, bool keepdims) {
  const SiteGuard guard(x.site());
  Symbol values = floating(x, "nanvar");
  const DType dtype = values.dtype();
  if (is_half(dtype)) values = cast(values, DType::Float32);
  const Symbol distance = values - nanmean(values, axis, true);
  const Symbol squared = is_complex(dtype) ? square(real(distance)) + square(imag(distance)) : square(distance);
  const Symbol result = nanmean(squared, axis, keepdims);
  return is_half(dtype) ? cast(result, dtype) : result;
}

Symbol nanstd(const Operand& x, const Axes& axis, bool keepdims) {
  const SiteGuard guard(x.site());
  const Symbol variance = nanvar(x, axis, keepdims);
  const Symbol positive = variance > 0;
  return where(positive, sqrt(where(positive, variance, 1)), variance);
}

Symbol nanargmax(const Operand& x, const Axes& axis, bool keepdims) {
  const SiteGuard guard(x.site());
  return nan_index("argmax", x, -kInfinity, axis, keepdims);
}

Symbol nanargmin(const Operand& x, const Axes& axis, bool keepdims) {
  const SiteGuard guard(x.site());
  return nan_index("argmin", x, kInfinity, axis, keepdims);
}

}  // namespace kerascpp::ops
