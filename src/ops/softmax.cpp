#include <kerascpp/ops/softmax.hpp>

#include <kerascpp/core/settings.hpp>
#include <kerascpp/graph/immediate.hpp>
#include <kerascpp/graph/node.hpp>
#include <kerascpp/ops/accumulations.hpp>
#include <kerascpp/ops/elementwise.hpp>
#include <kerascpp/ops/like.hpp>
#include <kerascpp/ops/reductions.hpp>
#include <kerascpp/ops/shape.hpp>
#include <kerascpp/ops/sorting.hpp>

#include "ops/shape_support.hpp"

namespace kerascpp::ops {
namespace {

Symbol floating(const Operand& x) { return is_floating(x.dtype()) ? x.symbol() : x.symbol(floatx()); }

Symbol along(std::string_view op, const Symbol& x, std::int64_t axis) { return make_symbol(op, {x}, {{"axis", axis}}); }

}  // namespace

Symbol softmax(const Operand& x, const Axes& axis) {
  const SiteGuard guard(x.site());
  const Symbol scores = floating(x);
  const std::vector<std::int64_t> axes = axis.normalized(scores.ndim());
  return axes.size() == 1 ? along("softmax", scores, axes[0]) : exp(log_softmax(scores, axes));
}

Symbol log_softmax(const Operand& x, const Axes& axis) {
  const SiteGuard guard(x.site());
  const Symbol scores = floating(x);
  const std::vector<std::int64_t> axes = axis.normalized(scores.ndim());
  return axes.size() == 1 ? along("log_softmax", scores, axes[0]) : scores - logsumexp(scores, axes, true);
}

Symbol masked_softmax(const Operand& x, const Operand& mask, const Axes& axis) {
  const SiteGuard guard(x.site());
  const Symbol scores = floating(x);
  // finite, so that a row without a true element gives no NaN
  return softmax(where(mask, scores, scores.dtype() == DType::Float16 ? -3e4 : -1e9), axis);
}

// With z sorted downwards and s_i the sum of its first i elements, those with z_i > (s_i - 1) / i are the support of
// size k. The paper's threshold is (s_k - 1) / k; Keras 3 adds up the s_i of the support in place of s_k, and a model
// must give here what it gives there.
Symbol sparsemax(const Operand& x, std::int64_t axis) {
  const SiteGuard guard(x.site());
  const Symbol scores = floating(x);
  const DType dtype = scores.dtype();
  const Symbol sorted = flip(sort(scores, axis), axis);
  const Symbol sums = cumsum(sorted, axis);
  const Symbol ranks = cast(iota_like(sorted, axis), dtype) + 1;
  const Symbol support = sorted > (sums - 1) / ranks;
  const Symbol size = sum(cast(support, dtype), axis, true);
  const Symbol threshold = (sum(where(support, sums, 0), axis, true) - 1) / size;
  return maximum(scores - threshold, 0);
}

Tensor softmax(const Tensor& x, const Axes& axis) { return compute_now(softmax(immediate(x), axis)); }
Tensor log_softmax(const Tensor& x, const Axes& axis) { return compute_now(log_softmax(immediate(x), axis)); }
Tensor masked_softmax(const Tensor& x, const Tensor& mask, const Axes& axis) {
  return compute_now(masked_softmax(immediate(x), immediate(mask), axis));
}
Tensor sparsemax(const Tensor& x, std::int64_t axis) { return compute_now(sparsemax(immediate(x), axis)); }

}  // namespace kerascpp::ops
