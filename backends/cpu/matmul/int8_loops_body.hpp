#pragma once

#include "backends/cpu/matmul/int8_loops.hpp"

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace kerascpp::cpu {
namespace int8 {

/// F sums, and what adds two products to each of them. `load` takes F pairs, `splat` one pair F times.
template <int F>
struct Pairs {
  std::int32_t sums[F];
  static Pairs zero() { return {}; }
  void add(const std::int16_t* x, const std::int16_t* b) {
    for (int i = 0; i < F; ++i)
      sums[i] += std::int32_t{x[0]} * std::int32_t{b[2 * i]} + std::int32_t{x[1]} * std::int32_t{b[2 * i + 1]};
  }
  void store(std::int32_t* to) const {
    for (int i = 0; i < F; ++i) to[i] = sums[i];
  }
};

#if defined(__AVX2__)
template <>
struct Pairs<8> {
  __m256i sums;
  static Pairs zero() { return {_mm256_setzero_si256()}; }
  void add(const std::int16_t* x, const std::int16_t* b) {
    std::int32_t pair;
    __builtin_memcpy(&pair, x, sizeof(pair));
    const __m256i row = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(b));
    sums = _mm256_add_epi32(sums, _mm256_madd_epi16(_mm256_set1_epi32(pair), row));
  }
  void store(std::int32_t* to) const { _mm256_storeu_si256(reinterpret_cast<__m256i*>(to), sums); }
};
#endif

#if defined(__AVX512BW__)
template <>
struct Pairs<16> {
  __m512i sums;
  static Pairs zero() { return {_mm512_setzero_si512()}; }
  void add(const std::int16_t* x, const std::int16_t* b) {
    std::int32_t pair;
    __builtin_memcpy(&pair, x, sizeof(pair));
    const __m512i row = _mm512_loadu_si512(b);
    sums = _mm512_add_epi32(sums, _mm512_madd_epi16(_mm512_set1_epi32(pair), row));
  }
  void store(std::int32_t* to) const { _mm512_storeu_si512(to, sums); }
};
#endif

template <int F, int kRows>
void multiply_rows(const std::int16_t* x, std::int64_t x_stride, const std::int16_t* b, std::int64_t pairs,
                   std::int32_t* y, std::int64_t y_stride, std::int64_t columns) {
  Pairs<F> sums[kRows][2];
  for (int r = 0; r < kRows; ++r) sums[r][0] = sums[r][1] = Pairs<F>::zero();
  for (std::int64_t p = 0; p < pairs; ++p)
    for (int r = 0; r < kRows; ++r)
      for (int v = 0; v < 2; ++v) sums[r][v].add(x + 2 * (r * x_stride + p), b + 2 * F * (2 * p + v));
  for (int r = 0; r < kRows; ++r) {
    if (columns == 2 * F) {
      for (int v = 0; v < 2; ++v) sums[r][v].store(y + r * y_stride + v * F);
      continue;
    }
    std::int32_t row[2 * F];
    for (int v = 0; v < 2; ++v) sums[r][v].store(row + v * F);
    for (std::int64_t n = 0; n < columns; ++n) y[r * y_stride + n] = row[n];
  }
}

template <int F>
void multiply(int rows, const std::int16_t* x, std::int64_t x_stride, const std::int16_t* b, std::int64_t pairs,
              std::int32_t* y, std::int64_t y_stride, std::int64_t columns) {
  switch (rows) {
    case 1:
      return multiply_rows<F, 1>(x, x_stride, b, pairs, y, y_stride, columns);
    case 2:
      return multiply_rows<F, 2>(x, x_stride, b, pairs, y, y_stride, columns);
    case 3:
      return multiply_rows<F, 3>(x, x_stride, b, pairs, y, y_stride, columns);
    default:
      return multiply_rows<F, 4>(x, x_stride, b, pairs, y, y_stride, columns);
  }
}

}  // namespace int8

template <InstructionSet set>
Int8Loops int8_loops_for() {
  constexpr int F = static_cast<int>(set);
  return {2 * F, int8::multiply<F>};
}

}  // namespace kerascpp::cpu
