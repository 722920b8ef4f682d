#pragma once

#include <optional>
#include <string>

#include <kerascpp/activations.hpp>
#include <kerascpp/core/fields.hpp>
#include <kerascpp/layers/layer.hpp>
#include <kerascpp/ops/axes.hpp>
#include <kerascpp/ops/sizes.hpp>

/// Activations as layers. Shapes stay, and masks are passed on.
namespace kerascpp::layers {

struct ActivationOptions {
  std::string name = {};
  std::string dtype = {};
  bool trainable = true;
  Shape input_shape = {};
};
/// Any activation by name, object or callable. Source: keras.layers.Activation.
[[nodiscard]] KCPP_API Layer Activation(const ActivationFunction& activation, const ActivationOptions& options = {});

struct ReLUOptions {
  std::optional<double> max_value = {};
  double negative_slope = 0.0;
  double threshold = 0.0;
  std::string name = {};
  std::string dtype = {};
  bool trainable = true;
  Shape input_shape = {};
  KCPP_FIELDS(max_value, negative_slope, threshold)
};
/// x where x > threshold, at most max_value; else negative_slope * (x - threshold). Arguments are at least 0.
/// Source: keras.layers.ReLU.
[[nodiscard]] KCPP_API Layer ReLU(const ReLUOptions& options = {});
/// The same with a largest value: `ReLU(6)`.
[[nodiscard]] KCPP_API Layer ReLU(double max_value);

struct LeakyReLUOptions {
  double negative_slope = 0.3;
  std::string name = {};
  std::string dtype = {};
  bool trainable = true;
  Shape input_shape = {};
};
/// x where x > 0, else negative_slope * x; negative_slope is at least 0. Source: keras.layers.LeakyReLU.
[[nodiscard]] KCPP_API Layer LeakyReLU(const LeakyReLUOptions& options = {});
[[nodiscard]] KCPP_API Layer LeakyReLU(double negative_slope, LeakyReLUOptions options = {});

struct PReLUOptions {
  Initializer alpha_initializer = "zeros";
  Regularizer alpha_regularizer = {};
  Constraint alpha_constraint = {};
  Sizes shared_axes = {};  ///< axes along which alpha is the same, counted with the batch: {1, 2} for images
  std::string name = {};
  std::string dtype = {};
  bool trainable = true;
  Shape input_shape = {};
  KCPP_FIELDS(alpha_initializer, alpha_regularizer, alpha_constraint, shared_axes)
};
/// x where x > 0, else alpha * x with trained alpha of the shape of x without the batch.
/// Source: keras.layers.PReLU; He et al., arXiv 1502.01852.
[[nodiscard]] KCPP_API Layer PReLU(const PReLUOptions& options = {});

struct ELUOptions {
  double alpha = 1.0;
  std::string name = {};
  std::string dtype = {};
  bool trainable = true;
  Shape input_shape = {};
};
/// x where x >= 0, else alpha * (exp(x) - 1). Source: keras.layers.ELU; Clevert et al., arXiv 1511.07289.
[[nodiscard]] KCPP_API Layer ELU(const ELUOptions& options = {});
[[nodiscard]] KCPP_API Layer ELU(double alpha, ELUOptions options = {});

struct SoftmaxOptions {
  Axes axis = -1;
  std::string name = {};
  std::string dtype = {};
  bool trainable = true;
  Shape input_shape = {};
  KCPP_FIELDS(axis)
};
/// Probabilities over `axis`; where a mask is false they are 0. A mask has the shape of x or one that is broadcast to
/// it. Source: keras.layers.Softmax.
[[nodiscard]] KCPP_API Layer Softmax(const SoftmaxOptions& options = {});

}  // namespace kerascpp::layers
