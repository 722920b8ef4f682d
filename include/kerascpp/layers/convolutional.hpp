#pragma once

#include <cstdint>
#include <string>

#include <kerascpp/activations.hpp>
#include <kerascpp/core/fields.hpp>
#include <kerascpp/layers/layer.hpp>
#include <kerascpp/ops/sizes.hpp>

/// Convolutions over one, two or three spatial axes. In every struct of options:
///
/// strides, dilation_rate  at least 1, one for all spatial axes or one for each; not both above 1
/// padding                 "valid" (none), "same" (H' = ceil(H / stride)), "full" (K - 1 on both sides), with one
///                         spatial axis also "causal" (K - 1 on the left)
/// data_format             "channels_last": x is (B, H, W, C); "channels_first": (B, C, H, W); empty: the format of
///                         `image_data_format()`
namespace kerascpp::layers {

struct Conv2DOptions {
  Sizes strides = 1;
  std::string padding = "valid";
  std::string data_format = {};
  Sizes dilation_rate = 1;
  std::int64_t groups = 1;  ///< parts of the channels that are convolved apart; divides C and F
  ActivationFunction activation = {};
  bool use_bias = true;
  Initializer kernel_initializer = "glorot_uniform";
  Initializer bias_initializer = "zeros";
  Regularizer kernel_regularizer = {};
  Regularizer bias_regularizer = {};
  Regularizer activity_regularizer = {};
  Constraint kernel_constraint = {};
  Constraint bias_constraint = {};
  std::optional<std::int64_t> lora_rank = {};  ///< of `enable_lora`, which building the layer does then
  std::optional<double> lora_alpha = {};
  std::string name = {};
  std::string dtype = {};
  bool trainable = true;
  Shape input_shape = {};
  KCPP_FIELDS(strides, padding, data_format, dilation_rate, groups, activation, use_bias, kernel_initializer,
              bias_initializer, kernel_regularizer, bias_regularizer, activity_regularizer, kernel_constraint,
              bias_constraint)
};
using Conv1DOptions = Conv2DOptions;
using Conv3DOptions = Conv2DOptions;
/// activation(conv(x, kernel) + bias).
///
/// x (B, T, C), kernel (K, C / groups, F), bias (F,) -> (B, T', F)
/// Source: keras.layers.Conv1D.
[[nodiscard]] KCPP_API Layer Conv1D(std::int64_t filters, const Sizes& kernel_size, const Conv1DOptions& options = {});
/// The same: x (B, H, W, C), kernel (K_h, K_w, C / groups, F) -> (B, H', W', F). Source: keras.layers.Conv2D.
[[nodiscard]] KCPP_API Layer Conv2D(std::int64_t filters, const Sizes& kernel_size, const Conv2DOptions& options = {});
/// The same: x (B, D, H, W, C) -> (B, D', H', W', F). Source: keras.layers.Conv3D.
[[nodiscard]] KCPP_API Layer Conv3D(std::int64_t filters, const Sizes& kernel_size, const Conv3DOptions& options = {});

struct Conv2DTransposeOptions {
  Sizes strides = 1;
  std::string padding = "valid";  ///< "valid" or "same"
  Sizes output_padding = {};      ///< elements added to the end of the result, fewer than the stride
  std::string data_format = {};
  Sizes dilation_rate = 1;
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
  KCPP_FIELDS(strides, padding, output_padding, data_format, dilation_rate, activation, use_bias, kernel_initializer,
              bias_initializer, kernel_regularizer, bias_regularizer, activity_regularizer, kernel_constraint,
              bias_constraint)
};
using Conv1DTransposeOptions = Conv2DTransposeOptions;
/// As Conv2DTransposeOptions; Keras gives its arguments another order.
struct Conv3DTransposeOptions {
  Sizes strides = 1;
  std::string padding = "valid";
  std::string data_format = {};
  Sizes output_padding = {};
  Sizes dilation_rate = 1;
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
  KCPP_FIELDS(strides, padding, data_format, output_padding, dilation_rate, activation, use_bias, kernel_initializer,
              bias_initializer, kernel_regularizer, bias_regularizer, activity_regularizer, kernel_constraint,
              bias_constraint)
};
/// activation(conv_transpose(x, kernel) + bias): the shapes of Conv1D the other way round.
///
/// x (B, T, C), kernel (K, F, C), bias (F,) -> (B, T', F); see ops::conv_transpose for T'
/// Source: keras.layers.Conv1DTranspose.
[[nodiscard]] KCPP_API Layer Conv1DTranspose(std::int64_t filters, const Sizes& kernel_size,
                                             const Conv1DTransposeOptions& options = {});
/// The same with x (B, H, W, C), kernel (K_h, K_w, F, C). Source: keras.layers.Conv2DTranspose.
[[nodiscard]] KCPP_API Layer Conv2DTranspose(std::int64_t filters, const Sizes& kernel_size,
                                             const Conv2DTransposeOptions& options = {});
/// The same with x (B, D, H, W, C). Source: keras.layers.Conv3DTranspose.
[[nodiscard]] KCPP_API Layer Conv3DTranspose(std::int64_t filters, const Sizes& kernel_size,
                                             const Conv3DTransposeOptions& options = {});

struct DepthwiseConv2DOptions {
  Sizes strides = 1;
  std::string padding = "valid";
  std::int64_t depth_multiplier = 1;  ///< kernels for each channel
  std::string data_format = {};
  Sizes dilation_rate = 1;
  ActivationFunction activation = {};
  bool use_bias = true;
  Initializer depthwise_initializer = "glorot_uniform";
  Initializer bias_initializer = "zeros";
  Regularizer depthwise_regularizer = {};
  Regularizer bias_regularizer = {};
  Regularizer activity_regularizer = {};
  Constraint depthwise_constraint = {};
  Constraint bias_constraint = {};
  std::string name = {};
  std::string dtype = {};
  bool trainable = true;
  Shape input_shape = {};
  KCPP_FIELDS(strides, padding, depth_multiplier, data_format, dilation_rate, activation, use_bias,
              depthwise_initializer, bias_initializer, depthwise_regularizer, bias_regularizer, activity_regularizer,
              depthwise_constraint, bias_constraint)
};
using DepthwiseConv1DOptions = DepthwiseConv2DOptions;
/// Convolves each channel with M = depth_multiplier kernels of its own.
///
/// x (B, T, C), kernel (K, C, M), bias (C * M,) -> (B, T', C * M)
/// Source: keras.layers.DepthwiseConv1D.
[[nodiscard]] KCPP_API Layer DepthwiseConv1D(const Sizes& kernel_size, const DepthwiseConv1DOptions& options = {});
/// The same with x (B, H, W, C), kernel (K_h, K_w, C, M). Source: keras.layers.DepthwiseConv2D.
[[nodiscard]] KCPP_API Layer DepthwiseConv2D(const Sizes& kernel_size, const DepthwiseConv2DOptions& options = {});

struct SeparableConv2DOptions {
  Sizes strides = 1;
  std::string padding = "valid";
  std::string data_format = {};
  Sizes dilation_rate = 1;
  std::int64_t depth_multiplier = 1;
  ActivationFunction activation = {};
  bool use_bias = true;
  Initializer depthwise_initializer = "glorot_uniform";
  Initializer pointwise_initializer = "glorot_uniform";
  Initializer bias_initializer = "zeros";
  Regularizer depthwise_regularizer = {};
  Regularizer pointwise_regularizer = {};
  Regularizer bias_regularizer = {};
  Regularizer activity_regularizer = {};
  Constraint depthwise_constraint = {};
  Constraint pointwise_constraint = {};
  Constraint bias_constraint = {};
  std::string name = {};
  std::string dtype = {};
  bool trainable = true;
  Shape input_shape = {};
  KCPP_FIELDS(strides, padding, data_format, dilation_rate, depth_multiplier, activation, use_bias,
              depthwise_initializer, pointwise_initializer, bias_initializer, depthwise_regularizer,
              pointwise_regularizer, bias_regularizer, activity_regularizer, depthwise_constraint, pointwise_constraint,
              bias_constraint)
};
using SeparableConv1DOptions = SeparableConv2DOptions;
/// A depthwise convolution, then one with a window of 1 that mixes the channels.
///
/// x (B, T, C), depthwise_kernel (K, C, M), pointwise_kernel (1, C * M, F), bias (F,) -> (B, T', F)
/// Source: keras.layers.SeparableConv1D.
[[nodiscard]] KCPP_API Layer SeparableConv1D(std::int64_t filters, const Sizes& kernel_size,
                                             const SeparableConv1DOptions& options = {});
/// The same with x (B, H, W, C). Source: keras.layers.SeparableConv2D; Chollet, arXiv 1610.02357.
[[nodiscard]] KCPP_API Layer SeparableConv2D(std::int64_t filters, const Sizes& kernel_size,
                                             const SeparableConv2DOptions& options = {});

// Other names of the same layers.
[[nodiscard]] inline Layer Convolution1D(std::int64_t filters, const Sizes& kernel_size,
                                         const Conv1DOptions& options = {}) {
  return Conv1D(filters, kernel_size, options);
}
[[nodiscard]] inline Layer Convolution2D(std::int64_t filters, const Sizes& kernel_size,
                                         const Conv2DOptions& options = {}) {
  return Conv2D(filters, kernel_size, options);
}
[[nodiscard]] inline Layer Convolution3D(std::int64_t filters, const Sizes& kernel_size,
                                         const Conv3DOptions& options = {}) {
  return Conv3D(filters, kernel_size, options);
}
[[nodiscard]] inline Layer Convolution1DTranspose(std::int64_t filters, const Sizes& kernel_size,
                                                  const Conv1DTransposeOptions& options = {}) {
  return Conv1DTranspose(filters, kernel_size, options);
}
[[nodiscard]] inline Layer Convolution2DTranspose(std::int64_t filters, const Sizes& kernel_size,
                                                  const Conv2DTransposeOptions& options = {}) {
  return Conv2DTranspose(filters, kernel_size, options);
}
[[nodiscard]] inline Layer Convolution3DTranspose(std::int64_t filters, const Sizes& kernel_size,
                                                  const Conv3DTransposeOptions& options = {}) {
  return Conv3DTranspose(filters, kernel_size, options);
}
[[nodiscard]] inline Layer SeparableConvolution1D(std::int64_t filters, const Sizes& kernel_size,
                                                  const SeparableConv1DOptions& options = {}) {
  return SeparableConv1D(filters, kernel_size, options);
}
[[nodiscard]] inline Layer SeparableConvolution2D(std::int64_t filters, const Sizes& kernel_size,
                                                  const SeparableConv2DOptions& options = {}) {
  return SeparableConv2D(filters, kernel_size, options);
}

}  // namespace kerascpp::layers
