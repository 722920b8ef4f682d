#pragma once

#include "backends/cpu/image/image_loops.hpp"
#include "backends/cpu/matmul/product_block.hpp"

namespace kerascpp::cpu::image {
namespace loops {

using product::Register;
using product::Value;

template <int F>
std::int64_t packed_size(std::int64_t depth, std::int64_t filters) {
  return depth * ((filters + F - 1) / F * F);
}

template <int F>
void pack(const float* kernel, std::int64_t depth, std::int64_t filters, float* panels) {
  for (std::int64_t first = 0; first < filters; first += 2 * F) {
    const std::int64_t rest = filters - first, width = rest > F ? 2 * F : F;
    for (std::int64_t k = 0; k < depth; ++k, panels += width)
      for (std::int64_t f = 0; f < width; ++f) panels[f] = f < rest ? kernel[k * filters + first + f] : 0.0f;
  }
}

/// kPixels windows times a panel of kColumns registers, the last of which has `lanes` filters.
template <int F, int kPixels, int kColumns>
[[gnu::always_inline]] inline void convolve_block(const OutputRow& row, const float* x, const float* panel,
                                                  const float* bias, float* y, std::int64_t lanes) {
  Value<F> sums[kPixels][kColumns];
#pragma GCC unroll 16
  for (int p = 0; p < kPixels; ++p)
#pragma GCC unroll 4
    for (int v = 0; v < kColumns; ++v) sums[p][v] = Value<F>{};
  for (std::int64_t k = 0; k < row.depth; ++k, panel += kColumns * F) {
    const float* from = x + row.offsets[k];
    Value<F> right[kColumns];
#pragma GCC unroll 4
    for (int v = 0; v < kColumns; ++v) right[v] = Register<F>::load(panel + v * F);
#pragma GCC unroll 16
    for (int p = 0; p < kPixels; ++p) {
      const Value<F> left = product::splat<F>(from + p * row.pixel_step);
#pragma GCC unroll 4
      for (int v = 0; v < kColumns; ++v) sums[p][v] = product::multiply_add<F>(left, right[v], sums[p][v]);
    }
  }
#pragma GCC unroll 4
  for (int v = 0; v < kColumns; ++v) {
    const bool whole = v + 1 < kColumns || lanes == F;
    Value<F> start{};
    if (bias != nullptr) start = whole ? Register<F>::load(bias + v * F) : Register<F>::load_some(bias + v * F, lanes);
#pragma GCC unroll 16
    for (int p = 0; p < kPixels; ++p) {
      Value<F> value = sums[p][v] + start;
      if (row.relu) value = Register<F>::select(value < Value<F>{}, Value<F>{}, value);
      float* to = y + p * row.filters + v * F;
      if (whole)
        Register<F>::store(to, value);
      else
        Register<F>::store_some(to, value, lanes);
    }
  }
}

/// convolve_block for 1 <= pixels <= kPixels.
template <int F, int kPixels, int kColumns>
void convolve_some(std::int64_t pixels, const OutputRow& row, const float* x, const float* panel, const float* bias,
                   float* y, std::int64_t lanes) {
  if (pixels == kPixels) {
    convolve_block<F, kPixels, kColumns>(row, x, panel, bias, y, lanes);
  } else if constexpr (kPixels > 1) {
    convolve_some<F, kPixels - 1, kColumns>(pixels, row, x, panel, bias, y, lanes);
  }
}

template <int F>
void convolve(const OutputRow& row, const float* x, float* y) {
  constexpr int kPixels = product::kRowUnit<F>;
  const std::int64_t blocks = (row.pixels + kPixels - 1) / kPixels;  // of nearly one size
  for (std::int64_t block = 0; block < blocks; ++block) {
    const std::int64_t begin = row.pixels * block / blocks, pixels = row.pixels * (block + 1) / blocks - begin;
    const float* panel = row.panels;
    for (std::int64_t f = 0; f < row.filters; f += 2 * F) {
      const std::int64_t rest = row.filters - f;
      const float* bias = row.bias == nullptr ? nullptr : row.bias + f;
      const float* from = x + begin * row.pixel_step;
      float* to = y + begin * row.filters + f;
      if (rest > F) {
        convolve_some<F, kPixels, 2>(pixels, row, from, panel, bias, to, rest < 2 * F ? rest - F : F);
        panel += row.depth * 2 * F;
      } else {
        convolve_some<F, kPixels, 1>(pixels, row, from, panel, bias, to, rest);
      }
    }
  }
}

}  // namespace loops

template <InstructionSet set>
ImageLoops image_loops_for() {
  constexpr int F = static_cast<int>(set);
  return {F, loops::packed_size<F>, loops::pack<F>, loops::convolve<F>};
}

}  // namespace kerascpp::cpu::image
