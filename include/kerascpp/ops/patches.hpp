#pragma once

#include <cstdint>
#include <string>

#include <kerascpp/core/export.hpp>
#include <kerascpp/core/tensor.hpp>
#include <kerascpp/graph/symbol.hpp>
#include <kerascpp/ops/sizes.hpp>

/// Blocks of images as rows, and back. Gradients: x.
namespace kerascpp::ops {

struct PatchOptions {
  Sizes dilation = 1;
  Sizes padding = 0;
  Sizes stride = 1;
};

/// The windows of an image as columns, in row-major order.
///
/// x (B, C, H, W) -> (B, C * K_h * K_w, H' * W'), H' = floor((H + 2 padding - dilation (K_h - 1) - 1) / stride) + 1
/// Throws ShapeError unless x has four dimensions and a window fits. Source: keras.ops.unfold.
[[nodiscard]] KCPP_API Symbol unfold(const Operand& x, const Sizes& kernel_size, const PatchOptions& options = {});
[[nodiscard]] KCPP_API Tensor unfold(const Tensor& x, const Sizes& kernel_size, const PatchOptions& options = {});

/// The sum of windows put back to their places: the transpose of `unfold`.
///
/// x (B, C * K_h * K_w, H' * W') -> (B, C, H, W) with (H, W) = output_size
/// Throws ShapeError when x does not have the shape that `unfold` gives. Source: keras.ops.fold.
[[nodiscard]] KCPP_API Symbol fold(const Operand& x, const Sizes& output_size, const Sizes& kernel_size,
                                   const PatchOptions& options = {});
[[nodiscard]] KCPP_API Tensor fold(const Tensor& x, const Sizes& output_size, const Sizes& kernel_size,
                                   const PatchOptions& options = {});

/// Channels spread over squares: (B, H, W, C) -> (B, H * b, W * b, C / b^2), b = block_size.
/// Throws ShapeError unless C is known and divisible by b^2. Source: keras.ops.depth_to_space.
[[nodiscard]] KCPP_API Symbol depth_to_space(const Operand& x, std::int64_t block_size,
                                             const std::string& data_format = "channels_last");
[[nodiscard]] KCPP_API Tensor depth_to_space(const Tensor& x, std::int64_t block_size,
                                             const std::string& data_format = "channels_last");

/// Squares gathered in channels: (B, H, W, C) -> (B, H / b, W / b, C * b^2), b = block_size.
/// Throws ShapeError unless H and W are divisible by b. Source: keras.ops.space_to_depth.
[[nodiscard]] KCPP_API Symbol space_to_depth(const Operand& x, std::int64_t block_size,
                                             const std::string& data_format = "channels_last");
[[nodiscard]] KCPP_API Tensor space_to_depth(const Tensor& x, std::int64_t block_size,
                                             const std::string& data_format = "channels_last");

}  // namespace kerascpp::ops
