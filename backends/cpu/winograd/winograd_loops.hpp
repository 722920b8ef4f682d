#pragma once

#include <cstdint>

#include "backends/cpu/instruction_set.hpp"

/// Winograd's minimal filtering F(4x4, 3x3): each tile of 4x4 outputs takes 36 products per pair of channels rather
/// than 144. Source: Lavin and Gray, "Fast Algorithms for Convolutional Neural Networks" (2016);
/// on the choice of points, Barabasz et al., "Error Analysis and Improving the Accuracy of Winograd Convolution"
/// (2020).
///
/// Everything is float32. A "position" is one of the 36 products; lanes are channels. In images and kernels there are
/// as many channels as there are; in the values of positions (written Cp and Fp) they come in whole registers.
namespace kerascpp::cpu::winograd {

inline constexpr int kPositions = 36;
inline constexpr int kTile = 4;    // outputs per axis
inline constexpr int kWindow = 6;  // inputs per axis

/// Where the channels of an image lie: strides in elements. Channels c, c + 1, ... of one block are neighbours.
struct ImageView {
  std::int64_t height = 0, width = 0;
  std::int64_t image_stride = 0, row_stride = 0, pixel_stride = 0, block_stride = 0;
};

/// What is done to outputs before they are stored. Pointers may be null.
struct Finish {
  const float* bias = nullptr;
  bool relu = false;
};

/// Loops for one instruction set. `lanes` channels are one register and one block of an ImageView.
struct WinogradLoops {
  int lanes = 0;
  int row_unit = 0;  ///< rows that `multiply` does at once

  /// 6x6 inputs from (row, column), zero outside of the image, to values[position * position_stride + channel], channel
  /// < Cp.
  void (*gather)(const ImageView& view, const float* image, std::int64_t row, std::int64_t column,
                 std::int64_t channels, float* values, std::int64_t position_stride);
  /// 4x4 outputs from products[position * position_stride + channel], stored where they lie inside of the image.
  void (*scatter)(const ImageView& view, float* image, std::int64_t row, std::int64_t column, std::int64_t channels,
                  const float* products, std::int64_t position_stride, const Finish& finish);
  /// Gradients of the products from 4x4 gradients of the outputs, zero outside of the image.
  void (*spread)(const ImageView& view, const float* image, std::int64_t row, std::int64_t column,
                 std::int64_t channels, float* values, std::int64_t position_stride);
  /// kernel (3, 3, C, F) to panels (36, Fp / panel, C, panel) of two registers, the last one of one or three; rows
  /// [first, last) of C.
  void (*transform_kernel)(const float* kernel, std::int64_t C, std::int64_t F, std::int64_t first, std::int64_t last,
                           float* panels);
  /// Gradient (3, 3, C, F) of the kernel from that of the products (36, C, Fp); rows [first, last) of C.
  void (*kernel_gradient)(const float* products, std::int64_t C, std::int64_t F, std::int64_t first, std::int64_t last,
                          float* gradient);
  /// y (rows, Fp) = x (rows, Cp) times the panels of one position.
  void (*multiply)(const float* x, const float* panels, float* y, std::int64_t rows, std::int64_t C, std::int64_t F);
  /// sums (C, Fp) += x (rows, Cp) transposed, times g (rows, Fp).
  void (*multiply_transposed)(const float* x, const float* g, float* sums, std::int64_t rows, std::int64_t C,
                              std::int64_t F);
};

template <InstructionSet set>
[[nodiscard]] WinogradLoops winograd_loops_for();
/// Those of the widest registers, or half as wide ones where channels or filters would leave half of them empty. Below
/// AVX2 loops of no lanes.
[[nodiscard]] const WinogradLoops& winograd_loops(std::int64_t channels, std::int64_t filters);

}  // namespace kerascpp::cpu::winograd
