#pragma once

#include <string>

#include <kerascpp/core/export.hpp>
#include <kerascpp/core/tensor.hpp>
#include <kerascpp/graph/symbol.hpp>
#include <kerascpp/ops/sizes.hpp>

/// Convolutions over one, two or three spatial axes (cross-correlations, as in Keras). Operands are converted to their
/// common dtype. Gradients: with respect to all operands.
///
/// inputs   (B, D..., C) with data_format "channels_last", (B, C, D...) with "channels_first"; empty: the format of
///          `image_data_format()`
/// padding  "valid" (none), "same" (H' = ceil(H / stride)), "full" (dilation * (K - 1) on both sides), "causal" (the
///          same on the left only; one spatial axis)
namespace kerascpp::ops {

struct ConvOptions {
  Sizes strides = 1;
  std::string padding = "valid";
  std::string data_format = {};
  Sizes dilation_rate = 1;
};

/// Convolves `inputs` with `kernel` over the spatial axes.
///
/// inputs   (B, H, W, C) and its forms with one or three spatial axes
/// kernel   (K_h, K_w, C / groups, F): the number of groups follows from the shapes
/// returns  (B, H', W', F), H' = floor((H + pad - dilation * (K_h - 1) - 1) / stride) + 1
/// Throws ShapeError when C or F is not divisible by the groups or H' < 1, ValueError for a stride or dilation below 1
/// or an unknown padding. Source: keras.ops.conv; Dumoulin and Visin, arXiv 1603.07285.
[[nodiscard]] KCPP_API Symbol conv(const Operand& inputs, const Operand& kernel, const ConvOptions& options = {});
[[nodiscard]] KCPP_API Tensor conv(const Tensor& inputs, const Tensor& kernel, const ConvOptions& options = {});

/// Convolves each channel with M kernels of its own.
///
/// inputs (B, H, W, C), kernel (K_h, K_w, C, M) -> (B, H', W', C * M): channel c gives c * M ... c * M + M - 1
/// Throws as `conv`. Source: keras.ops.depthwise_conv.
[[nodiscard]] KCPP_API Symbol depthwise_conv(const Operand& inputs, const Operand& kernel,
                                             const ConvOptions& options = {});
[[nodiscard]] KCPP_API Tensor depthwise_conv(const Tensor& inputs, const Tensor& kernel,
                                             const ConvOptions& options = {});

/// `depthwise_conv`, then a convolution with a window of one element that mixes the channels.
///
/// inputs (B, H, W, C), depthwise_kernel (K_h, K_w, C, M), pointwise_kernel (1, 1, C * M, F) -> (B, H', W', F)
/// Throws as `conv`. Source: keras.ops.separable_conv; Chollet, arXiv 1610.02357.
[[nodiscard]] KCPP_API Symbol separable_conv(const Operand& inputs, const Operand& depthwise_kernel,
                                             const Operand& pointwise_kernel, const ConvOptions& options = {});
[[nodiscard]] KCPP_API Tensor separable_conv(const Tensor& inputs, const Tensor& depthwise_kernel,
                                             const Tensor& pointwise_kernel, const ConvOptions& options = {});

struct ConvTransposeOptions {
  Sizes strides = 1;
  std::string padding = "valid";  ///< "valid" or "same"
  Sizes output_padding = {};      ///< elements added to the end of the result; empty: as many as give its usual length
  std::string data_format = {};
  Sizes dilation_rate = 1;
};

/// The transpose of a convolution: the gradient of `conv` with respect to its inputs, used as a layer.
///
/// inputs (B, H, W, C), kernel (K_h, K_w, F, C) -> (B, H', W', F); with K the kernel's extent, dilation included,
///   "valid": H' = (H - 1) * stride + max(K, stride), or (H - 1) * stride + K + output_padding
///   "same":  H' = H * stride, or (H - 1) * stride + K % 2 + output_padding
/// Throws ShapeError when C differs or H' < 1, ValueError for other paddings or an output_padding that is not smaller
/// than the stride. Source: keras.ops.conv_transpose.
[[nodiscard]] KCPP_API Symbol conv_transpose(const Operand& inputs, const Operand& kernel,
                                             const ConvTransposeOptions& options = {});
[[nodiscard]] KCPP_API Tensor conv_transpose(const Tensor& inputs, const Tensor& kernel,
                                             const ConvTransposeOptions& options = {});

}  // namespace kerascpp::ops
