#include <kerascpp/ops/normalization.hpp>

#include <algorithm>
#include <limits>

#include <kerascpp/core/error.hpp>
#include <kerascpp/core/settings.hpp>
#include <kerascpp/graph/immediate.hpp>
#include <kerascpp/graph/node.hpp>
#include <kerascpp/ops/elementwise.hpp>
#include <kerascpp/ops/linear_algebra.hpp>
#include <kerascpp/ops/reductions.hpp>
#include <kerascpp/ops/shape.hpp>

#include "ops/shape_support.hpp"

namespace kerascpp::ops {
namespace {

constexpr double kLargestFloat16 = 65504;

bool is_half(DType dtype) { return dtype == DType::Float16 || dtype == DType::BFloat16; }

// At least float32; integers too.
DType compute_dtype(DType dtype) { return result_type(dtype, DType::Float32); }

// Axes of x that are not among `axes`.
std::vector<std::int64_t> other_axes(const std::vector<std::int64_t>& axes, int ndim) {
  std::vector<std::int64_t> others;
  for (std::int64_t i = 0; i < ndim; ++i)
    if (std::find(axes.begin(), axes.end(), i) == axes.end()) others.push_back(i);
  return others;
}

// A parameter with the lengths of `axes` gets axes of length one beside them; another one is broadcast as it is.
Symbol along(const Symbol& parameter, const std::vector<std::int64_t>& axes, int ndim) {
  if (parameter.ndim() != static_cast<int>(axes.size()) || parameter.ndim() == ndim) return parameter;
  return expand_dims(parameter, other_axes(axes, ndim));
}

std::pair<Symbol, Symbol> mean_and_variance(const Symbol& x, const Axes& axes) {
  const Symbol center = mean(x, axes, true);
  return {center, mean(square(x - center), axes, true)};
}

// (x - mean) / sqrt(variance + epsilon) * gamma + beta as x s + t, so that x is read once
Symbol scale_and_shift(const Symbol& x, const std::pair<Symbol, Symbol>& statistics, double epsilon,
                       const Symbol& gamma, const Symbol& beta) {
  Symbol scale = rsqrt(statistics.second + epsilon);
  if (gamma.defined()) scale = scale * gamma;
  Symbol shift = negative(statistics.first * scale);
  if (beta.defined()) shift = shift + beta;
  return x * scale + shift;
}

}  // namespace

std::pair<Symbol, Symbol> moments(const Operand& x, const Axes& axes, bool keepdims, bool /*synchronized*/) {
  const SiteGuard guard(x.site());
  const DType dtype = x.dtype();
  auto [center, variance] = mean_and_variance(is_half(dtype) ? x.symbol(DType::Float32) : x.symbol(), axes);
  if (!keepdims) {
    const Axes reduced = axes.normalized(x.shape().ndim());
    center = squeeze(center, reduced);
    variance = squeeze(variance, reduced);
  }
  if (!is_half(dtype)) return {center, variance};
  // neither may become infinite by the way back
  const auto back = [dtype](const Symbol& value) {
    return cast(clip(value, -kLargestFloat16, kLargestFloat16), dtype);
  };
  return {back(center), back(variance)};
}

Symbol layer_normalization(const Operand& x, const LayerNormalizationOptions& options) {
  const SiteGuard guard(x.site());
  const DType dtype = compute_dtype(x.dtype());
  const Symbol value = x.symbol(dtype);
  const std::vector<std::int64_t> axes = options.axis.normalized(value.ndim());
  const auto parameter = [&](const std::optional<Operand>& given) {
    return given ? along(given->symbol(dtype), axes, value.ndim()) : Symbol();
  };
  const Symbol normalized = scale_and_shift(value, mean_and_variance(value, axes), options.epsilon.value_or(epsilon()),
                                            parameter(options.gamma), parameter(options.beta));
  return cast(normalized, is_floating(x.dtype()) ? x.dtype() : dtype);
}

Symbol rms_normalization(const Operand& x, const RMSNormalizationOptions& options) {
  const SiteGuard guard(x.site());
  const DType dtype = compute_dtype(x.dtype());
  const Symbol value = x.symbol(dtype);
  const Symbol mean_square = mean(square(value), options.axis, true);
  Symbol normalized = value * rsqrt(mean_square + options.epsilon.value_or(epsilon()));
  if (options.scale) normalized = normalized * options.scale->symbol(dtype);
  return cast(normalized, is_floating(x.dtype()) ? x.dtype() : dtype);
}

Symbol group_normalization(const Operand& x, std::int64_t groups, const GroupNormalizationOptions& options) {
  const SiteGuard guard(x.site());
  const DType dtype = compute_dtype(x.dtype());
  const Symbol value = x.symbol(dtype);
  const int axis = normalize_axis(options.axis, value.ndim());
  KCPP_CHECK(axis != 0, ValueError, "[group_normalization] axis 0 counts the items, received shape ", value.shape());
  const std::int64_t channels = value.shape()[axis];
  KCPP_CHECK(groups >= 1 && channels != None && channels % groups == 0, ShapeError,
             "[group_normalization] the number of channels (", channels, ") must be known and divisible by groups (",
             groups, "); input shape ", value.shape());
  // (..., C, ...) -> (..., groups, C / groups, ...)
  const Shape parts{groups, channels / groups};
  const Symbol grouped = split_axis(value, axis, parts);
  const std::vector<std::int64_t> kept{0, axis};
  const auto parameter = [&](const std::optional<Operand>& given) {
    if (!given) return Symbol();
    return expand_dims(split_axis(given->symbol(dtype), 0, parts), other_axes({axis, axis + 1}, grouped.ndim()));
  };
  const Symbol normalized = scale_and_shift(grouped, mean_and_variance(grouped, other_axes(kept, grouped.ndim())),
                                            options.epsilon, parameter(options.gamma), parameter(options.beta));
  return cast(merge_axes(normalized, axis, axis + 1), is_floating(x.dtype()) ? x.dtype() : dtype);
}

Symbol normalize(const Operand& x, const Axes& axis, int order, std::optional<double> epsilon) {
  const SiteGuard guard(x.site());
  KCPP_CHECK(order >= 1, ValueError, "[normalize] expected an order of at least 1, received ", order);
  const double smallest = epsilon.value_or(kerascpp::epsilon());
  Symbol value = is_floating(x.dtype()) ? x.symbol() : x.symbol(floatx());
  if (value.ndim() == 0) value = expand_dims(value, 0);
  // x min(1 / |x|, 1 / epsilon): no quotient is infinite
  if (order == 2) return value * minimum(rsqrt(sum(square(value), axis, true)), 1 / smallest);
  return value / maximum(norm(value, {.ord = order, .axis = axis, .keepdims = true}), smallest);
}

std::pair<Tensor, Tensor> moments(const Tensor& x, const Axes& axes, bool keepdims, bool synchronized) {
  const auto [center, variance] = moments(immediate(x), axes, keepdims, synchronized);
  const std::vector<Tensor> values = compute_now({center, variance});
  return {values[0], values[1]};
}
Tensor layer_normalization(const Tensor& x, const LayerNormalizationOptions& options) {
  return compute_now(layer_normalization(immediate(x), options));
}
Tensor rms_normalization(const Tensor& x, const RMSNormalizationOptions& options) {
  return compute_now(rms_normalization(immediate(x), options));
}
Tensor group_normalization(const Tensor& x, std::int64_t groups, const GroupNormalizationOptions& options) {
  return compute_now(group_normalization(immediate(x), groups, options));
}
Tensor normalize(const Tensor& x, const Axes& axis, int order, std::optional<double> epsilon) {
  return compute_now(normalize(immediate(x), axis, order, epsilon));
}

}  // namespace kerascpp::ops
