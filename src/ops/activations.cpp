#include <kerascpp/ops/activations.hpp>

#include <cmath>
#include <numbers>

#include <kerascpp/core/error.hpp>
#include <kerascpp/graph/node.hpp>
#include <kerascpp/ops/joining.hpp>

#include "ops/elementwise.hpp"

namespace kerascpp::ops {
namespace {

Symbol floating(const Operand& x, const char* op) { return x.symbol(kRealFloat.compute_dtype(op, x.dtype())); }

}  // namespace

// the limit comes first: where both are equal the gradient goes to it, so it is 0 at 6
Symbol relu6(const Operand& x) {
  const SiteGuard guard(x.site());
  const Symbol positive = relu(x);
  return minimum(6, positive);
}

Symbol leaky_relu(const Operand& operand, double negative_slope) {
  const SiteGuard guard(operand.site());
  const Symbol x = floating(operand, "leaky_relu");
  return where(x > 0, x, negative_slope * x);
}

// exp is taken of negative values only, so that the branch not taken cannot overflow into the gradient
Symbol elu(const Operand& operand, double alpha) {
  const SiteGuard guard(operand.site());
  const Symbol x = floating(operand, "elu");
  return where(x >= 0, x, alpha * expm1(minimum(x, 0)));
}

Symbol celu(const Operand& operand, double alpha) {
  const SiteGuard guard(operand.site());
  KCPP_CHECK(alpha != 0, ValueError, "[celu] expects an alpha other than 0");
  const Symbol x = floating(operand, "celu");
  return where(x >= 0, x, alpha * expm1(minimum(x, 0) / alpha));
}

Symbol selu(const Operand& x) {
  const SiteGuard guard(x.site());
  constexpr double kAlpha = 1.6732632423543772848170429916717;
  constexpr double kScale = 1.0507009873554804934193349852946;
  return kScale * elu(x, kAlpha);
}

Symbol gelu(const Operand& operand, bool approximate) {
  const SiteGuard guard(operand.site());
  const Symbol x = floating(operand, "gelu");
  if (!approximate) return 0.5 * x * (1 + erf(x * (std::numbers::sqrt2 / 2)));
  const double scale = std::sqrt(2 * std::numbers::inv_pi);
  return 0.5 * x * (1 + tanh(scale * (x + 0.044715 * x * x * x)));
}

Symbol silu(const Operand& operand) {
  const SiteGuard guard(operand.site());
  const Symbol x = floating(operand, "silu");
  return x * sigmoid(x);
}
Symbol swish(const Operand& x) { return silu(x); }

Symbol mish(const Operand& operand) {
  const SiteGuard guard(operand.site());
  const Symbol x = floating(operand, "mish");
  return x * tanh(softplus(x));
}

Symbol softplus(const Operand& x) { return logaddexp(x, 0); }

Symbol softsign(const Operand& operand) {
  const SiteGuard guard(operand.site());
  const Symbol x = floating(operand, "softsign");
  return x / (1 + abs(x));
}

Symbol log_sigmoid(const Operand& x) { return -softplus(-floating(x, "log_sigmoid")); }

Symbol hard_sigmoid(const Operand& x) { return relu6(floating(x, "hard_sigmoid") + 3) * (1.0 / 6); }

Symbol hard_silu(const Operand& operand) {
  const SiteGuard guard(operand.site());
  const Symbol x = floating(operand, "hard_silu");
  return x * hard_sigmoid(x);
}
Symbol hard_swish(const Operand& x) { return hard_silu(x); }

Symbol hard_tanh(const Operand& x) { return clip(x, -1, 1); }

Symbol hard_shrink(const Operand& operand, double threshold) {
  const SiteGuard guard(operand.site());
  const Symbol x = floating(operand, "hard_shrink");
  return where(abs(x) > threshold, x, 0);
}

Symbol soft_shrink(const Operand& operand, double threshold) {
  const SiteGuard guard(operand.site());
  const Symbol x = floating(operand, "soft_shrink");
  return where(x > threshold, x - threshold, where(x < -threshold, x + threshold, 0));
}

Symbol tanh_shrink(const Operand& operand) {
  const SiteGuard guard(operand.site());
  const Symbol x = floating(operand, "tanh_shrink");
  return x - tanh(x);
}

Symbol threshold(const Operand& operand, double threshold, double default_value) {
  const SiteGuard guard(operand.site());
  const Symbol x = floating(operand, "threshold");
  return where(x > threshold, x, default_value);
}

Symbol sparse_plus(const Operand& operand) {
  const SiteGuard guard(operand.site());
  const Symbol x = floating(operand, "sparse_plus");
  return where(x <= -1, 0, where(x < 1, 0.25 * square(x + 1), x));
}

Symbol sparse_sigmoid(const Operand& operand) {
  const SiteGuard guard(operand.site());
  const Symbol x = floating(operand, "sparse_sigmoid");
  return where(x <= -1, 0, where(x >= 1, 1, 0.5 * (x + 1)));
}

// For negative x the sum would cancel: (x + root) / 2 = b / (2 (root - x)).
Symbol squareplus(const Operand& operand, double b) {
  const SiteGuard guard(operand.site());
  KCPP_CHECK(b >= 0, ValueError, "[squareplus] expects b >= 0, received ", b);
  const Symbol x = floating(operand, "squareplus");
  if (b == 0) return relu(x);
  const Symbol root = hypot(x, std::sqrt(b));
  return where(x >= 0, 0.5 * (x + root), (0.5 * b) / (root - minimum(x, 0)));
}

Symbol glu(const Operand& operand, std::int64_t axis) {
  const SiteGuard guard(operand.site());
  const Symbol x = floating(operand, "glu");
  KCPP_CHECK(x.dim(axis) == None || x.dim(axis) % 2 == 0, ShapeError, "[glu] axis ", axis, " of ", x.spec(),
             " has an odd length and cannot be halved");
  const std::vector<Symbol> halves = split(x, 2, axis);
  return halves[0] * sigmoid(halves[1]);
}

}  // namespace kerascpp::ops
