#pragma once

#include <cstdint>

#include <kerascpp/core/export.hpp>
#include <kerascpp/core/tensor.hpp>
#include <kerascpp/graph/symbol.hpp>
#include <kerascpp/ops/elementwise.hpp>

/// Elementwise activation functions: same shape as `x`, floating dtypes (`relu` and those made from it take integers
/// as well). All are differentiable; at kinks the gradient is that of Keras on TensorFlow.
namespace kerascpp::ops {

/// max(x, 0). Gradient 0 at 0.
inline constexpr UnaryOp relu{"relu"};
/// 1 / (1 + exp(-x)).
inline constexpr UnaryOp sigmoid{"sigmoid"};

/// min(relu(x), 6).
[[nodiscard]] KCPP_API Symbol relu6(const Operand& x);
[[nodiscard]] KCPP_API Tensor relu6(const Tensor& x);
/// x where x > 0, else negative_slope * x.
[[nodiscard]] KCPP_API Symbol leaky_relu(const Operand& x, double negative_slope = 0.2);
[[nodiscard]] KCPP_API Tensor leaky_relu(const Tensor& x, double negative_slope = 0.2);
/// x where x >= 0, else alpha * (exp(x) - 1).
[[nodiscard]] KCPP_API Symbol elu(const Operand& x, double alpha = 1.0);
[[nodiscard]] KCPP_API Tensor elu(const Tensor& x, double alpha = 1.0);
/// x where x >= 0, else alpha * (exp(x / alpha) - 1). Throws ValueError when alpha is 0.
[[nodiscard]] KCPP_API Symbol celu(const Operand& x, double alpha = 1.0);
[[nodiscard]] KCPP_API Tensor celu(const Tensor& x, double alpha = 1.0);
/// 1.0507... * elu(x, 1.6732...). Source: Klambauer et al., "Self-normalizing neural networks", arXiv 1706.02515.
[[nodiscard]] KCPP_API Symbol selu(const Operand& x);
[[nodiscard]] KCPP_API Tensor selu(const Tensor& x);
/// x times the normal distribution function of x; `approximate` takes a tanh in its place.
/// Source: Hendrycks and Gimpel, arXiv 1606.08415.
[[nodiscard]] KCPP_API Symbol gelu(const Operand& x, bool approximate = true);
[[nodiscard]] KCPP_API Tensor gelu(const Tensor& x, bool approximate = true);
/// x * sigmoid(x); also called swish.
[[nodiscard]] KCPP_API Symbol silu(const Operand& x);
[[nodiscard]] KCPP_API Tensor silu(const Tensor& x);
[[nodiscard]] KCPP_API Symbol swish(const Operand& x);
[[nodiscard]] KCPP_API Tensor swish(const Tensor& x);
/// x * tanh(softplus(x)).
[[nodiscard]] KCPP_API Symbol mish(const Operand& x);
[[nodiscard]] KCPP_API Tensor mish(const Tensor& x);
/// log(1 + exp(x)), right for every x.
[[nodiscard]] KCPP_API Symbol softplus(const Operand& x);
[[nodiscard]] KCPP_API Tensor softplus(const Tensor& x);
/// x / (1 + |x|).
[[nodiscard]] KCPP_API Symbol softsign(const Operand& x);
[[nodiscard]] KCPP_API Tensor softsign(const Tensor& x);
/// log(sigmoid(x)) = -softplus(-x).
[[nodiscard]] KCPP_API Symbol log_sigmoid(const Operand& x);
[[nodiscard]] KCPP_API Tensor log_sigmoid(const Tensor& x);
/// relu6(x + 3) / 6.
[[nodiscard]] KCPP_API Symbol hard_sigmoid(const Operand& x);
[[nodiscard]] KCPP_API Tensor hard_sigmoid(const Tensor& x);
/// x * hard_sigmoid(x); also called hard_swish.
[[nodiscard]] KCPP_API Symbol hard_silu(const Operand& x);
[[nodiscard]] KCPP_API Tensor hard_silu(const Tensor& x);
[[nodiscard]] KCPP_API Symbol hard_swish(const Operand& x);
[[nodiscard]] KCPP_API Tensor hard_swish(const Tensor& x);
/// x limited to [-1, 1].
[[nodiscard]] KCPP_API Symbol hard_tanh(const Operand& x);
[[nodiscard]] KCPP_API Tensor hard_tanh(const Tensor& x);
/// x where |x| > threshold, else 0.
[[nodiscard]] KCPP_API Symbol hard_shrink(const Operand& x, double threshold = 0.5);
[[nodiscard]] KCPP_API Tensor hard_shrink(const Tensor& x, double threshold = 0.5);
/// x moved towards 0 by `threshold`, 0 where |x| is not larger.
[[nodiscard]] KCPP_API Symbol soft_shrink(const Operand& x, double threshold = 0.5);
[[nodiscard]] KCPP_API Tensor soft_shrink(const Tensor& x, double threshold = 0.5);
/// x - tanh(x).
[[nodiscard]] KCPP_API Symbol tanh_shrink(const Operand& x);
[[nodiscard]] KCPP_API Tensor tanh_shrink(const Tensor& x);
/// x where x > threshold, else default_value.
[[nodiscard]] KCPP_API Symbol threshold(const Operand& x, double threshold, double default_value);
[[nodiscard]] KCPP_API Tensor threshold(const Tensor& x, double threshold, double default_value);
/// 0 up to -1, (x + 1)^2 / 4 up to 1, then x.
[[nodiscard]] KCPP_API Symbol sparse_plus(const Operand& x);
[[nodiscard]] KCPP_API Tensor sparse_plus(const Tensor& x);
/// 0 up to -1, (x + 1) / 2 up to 1, then 1.
[[nodiscard]] KCPP_API Symbol sparse_sigmoid(const Operand& x);
[[nodiscard]] KCPP_API Tensor sparse_sigmoid(const Tensor& x);
/// (x + sqrt(x^2 + b)) / 2, without cancellation for negative x. Throws ValueError for a negative b.
[[nodiscard]] KCPP_API Symbol squareplus(const Operand& x, double b = 4.0);
[[nodiscard]] KCPP_API Tensor squareplus(const Tensor& x, double b = 4.0);
/// The first half of x along `axis` times the sigmoid of the second half. Throws ShapeError when the length of the
/// axis is odd. Source: Dauphin et al., arXiv 1612.08083.
[[nodiscard]] KCPP_API Symbol glu(const Operand& x, std::int64_t axis = -1);
[[nodiscard]] KCPP_API Tensor glu(const Tensor& x, std::int64_t axis = -1);

}  // namespace kerascpp::ops
