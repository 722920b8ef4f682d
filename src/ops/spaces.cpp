#include <algorithm>
#include <cmath>
#include <numbers>

#include <kerascpp/core/error.hpp>
#include <kerascpp/core/settings.hpp>
#include <kerascpp/graph/node.hpp>
#include <kerascpp/ops/creation.hpp>
#include <kerascpp/ops/elementwise.hpp>
#include <kerascpp/ops/like.hpp>
#include <kerascpp/ops/shape.hpp>

#include "ops/elementwise.hpp"

/// Evenly spaced numbers and windows.
namespace kerascpp::ops {
namespace {

// 0, 1, ... as a vector with `behind` more axes of length 1.
Symbol numbers(const LinspaceOptions& options, DType dtype, int behind) {
  KCPP_CHECK(options.num >= 0, ValueError, "[linspace] expects num >= 0, received ", options.num);
  Shape shape{options.num};
  for (int i = 0; i < behind; ++i) shape.push_back(1);
  return constant(
      kerascpp::arange(0, static_cast<double>(options.num), 1, DType::Float64).reshape(shape).astype(dtype));
}

std::int64_t steps_of(const LinspaceOptions& options) {
  return std::max<std::int64_t>(1, options.endpoint ? options.num - 1 : options.num);
}

DType float_dtype(const Operand& start, const Operand& stop, std::optional<DType> dtype) {
  const DType common = dtype && is_differentiable(*dtype) ? *dtype : result_type({start, stop});
  return kFloat.compute_dtype("linspace", common);
}

// first + i * step, the last one `last` itself. The new axis comes first and is then moved to its place.
Symbol spaced(const Operand& start, const Operand& stop, const LinspaceOptions& options, DType dtype) {
  const Symbol first = start.symbol(dtype), last = stop.symbol(dtype);
  const int ndim = std::max(first.ndim(), last.ndim());
  const Symbol i = numbers(options, dtype, ndim);
  const Symbol evenly = first + i * ((last - first) / static_cast<double>(steps_of(options)));
  const bool ends_there = options.endpoint && options.num > 1;
  const Symbol values = ends_there ? where(i == static_cast<double>(options.num - 1), last, evenly) : evenly;
  return ndim == 0 ? values : moveaxis(values, 0, options.axis);
}

Symbol finished(const Symbol& values, std::optional<DType> dtype) {
  if (!dtype || *dtype == values.dtype()) return values;
  return cast(is_integer(*dtype) ? floor(values) : values, *dtype);
}

// A window of M samples of `value(i, M - 1)`; one sample is 1.
template <class F>
Symbol window(std::int64_t M, F value) {
  Tensor samples = Tensor::empty(Shape{std::max<std::int64_t>(0, M)}, DType::Float64);
  for (std::int64_t i = 0; i < samples.size(); ++i)
    samples.data<double>()[i] = M == 1 ? 1 : value(static_cast<double>(i), static_cast<double>(M - 1));
  return constant(samples.astype(floatx()));
}

double cosine(double i, double n, double turns) { return std::cos(2 * std::numbers::pi * turns * i / n); }

}  // namespace

Symbol linspace(const Operand& start, const Operand& stop, const LinspaceOptions& options) {
  const SiteGuard guard(start.site());
  return finished(spaced(start, stop, options, float_dtype(start, stop, options.dtype)), options.dtype);
}

std::pair<Symbol, Symbol> linspace_with_step(const Operand& start, const Operand& stop,
                                             const LinspaceOptions& options) {
  const SiteGuard guard(start.site());
  const DType dtype = float_dtype(start, stop, options.dtype);
  const Symbol step = (stop.symbol(dtype) - start.symbol(dtype)) / static_cast<double>(steps_of(options));
  return {linspace(start, stop, options), step};
}

Symbol logspace(const Operand& start, const Operand& stop, const LogspaceOptions& options) {
  const SiteGuard guard(start.site());
  const LinspaceOptions exponents{.num = options.num, .endpoint = options.endpoint, .axis = options.axis};
  const Symbol powers = spaced(start, stop, exponents, float_dtype(start, stop, options.dtype));
  return finished(power(options.base, powers), options.dtype);
}

Symbol geomspace(const Operand& start, const Operand& stop, const LinspaceOptions& options) {
  const SiteGuard guard(start.site());
  const DType dtype = float_dtype(start, stop, options.dtype);
  const Symbol first = start.symbol(dtype);
  const Symbol ratio = stop.symbol(dtype) / first;  // positive when both have one sign
  const Symbol factors = exp(spaced(zeros_like(ratio), log(ratio), options, dtype));
  const Symbol aligned =
      ratio.ndim() == 0 ? first
                        : expand_dims(broadcast_like(first, ratio), normalize_axis(options.axis, ratio.ndim() + 1));
  return finished(aligned * factors, options.dtype);
}

Symbol bartlett(std::int64_t M) {
  return window(M, [](double i, double n) { return 1 - std::abs(2 * i / n - 1); });
}

Symbol blackman(std::int64_t M) {
  return window(M, [](double i, double n) { return 0.42 - 0.5 * cosine(i, n, 1) + 0.08 * cosine(i, n, 2); });
}

Symbol hamming(std::int64_t M) {
  return window(M, [](double i, double n) { return 0.54 - 0.46 * cosine(i, n, 1); });
}

Symbol hanning(std::int64_t M) {
  return window(M, [](double i, double n) { return 0.5 - 0.5 * cosine(i, n, 1); });
}

Symbol kaiser(std::int64_t M, double beta) {
  Tensor arguments = Tensor::empty(Shape{std::max<std::int64_t>(0, M)}, DType::Float64);
  for (std::int64_t i = 0; i < arguments.size(); ++i) {
    const double place = M == 1 ? 0 : 2 * static_cast<double>(i) / static_cast<double>(M - 1) - 1;
    arguments.data<double>()[i] = beta * std::sqrt(std::max(0.0, 1 - place * place));
  }
  return cast(i0(constant(arguments)) / i0(constant(kerascpp::full({}, beta, DType::Float64))), floatx());
}

}  // namespace kerascpp::ops
