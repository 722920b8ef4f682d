#pragma once

#include <cstdint>
#include <string>

#include <kerascpp/activations.hpp>
#include <kerascpp/core/fields.hpp>
#include <kerascpp/layers/layer.hpp>
#include <kerascpp/layers/merging.hpp>
#include <kerascpp/ops/sizes.hpp>

/// Layers that Keras 1 and 2 had and Keras 3 has not. Files know them as "kerascpp>Highway" and the like: Keras 3 opens
/// such a file where a class of that name is registered.
namespace kerascpp::layers {

struct LocallyConnected2DOptions {
  Sizes strides = 1;
  std::string padding = "valid";  ///< nothing else
  std::string data_format = {};   ///< empty: the format of `image_data_format()`
  ActivationFunction activation = {};
  bool use_bias = true;
  Initializer kernel_initializer = "glorot_uniform";
  Initializer bias_initializer = "zeros";
  Regularizer kernel_regularizer = {};
  Regularizer bias_regularizer = {};
  Regularizer activity_regularizer = {};
  Constraint kernel_constraint = {};
  Constraint bias_constraint = {};
  std::string name = {};
  std::string dtype = {};
  bool trainable = true;
  Shape input_shape = {};
  KCPP_FIELDS(strides, padding, data_format, activation, use_bias, kernel_initializer, bias_initializer,
              kernel_regularizer, bias_regularizer, activity_regularizer, kernel_constraint, bias_constraint)
};
using LocallyConnected1DOptions = LocallyConnected2DOptions;
/// A convolution with a kernel of its own at each place.
///
/// x (B, T, C), kernel (T', K * C, F), bias (T', F) -> (B, T', F), T' = floor((T - K) / stride) + 1
/// Throws ShapeError unless all lengths but the batch are known. Source: tf.keras.layers.LocallyConnected1D of Keras 2.
[[nodiscard]] KCPP_API Layer LocallyConnected1D(std::int64_t filters, const Sizes& kernel_size,
                                                const LocallyConnected1DOptions& options = {});
/// The same: x (B, H, W, C), kernel (H' * W', K_h * K_w * C, F), bias (H', W', F) -> (B, H', W', F).
/// Source: tf.keras.layers.LocallyConnected2D of Keras 2.
[[nodiscard]] KCPP_API Layer LocallyConnected2D(std::int64_t filters, const Sizes& kernel_size,
                                                const LocallyConnected2DOptions& options = {});

struct MaxoutDenseOptions {
  std::int64_t nb_feature = 4;  ///< linear pieces, at least 1
  bool use_bias = true;
  Initializer kernel_initializer = "glorot_uniform";
  Initializer bias_initializer = "zeros";
  Regularizer kernel_regularizer = {};
  Regularizer bias_regularizer = {};
  Regularizer activity_regularizer = {};
  Constraint kernel_constraint = {};
  Constraint bias_constraint = {};
  std::string name = {};
  std::string dtype = {};
  bool trainable = true;
  Shape input_shape = {};
  KCPP_FIELDS(nb_feature, use_bias, kernel_initializer, bias_initializer, kernel_regularizer, bias_regularizer,
              activity_regularizer, kernel_constraint, bias_constraint)
};
/// The largest of `nb_feature` dense layers, for each unit: max_k (x . kernel_k + bias_k).
///
/// x (B, C), kernel (nb_feature, C, U), bias (nb_feature, U) -> (B, U)
/// Source: keras.layers.MaxoutDense of Keras 1; Goodfellow et al., arXiv 1302.4389.
[[nodiscard]] KCPP_API Layer MaxoutDense(std::int64_t units, const MaxoutDenseOptions& options = {});

struct HighwayOptions {
  ActivationFunction activation = {};
  bool use_bias = true;
  Initializer kernel_initializer = "glorot_uniform";
  Initializer bias_initializer = "zeros";
  Initializer carry_bias_initializer = "ones";
  Regularizer kernel_regularizer = {};
  Regularizer bias_regularizer = {};
  Regularizer activity_regularizer = {};
  Constraint kernel_constraint = {};
  Constraint bias_constraint = {};
  std::string name = {};
  std::string dtype = {};
  bool trainable = true;
  Shape input_shape = {};
  KCPP_FIELDS(activation, use_bias, kernel_initializer, bias_initializer, carry_bias_initializer, kernel_regularizer,
              bias_regularizer, activity_regularizer, kernel_constraint, bias_constraint)
};
/// t * activation(x . kernel + bias) + (1 - t) * x with t = sigmoid(x . kernel_carry + bias_carry).
///
/// x (B, C), both kernels (C, C), both biases (C,) -> (B, C)
/// Source: keras.layers.Highway of Keras 1; Srivastava et al., arXiv 1505.00387.
[[nodiscard]] KCPP_API Layer Highway(const HighwayOptions& options = {});

struct SReLUOptions {
  Initializer t_left_initializer = "zeros";
  Initializer a_left_initializer = "glorot_uniform";
  Initializer t_right_initializer = "glorot_uniform";
  Initializer a_right_initializer = "ones";
  Sizes shared_axes = {};  ///< axes along which the weights are the same, counted with the batch: {1, 2} for images
  std::string name = {};
  std::string dtype = {};
  bool trainable = true;
  Shape input_shape = {};
  KCPP_FIELDS(t_left_initializer, a_left_initializer, t_right_initializer, a_right_initializer, shared_axes)
};
/// The S-shaped rectifier: x between t_left and t_right' = t_left + |t_right|, with slope a_left below and a_right
/// above. All four are trained, of the shape of x without the batch.
/// Source: keras.layers.SReLU of Keras 1; Jin et al., arXiv 1512.07030.
[[nodiscard]] KCPP_API Layer SReLU(const SReLUOptions& options = {});

struct ParametricSoftplusOptions {
  double alpha_init = 0.2;
  double beta_init = 5.0;
  Sizes shared_axes = {};
  std::string name = {};
  std::string dtype = {};
  bool trainable = true;
  Shape input_shape = {};
  KCPP_FIELDS(alpha_init, beta_init, shared_axes)
};
/// alpha * log(1 + exp(beta * x)) with trained alpha and beta of the shape of x without the batch.
/// Source: keras.layers.ParametricSoftplus of Keras 1; McFarland et al., PLoS Computational Biology 2013.
[[nodiscard]] KCPP_API Layer ParametricSoftplus(const ParametricSoftplusOptions& options = {});

struct ThresholdedReLUOptions {
  std::string name = {};
  std::string dtype = {};
  bool trainable = true;
  Shape input_shape = {};
};
/// x where x > theta, else 0: a ReLU with a threshold, as which it is saved.
/// Source: tf.keras.layers.ThresholdedReLU of Keras 2; Konda et al., arXiv 1402.3337.
[[nodiscard]] KCPP_API Layer ThresholdedReLU(double theta = 1.0, const ThresholdedReLUOptions& options = {});

struct CosineMergeOptions {
  std::string name = {};
  std::string dtype = {};
  bool trainable = true;
};
/// The cosine of two inputs along one axis of each, with an axis of length 1 behind the batch, as the merge of Keras 1
/// gives it: x (B, C), y (B, C), axes 1 -> (B, 1, 1). Norms below epsilon() count as epsilon().
/// Source: keras.layers.Merge(mode="cos") of Keras 1.
[[nodiscard]] KCPP_API Layer CosineMerge(const Sizes& axes, const CosineMergeOptions& options = {});

struct MergeOptions {
  std::int64_t concat_axis = -1;
  Sizes dot_axes = -1;  ///< of the first and the second input, or one for both; not the batch
  std::string name = {};
  std::string dtype = {};
  bool trainable = true;
};
/// The merging layer that a mode of Keras 1 names: "sum", "mul", "concat", "ave", "max", "dot" or "cos".
/// Throws ValueError for another mode. Source: keras.layers.Merge of Keras 1.
[[nodiscard]] KCPP_API Layer Merge(const std::string& mode = "sum", const MergeOptions& options = {});
/// `Merge(mode)(inputs)`: `merge({a, b}, "concat")`. Source: keras.layers.merge of Keras 1.
[[nodiscard]] KCPP_API Symbol merge(const SymbolList& inputs, const std::string& mode = "sum",
                                    const MergeOptions& options = {});

}  // namespace kerascpp::layers
