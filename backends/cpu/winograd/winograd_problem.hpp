#pragma once

#include <string>

#include <kerascpp/backend/kernel.hpp>

#include "backends/cpu/winograd/winograd_loops.hpp"
#include "ops/convolution_geometry.hpp"

namespace kerascpp::cpu::winograd {

/// One side of a convolution: an image batch (B, H, W, C) in memory, channels last or in blocks of a register.
struct Images {
  ImageView view;
  std::int64_t channels = 0;
  runtime::Layout layout;
};

/// A 3x3 convolution of stride 1 that these kernels take, or why they do not.
struct WinogradProblem {
  std::int64_t batch = 0;
  std::int64_t padding_rows = 0, padding_columns = 0;  // zeros before the first row and column of x
  Images x, y;
  const WinogradLoops* loops = nullptr;
  std::string refusal;

  /// Channels of x and of y in whole registers.
  [[nodiscard]] std::int64_t padded_x() const { return padded(x.channels); }
  [[nodiscard]] std::int64_t padded_y() const { return padded(y.channels); }
  [[nodiscard]] std::int64_t tile_rows() const { return (y.view.height + kTile - 1) / kTile; }
  [[nodiscard]] std::int64_t tile_columns() const { return (y.view.width + kTile - 1) / kTile; }
  [[nodiscard]] std::int64_t tiles() const { return batch * tile_rows() * tile_columns(); }

 private:
  [[nodiscard]] std::int64_t padded(std::int64_t channels) const {
    return (channels + loops->lanes - 1) / loops->lanes * loops->lanes;
  }
};

/// Images of `channels` channels in `layout`; channels last when the layout is neither that nor blocked.
[[nodiscard]] Images view_images(const Shape& shape, const runtime::Layout& layout, int lanes);

/// The forward convolution of a query for one of `conv`, `conv_input_gradient` and `conv_kernel_gradient`; x and y
/// come in the layouts given. Attributes decide where present: `algorithm` ("winograd", "direct" or "auto").
[[nodiscard]] WinogradProblem describe_problem(const runtime::KernelQuery& query,
                                               const ops::ConvolutionGeometry& geometry, const TensorSpec& x,
                                               const TensorSpec& kernel, const TensorSpec& y,
                                               const runtime::Layout& x_layout, const runtime::Layout& y_layout);

/// The convolution that gives the gradient with respect to x from that of y: kernel turned round, its axes swapped.
[[nodiscard]] WinogradProblem reversed(const WinogradProblem& problem);

}  // namespace kerascpp::cpu::winograd
