#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <utility>

#include <kerascpp/core/export.hpp>
#include <kerascpp/core/shape.hpp>
#include <kerascpp/graph/symbol.hpp>
#include <kerascpp/ops/convolution.hpp>
#include <kerascpp/ops/sizes.hpp>

/// Convolutions, poolings and paddings under the names of Keras's backend, one for each number of spatial axes.
/// Layouts, paddings and errors as in ops/convolution.hpp and ops/pooling.hpp. Gradients: all operands.
namespace kerascpp::backend {

using ops::ConvOptions;

/// x (B, T, C), kernel (K, C, F). Source: keras.backend.conv1d.
[[nodiscard]] KCPP_API Symbol conv1d(const Operand& x, const Operand& kernel, const ConvOptions& options = {});
/// x (B, H, W, C), kernel (K_h, K_w, C, F). Source: keras.backend.conv2d.
[[nodiscard]] KCPP_API Symbol conv2d(const Operand& x, const Operand& kernel, const ConvOptions& options = {});
/// x (B, H, W, D, C), kernel (K_h, K_w, K_d, C, F). Source: keras.backend.conv3d.
[[nodiscard]] KCPP_API Symbol conv3d(const Operand& x, const Operand& kernel, const ConvOptions& options = {});

/// The transpose of a convolution, with the shape of the result given (its batch may be None).
///
/// x (B, H, W, C), kernel (K_h, K_w, F, C) -> output_shape (B, H', W', F): that of which `conv2d` with these options
/// gives the shape of x. Throws ShapeError when it gives another one. Source: keras.backend.conv2d_transpose.
[[nodiscard]] KCPP_API Symbol conv2d_transpose(const Operand& x, const Operand& kernel, const Shape& output_shape,
                                               const ConvOptions& options = {});
/// The same with three spatial axes. Source: keras.backend.conv3d_transpose.
[[nodiscard]] KCPP_API Symbol conv3d_transpose(const Operand& x, const Operand& kernel, const Shape& output_shape,
                                               const ConvOptions& options = {});

/// x (B, H, W, C), depthwise_kernel (K_h, K_w, C, M). Source: keras.backend.depthwise_conv2d.
[[nodiscard]] KCPP_API Symbol depthwise_conv2d(const Operand& x, const Operand& depthwise_kernel,
                                               const ConvOptions& options = {});
/// x (B, T, C), depthwise_kernel (K, C, M), pointwise_kernel (1, C * M, F). Source: keras.backend.separable_conv1d.
[[nodiscard]] KCPP_API Symbol separable_conv1d(const Operand& x, const Operand& depthwise_kernel,
                                               const Operand& pointwise_kernel, const ConvOptions& options = {});
/// x (B, H, W, C), depthwise_kernel (K_h, K_w, C, M), pointwise_kernel (1, 1, C * M, F).
/// Source: keras.backend.separable_conv2d.
[[nodiscard]] KCPP_API Symbol separable_conv2d(const Operand& x, const Operand& depthwise_kernel,
                                               const Operand& pointwise_kernel, const ConvOptions& options = {});

/// A convolution with a kernel of its own for every place, without padding.
///
/// inputs (B, T, C), kernel (T', K * C, F) -> (B, T', F); with "channels_first" (B, C, T), (T', C * K, F) -> (B, F, T')
/// Throws ShapeError when the dimensions do not fit or are not known. Source: keras.backend.local_conv1d.
[[nodiscard]] KCPP_API Symbol local_conv1d(const Operand& inputs, const Operand& kernel, const Sizes& kernel_size,
                                           const Sizes& strides, const std::string& data_format = {});
/// inputs (B, H, W, C), kernel (H' * W', K_h * K_w * C, F), output_shape {H', W'}.
/// Source: keras.backend.local_conv2d.
[[nodiscard]] KCPP_API Symbol local_conv2d(const Operand& inputs, const Operand& kernel, const Sizes& kernel_size,
                                           const Sizes& strides, const Sizes& output_shape,
                                           const std::string& data_format = {});

struct PoolNdOptions {
  Sizes strides = 1;
  std::string padding = "valid";
  std::string data_format = {};
  std::string pool_mode = "max";  ///< or "avg"
};
/// x (B, H, W, C). Throws ValueError for another pool_mode. Source: keras.backend.pool2d.
[[nodiscard]] KCPP_API Symbol pool2d(const Operand& x, const Sizes& pool_size, const PoolNdOptions& options = {});
/// x (B, H, W, D, C). Source: keras.backend.pool3d.
[[nodiscard]] KCPP_API Symbol pool3d(const Operand& x, const Sizes& pool_size, const PoolNdOptions& options = {});

/// `x` plus a bias for each channel.
///
/// bias (C,), or with one dimension less than x, channels last. Throws ShapeError for other numbers of dimensions.
/// Source: keras.backend.bias_add.
[[nodiscard]] KCPP_API Symbol bias_add(const Operand& x, const Operand& bias, const std::string& data_format = {});

/// How many zeros before and after an axis.
using Padding = std::pair<std::int64_t, std::int64_t>;
/// Zeros before and after the middle axis of x (B, T, C). Source: keras.backend.temporal_padding.
[[nodiscard]] KCPP_API Symbol temporal_padding(const Operand& x, const Padding& padding = {1, 1});
/// Zeros around the spatial axes of x (B, H, W, C). Source: keras.backend.spatial_2d_padding.
[[nodiscard]] KCPP_API Symbol spatial_2d_padding(const Operand& x,
                                                 const std::array<Padding, 2>& padding = {{{1, 1}, {1, 1}}},
                                                 const std::string& data_format = {});
/// Zeros around the spatial axes of x (B, H, W, D, C). Source: keras.backend.spatial_3d_padding.
[[nodiscard]] KCPP_API Symbol spatial_3d_padding(const Operand& x,
                                                 const std::array<Padding, 3>& padding = {{{1, 1}, {1, 1}, {1, 1}}},
                                                 const std::string& data_format = {});

/// Images (B, H, W, C) of a height and width that are as many times larger as the factors say.
///
/// interpolation: "nearest", "bilinear", "bicubic", "lanczos3" or "lanczos5". Throws ShapeError when height or width is
/// not known, ValueError for another interpolation. Source: keras.backend.resize_images.
[[nodiscard]] KCPP_API Symbol resize_images(const Operand& x, std::int64_t height_factor, std::int64_t width_factor,
                                            const std::string& data_format,
                                            const std::string& interpolation = "nearest");
/// Every element of x (B, D, H, W, C) as often along each spatial axis as its factor says.
/// Source: keras.backend.resize_volumes.
[[nodiscard]] KCPP_API Symbol resize_volumes(const Operand& x, std::int64_t depth_factor, std::int64_t height_factor,
                                             std::int64_t width_factor, const std::string& data_format);

}  // namespace kerascpp::backend
