#pragma once

#include "backends/cpu/matmul/panel_loops.hpp"
#include "backends/cpu/matmul/product_block.hpp"

namespace kerascpp::cpu {
namespace panels {

using product::Register;
using product::Value;

template <int F>
void pack(const float* b, std::int64_t stride, std::int64_t depth, std::int64_t columns, float* panel) {
  if (columns == 2 * F) {
    for (std::int64_t k = 0; k < depth; ++k) {
      Register<F>::store(panel + k * 2 * F, Register<F>::load(b + k * stride));
      Register<F>::store(panel + k * 2 * F + F, Register<F>::load(b + k * stride + F));
    }
    return;
  }
  for (std::int64_t k = 0; k < depth; ++k)
    for (std::int64_t n = 0; n < 2 * F; ++n) panel[k * 2 * F + n] = n < columns ? b[k * stride + n] : 0;
}

/// to[k * to_stride + n] = from[n * from_stride + k] for k, n < 8
[[gnu::always_inline]] inline void transpose_8x8(const float* from, std::int64_t from_stride, float* to,
                                                 std::int64_t to_stride) {
  __m256 pairs[8], quads[8];
  for (int n = 0; n < 8; n += 2) {
    const __m256 a = _mm256_loadu_ps(from + n * from_stride), b = _mm256_loadu_ps(from + (n + 1) * from_stride);
    pairs[n] = _mm256_unpacklo_ps(a, b);
    pairs[n + 1] = _mm256_unpackhi_ps(a, b);
  }
  for (int n = 0; n < 8; n += 4)
    for (int half = 0; half < 2; ++half) {
      quads[n + 2 * half] = _mm256_shuffle_ps(pairs[n + half], pairs[n + 2 + half], 0x44);
      quads[n + 2 * half + 1] = _mm256_shuffle_ps(pairs[n + half], pairs[n + 2 + half], 0xee);
    }
  for (int k = 0; k < 4; ++k) {
    _mm256_storeu_ps(to + k * to_stride, _mm256_permute2f128_ps(quads[k], quads[k + 4], 0x20));
    _mm256_storeu_ps(to + (k + 4) * to_stride, _mm256_permute2f128_ps(quads[k], quads[k + 4], 0x31));
  }
}

template <int F>
void pack_transposed(const float* b, std::int64_t stride, std::int64_t depth, std::int64_t columns, float* panel) {
  std::int64_t whole = 0;
  if (columns == 2 * F)
    for (; whole + 8 <= depth; whole += 8)
      for (std::int64_t n = 0; n < 2 * F; n += 8)
        transpose_8x8(b + n * stride + whole, stride, panel + whole * 2 * F + n, 2 * F);
  for (std::int64_t n = 0; n < 2 * F; ++n)
    for (std::int64_t k = whole; k < depth; ++k) panel[k * 2 * F + n] = n < columns ? b[n * stride + k] : 0;
}

template <int F>
void pack_rows(const float* a, std::int64_t stride, std::int64_t depth, std::int64_t rows, float* packed) {
  constexpr int kRows = product::kRowUnit<F>;
  // some blocks side by side, so that whole lines of a are used while they are there
  constexpr std::int64_t kSide = 16 * kRows;
  for (std::int64_t side = 0; side < rows; side += kSide) {
    const std::int64_t end = side + kSide < rows ? side + kSide : rows;
    for (std::int64_t k = 0; k < depth; ++k)
      for (std::int64_t row = side; row < end; row += kRows) {
        float* to = packed + row * depth + k * kRows;
        const float* from = a + k * stride + row;
        if (row + kRows <= end) {
          for (int r = 0; r < kRows; ++r) to[r] = from[r];
        } else {
          for (std::int64_t r = 0; row + r < end; ++r) to[r] = from[r];
        }
      }
  }
}

template <int F>
void multiply(std::int64_t rows, std::int64_t columns, const float* x, std::int64_t x_row, std::int64_t x_step,
              const float* panel, float* y, std::int64_t y_row, std::int64_t depth, const float* start,
              std::int64_t start_row) {
  constexpr int kRows = product::kRowUnit<F>;
  const int count = static_cast<int>(rows);
  if (columns == 2 * F) {
    product::multiply_rows<F, kRows, 2>(count, x, x_row, x_step, panel, 2 * F, y, y_row, depth, {start, start_row});
    return;
  }
  float sums[kRows * 2 * F] = {};
  if (start != nullptr)
    for (std::int64_t r = 0; r < rows; ++r)
      for (std::int64_t n = 0; n < columns; ++n) sums[r * 2 * F + n] = start[r * start_row + n];
  product::multiply_rows<F, kRows, 2>(count, x, x_row, x_step, panel, 2 * F, sums, 2 * F, depth, {sums, 2 * F});
  for (std::int64_t r = 0; r < rows; ++r)
    for (std::int64_t n = 0; n < columns; ++n) y[r * y_row + n] = sums[r * 2 * F + n];
}

}  // namespace panels

template <InstructionSet set>
PanelLoops panel_loops_for() {
  constexpr int F = static_cast<int>(set);
  return {2 * F,
          product::kRowUnit<F>,
          panels::pack<F>,
          panels::pack_transposed<F>,
          panels::pack_rows<F>,
          panels::multiply<F>};
}

}  // namespace kerascpp::cpu
