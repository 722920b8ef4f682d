#include <kerascpp/graph/immediate.hpp>
#include <kerascpp/ops/activations.hpp>

/// Activations of tensors, computed at once.
namespace kerascpp::ops {

Tensor relu6(const Tensor& x) { return compute_now(relu6(Operand(x))); }
Tensor leaky_relu(const Tensor& x, double negative_slope) {
  return compute_now(leaky_relu(Operand(x), negative_slope));
}
Tensor elu(const Tensor& x, double alpha) { return compute_now(elu(Operand(x), alpha)); }
Tensor celu(const Tensor& x, double alpha) { return compute_now(celu(Operand(x), alpha)); }
Tensor selu(const Tensor& x) { return compute_now(selu(Operand(x))); }
Tensor gelu(const Tensor& x, bool approximate) { return compute_now(gelu(Operand(x), approximate)); }
Tensor silu(const Tensor& x) { return compute_now(silu(Operand(x))); }
Tensor swish(const Tensor& x) { return compute_now(swish(Operand(x))); }
Tensor mish(const Tensor& x) { return compute_now(mish(Operand(x))); }
Tensor softplus(const Tensor& x) { return compute_now(softplus(Operand(x))); }
Tensor softsign(const Tensor& x) { return compute_now(softsign(Operand(x))); }
Tensor log_sigmoid(const Tensor& x) { return compute_now(log_sigmoid(Operand(x))); }
Tensor hard_sigmoid(const Tensor& x) { return compute_now(hard_sigmoid(Operand(x))); }
Tensor hard_silu(const Tensor& x) { return compute_now(hard_silu(Operand(x))); }
Tensor hard_swish(const Tensor& x) { return compute_now(hard_swish(Operand(x))); }
Tensor hard_tanh(const Tensor& x) { return compute_now(hard_tanh(Operand(x))); }
Tensor hard_shrink(const Tensor& x, double threshold) { return compute_now(hard_shrink(Operand(x), threshold)); }
Tensor soft_shrink(const Tensor& x, double threshold) { return compute_now(soft_shrink(Operand(x), threshold)); }
Tensor tanh_shrink(const Tensor& x) { return compute_now(tanh_shrink(Operand(x))); }
Tensor threshold(const Tensor& x, double limit, double default_value) {
  return compute_now(threshold(Operand(x), limit, default_value));
}
Tensor sparse_plus(const Tensor& x) { return compute_now(sparse_plus(Operand(x))); }
Tensor sparse_sigmoid(const Tensor& x) { return compute_now(sparse_sigmoid(Operand(x))); }
Tensor squareplus(const Tensor& x, double b) { return compute_now(squareplus(Operand(x), b)); }
Tensor glu(const Tensor& x, std::int64_t axis) { return compute_now(glu(Operand(x), axis)); }

}  // namespace kerascpp::ops
