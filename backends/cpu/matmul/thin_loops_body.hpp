#pragma once

#include "backends/cpu/matmul/product_block.hpp"
#include "backends/cpu/matmul/thin_loops.hpp"

namespace kerascpp::cpu {
namespace thin {

using product::multiply_add;
using product::Value;

/// Adds kDepth rows of b, times their elements of kRows rows of x, to y.
template <int F, int kRows, int kDepth>
inline void add_rows(const float* x, std::int64_t x_stride, const float* b, std::int64_t b_stride, float* y,
                     std::int64_t y_stride, std::int64_t columns) {
  using Register = simd::Register<float, F>;
  Value<F> factor[kRows][kDepth];
  for (int r = 0; r < kRows; ++r)
    for (int d = 0; d < kDepth; ++d) factor[r][d] = Register::broadcast(x[r * x_stride + d]);
  std::int64_t n = 0;
  for (; n + F <= columns; n += F) {
    Value<F> sum[kRows];
    for (int r = 0; r < kRows; ++r) sum[r] = Register::load(y + r * y_stride + n);
    for (int d = 0; d < kDepth; ++d) {
      const Value<F> row = Register::load(b + d * b_stride + n);
      for (int r = 0; r < kRows; ++r) sum[r] = multiply_add<F>(factor[r][d], row, sum[r]);
    }
    for (int r = 0; r < kRows; ++r) Register::store(y + r * y_stride + n, sum[r]);
  }
  if (n == columns) return;
  const std::int64_t rest = columns - n;
  Value<F> sum[kRows];
  for (int r = 0; r < kRows; ++r) sum[r] = Register::load_some(y + r * y_stride + n, rest);
  for (int d = 0; d < kDepth; ++d) {
    const Value<F> row = Register::load_some(b + d * b_stride + n, rest);
    for (int r = 0; r < kRows; ++r) sum[r] = multiply_add<F>(factor[r][d], row, sum[r]);
  }
  for (int r = 0; r < kRows; ++r) Register::store_some(y + r * y_stride + n, sum[r], rest);
}

template <int F, int kRows>
void accumulate_rows(const float* x, std::int64_t x_stride, const float* b, std::int64_t b_stride, float* y,
                     std::int64_t y_stride, std::int64_t K, std::int64_t columns) {
  constexpr int kDepth = kRows == 1 ? 8 : 4;
  std::int64_t k = 0;
  for (; k + kDepth <= K; k += kDepth)
    add_rows<F, kRows, kDepth>(x + k, x_stride, b + k * b_stride, b_stride, y, y_stride, columns);
  for (; k < K; ++k) add_rows<F, kRows, 1>(x + k, x_stride, b + k * b_stride, b_stride, y, y_stride, columns);
}

template <int F>
void accumulate(int rows, const float* x, std::int64_t x_stride, const float* b, std::int64_t b_stride, float* y,
                std::int64_t y_stride, std::int64_t K, std::int64_t columns) {
  switch (rows) {
    case 1:
      return accumulate_rows<F, 1>(x, x_stride, b, b_stride, y, y_stride, K, columns);
    case 2:
      return accumulate_rows<F, 2>(x, x_stride, b, b_stride, y, y_stride, K, columns);
    case 3:
      return accumulate_rows<F, 3>(x, x_stride, b, b_stride, y, y_stride, K, columns);
    default:
      return accumulate_rows<F, 4>(x, x_stride, b, b_stride, y, y_stride, K, columns);
  }
}

template <int F>
float dot(const float* x, const float* b, std::int64_t K) {
  using Register = simd::Register<float, F>;
  constexpr int kChains = 4;
  Value<F> sums[kChains] = {};
  std::int64_t k = 0;
  for (; k + kChains * F <= K; k += kChains * F)
    for (int chain = 0; chain < kChains; ++chain)
      sums[chain] = multiply_add<F>(Register::load(x + k + chain * F), Register::load(b + k + chain * F), sums[chain]);
  for (; k + F <= K; k += F) sums[0] = multiply_add<F>(Register::load(x + k), Register::load(b + k), sums[0]);
  if (k < K) sums[1] = multiply_add<F>(Register::load_some(x + k, K - k), Register::load_some(b + k, K - k), sums[1]);
  const Value<F> all = (sums[0] + sums[1]) + (sums[2] + sums[3]);
  float lanes[F];
  Register::store(lanes, all);
  for (int width = F / 2; width > 0; width /= 2)
    for (int lane = 0; lane < width; ++lane) lanes[lane] += lanes[lane + width];
  return lanes[0];
}

/// accumulate_panels of kPanels panels, whose sums all stay in registers.
template <int F, int kPanels>
inline void accumulate_some_panels(const float* x, const float* panels, float* y, std::int64_t K,
                                   std::int64_t columns) {
  using Register = simd::Register<float, F>;
  Value<F> sums[kPanels][2] = {};
  for (std::int64_t k = 0; k < K; ++k) {
    const Value<F> factor = product::splat<F>(x + k);
#pragma GCC unroll 4
    for (int p = 0; p < kPanels; ++p)
#pragma GCC unroll 2
      for (int v = 0; v < 2; ++v)
        sums[p][v] = multiply_add<F>(factor, Register::load(panels + (p * K + k) * 2 * F + v * F), sums[p][v]);
  }
  for (int p = 0; p < kPanels; ++p)
    for (int v = 0; v < 2; ++v) {
      const std::int64_t n = (2 * p + v) * F, some = columns - n;
      if (some >= F)
        Register::store(y + n, Register::load(y + n) + sums[p][v]);
      else if (some > 0)
        Register::store_some(y + n, Register::load_some(y + n, some) + sums[p][v], some);
    }
}

template <int F>
void accumulate_panels(const float* x, const float* panels, float* y, std::int64_t K, std::int64_t columns) {
  constexpr std::int64_t kWidth = 2 * F;
  std::int64_t n = 0;
  for (; n + 3 * kWidth < columns; n += 4 * kWidth)
    accumulate_some_panels<F, 4>(x, panels + n * K, y + n, K, columns - n);
  if (n + kWidth < columns) {
    accumulate_some_panels<F, 2>(x, panels + n * K, y + n, K, columns - n);
    n += 2 * kWidth;
  }
  if (n < columns) accumulate_some_panels<F, 1>(x, panels + n * K, y + n, K, columns - n);
}

template <int F>
void relu(float* y, std::int64_t n) {
  for (std::int64_t i = 0; i < n; ++i) y[i] = y[i] < 0 ? 0 : y[i];  // keeps NaN
}

}  // namespace thin

template <InstructionSet set>
ThinLoops thin_loops_for() {
  constexpr int F = static_cast<int>(set);
  return {thin::accumulate<F>, thin::dot<F>, thin::accumulate_panels<F>, thin::relu<F>};
}

}  // namespace kerascpp::cpu
