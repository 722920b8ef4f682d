#include <kerascpp/graph/immediate.hpp>
#include <kerascpp/ops/accumulations.hpp>
#include <kerascpp/ops/reductions.hpp>

/// Reductions and accumulations of tensors, computed at once.
namespace kerascpp::ops {
namespace {

using Reduction = Symbol (*)(const Operand& x, const Axes& axis, bool keepdims);

Tensor now(Reduction reduction, const Tensor& x, const Axes& axis, bool keepdims) {
  return compute_now(reduction(Operand(x), axis, keepdims));
}

}  // namespace

Tensor sum(const Tensor& x, const Axes& axis, bool keepdims) { return now(sum, x, axis, keepdims); }
Tensor prod(const Tensor& x, const Axes& axis, bool keepdims, std::optional<DType> dtype) {
  return compute_now(prod(Operand(x), axis, keepdims, dtype));
}
Tensor max(const Tensor& x, const Axes& axis, bool keepdims, std::optional<double> initial) {
  return compute_now(max(Operand(x), axis, keepdims, initial));
}
Tensor min(const Tensor& x, const Axes& axis, bool keepdims, std::optional<double> initial) {
  return compute_now(min(Operand(x), axis, keepdims, initial));
}
Tensor amax(const Tensor& x, const Axes& axis, bool keepdims) { return now(amax, x, axis, keepdims); }
Tensor amin(const Tensor& x, const Axes& axis, bool keepdims) { return now(amin, x, axis, keepdims); }
Tensor ptp(const Tensor& x, const Axes& axis, bool keepdims) { return now(ptp, x, axis, keepdims); }
Tensor any(const Tensor& x, const Axes& axis, bool keepdims) { return now(any, x, axis, keepdims); }
Tensor all(const Tensor& x, const Axes& axis, bool keepdims) { return now(all, x, axis, keepdims); }
Tensor count_nonzero(const Tensor& x, const Axes& axis) { return compute_now(count_nonzero(Operand(x), axis)); }
Tensor mean(const Tensor& x, const Axes& axis, bool keepdims) { return now(mean, x, axis, keepdims); }
Tensor average(const Tensor& x, const Axes& axis, const Tensor& weights) {
  return compute_now(weights.defined() ? average(Operand(x), axis, Operand(weights)) : mean(Operand(x), axis));
}
Tensor var(const Tensor& x, const Axes& axis, bool keepdims) { return now(var, x, axis, keepdims); }
Tensor std(const Tensor& x, const Axes& axis, bool keepdims) { return now(std, x, axis, keepdims); }
Tensor logsumexp(const Tensor& x, const Axes& axis, bool keepdims) { return now(logsumexp, x, axis, keepdims); }
Tensor argmax(const Tensor& x, const Axes& axis, bool keepdims) { return now(argmax, x, axis, keepdims); }
Tensor argmin(const Tensor& x, const Axes& axis, bool keepdims) { return now(argmin, x, axis, keepdims); }
Tensor nansum(const Tensor& x, const Axes& axis, bool keepdims) { return now(nansum, x, axis, keepdims); }
Tensor nanprod(const Tensor& x, const Axes& axis, bool keepdims) { return now(nanprod, x, axis, keepdims); }
Tensor nanmax(const Tensor& x, const Axes& axis, bool keepdims) { return now(nanmax, x, axis, keepdims); }
Tensor nanmin(const Tensor& x, const Axes& axis, bool keepdims) { return now(nanmin, x, axis, keepdims); }
Tensor nanmean(const Tensor& x, const Axes& axis, bool keepdims) { return now(nanmean, x, axis, keepdims); }
Tensor nanvar(const Tensor& x, const Axes& axis, bool keepdims) { return now(nanvar, x, axis, keepdims); }
Tensor nanstd(const Tensor& x, const Axes& axis, bool keepdims) { return now(nanstd, x, axis, keepdims); }
Tensor nanargmax(const Tensor& x, const Axes& axis, bool keepdims) { return now(nanargmax, x, axis, keepdims); }
Tensor nanargmin(const Tensor& x, const Axes& axis, bool keepdims) { return now(nanargmin, x, axis, keepdims); }

Tensor cumsum(const Tensor& x, const Axes& axis, const AccumulationOptions& options) {
  return compute_now(cumsum(Operand(x), axis, options));
}
Tensor cumprod(const Tensor& x, const Axes& axis, const AccumulationOptions& options) {
  return compute_now(cumprod(Operand(x), axis, options));
}
Tensor nancumsum(const Tensor& x, const Axes& axis, const AccumulationOptions& options) {
  return compute_now(nancumsum(Operand(x), axis, options));
}
Tensor nancumprod(const Tensor& x, const Axes& axis, const AccumulationOptions& options) {
  return compute_now(nancumprod(Operand(x), axis, options));
}

}  // namespace kerascpp::ops
