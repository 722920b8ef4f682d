#pragma once

#include <cstdint>

#include "backends/cpu/instruction_set.hpp"

/// The innermost loops of convolutions of images with few channels: lanes are filters, all products of a pixel are
/// summed in registers.
namespace kerascpp::cpu::image {

/// One row of outputs. Everything is float32.
struct OutputRow {
  std::int64_t pixels = 0;
  std::int64_t pixel_step = 0;            ///< floats of x from one window to the next
  const std::int64_t* offsets = nullptr;  ///< (depth): where the products of a window read, from its first element
  std::int64_t depth = 0;                 ///< taps times channels
  const float* panels = nullptr;          ///< see `pack`
  std::int64_t filters = 0;
  const float* bias = nullptr;  ///< (filters) or null
  bool relu = false;
};

struct ImageLoops {
  int lanes = 0;  ///< filters of a register
  /// Floats that `pack` writes.
  std::int64_t (*packed_size)(std::int64_t depth, std::int64_t filters) = nullptr;
  /// kernel (depth, filters) to panels of two registers, the last one of one or two: (panel, depth, width), filled up
  /// with zeros.
  void (*pack)(const float* kernel, std::int64_t depth, std::int64_t filters, float* panels) = nullptr;
  /// y (pixels, filters) of the windows that start at x.
  void (*convolve)(const OutputRow& row, const float* x, float* y) = nullptr;
};

template <InstructionSet set>
[[nodiscard]] ImageLoops image_loops_for();

/// Those of the widest registers of this processor.
[[nodiscard]] const ImageLoops& image_loops();

}  // namespace kerascpp::cpu::image
