#pragma once

#include <cstdint>

#if defined(__AVX2__)
#include <immintrin.h>
#endif

#include "backends/cpu/simd.hpp"

/// The innermost part of every product: some rows times a panel, with all sums in registers. For files that are
/// compiled once per instruction set.
namespace kerascpp::cpu::product {

template <int F, class T = float>
using Register = simd::Register<T, F>;
template <int F, class T = float>
using Value = typename Register<F, T>::Value;

/// Rows that fill the registers beside a panel of two registers.
template <int F>
inline constexpr int kRowUnit = F == 16 ? 12 : 6;

template <int F>
[[gnu::always_inline]] inline Value<F> multiply_add(Value<F> a, Value<F> b, Value<F> c) {
#if defined(__AVX512F__)
  if constexpr (F == 16) return _mm512_fmadd_ps(a, b, c);
#endif
#if defined(__FMA__)
  if constexpr (F == 8) return _mm256_fmadd_ps(a, b, c);
#endif
  return a * b + c;
}
template <int F>
[[gnu::always_inline]] inline Value<F, double> multiply_add(Value<F, double> a, Value<F, double> b,
                                                            Value<F, double> c) {
#if defined(__AVX512F__)
  if constexpr (F == 16) return _mm512_fmadd_pd(a, b, c);
#endif
#if defined(__FMA__)
  if constexpr (F == 8) return _mm256_fmadd_pd(a, b, c);
#endif
  return a * b + c;
}

/// A broadcast that is one instruction (adding to zero is not: it turns -0 into 0).
template <int F>
[[gnu::always_inline]] inline Value<F> splat(const float* from) {
#if defined(__AVX512F__)
  if constexpr (F == 16) return _mm512_set1_ps(*from);
#endif
#if defined(__AVX2__)
  if constexpr (F == 8) return _mm256_set1_ps(*from);
#endif
  return Register<F>::broadcast(*from);
}
template <int F>
[[gnu::always_inline]] inline Value<F, double> splat(const double* from) {
#if defined(__AVX512F__)
  if constexpr (F == 16) return _mm512_set1_pd(*from);
#endif
#if defined(__AVX2__)
  if constexpr (F == 8) return _mm256_set1_pd(*from);
#endif
  return Register<F, double>::broadcast(*from);
}

/// What sums start with: start[r * start_row + n], or 0 when it is null.
template <class T>
struct Start {
  const T* start = nullptr;
  std::int64_t start_row = 0;
};

/// y[r][n] = what it starts with + sum over k < depth of x[r * x_row + k * x_step] b[k * b_step + n], for kRows rows
/// and kColumns registers of columns.
template <int F, int kRows, int kColumns, class T>
[[gnu::always_inline]] inline void multiply_block(const T* x, std::int64_t x_row, std::int64_t x_step, const T* b,
                                                  std::int64_t b_step, T* y, std::int64_t y_row, std::int64_t depth,
                                                  Start<T> from) {
  constexpr int kLanes = Register<F, T>::kLanes;
  Value<F, T> sums[kRows][kColumns];
#pragma GCC unroll 16
  for (int r = 0; r < kRows; ++r)
#pragma GCC unroll 4
    for (int v = 0; v < kColumns; ++v)
      sums[r][v] = from.start == nullptr ? Register<F, T>::broadcast(0)
                                         : Register<F, T>::load(from.start + r * from.start_row + v * kLanes);
  for (std::int64_t k = 0; k < depth; ++k) {
    Value<F, T> right[kColumns];
#pragma GCC unroll 4
    for (int v = 0; v < kColumns; ++v) right[v] = Register<F, T>::load(b + k * b_step + v * kLanes);
#pragma GCC unroll 16
    for (int r = 0; r < kRows; ++r) {
      const Value<F, T> left = splat<F>(x + r * x_row + k * x_step);
#pragma GCC unroll 4
      for (int v = 0; v < kColumns; ++v) sums[r][v] = multiply_add<F>(left, right[v], sums[r][v]);
    }
  }
#pragma GCC unroll 16
  for (int r = 0; r < kRows; ++r)
#pragma GCC unroll 4
    for (int v = 0; v < kColumns; ++v) Register<F, T>::store(y + r * y_row + v * kLanes, sums[r][v]);
}

/// multiply_block for 1 <= rows <= kRows.
template <int F, int kRows, int kColumns, class T>
void multiply_rows(int rows, const T* x, std::int64_t x_row, std::int64_t x_step, const T* b, std::int64_t b_step, T* y,
                   std::int64_t y_row, std::int64_t depth, Start<T> from) {
  if (rows == kRows) {
    multiply_block<F, kRows, kColumns>(x, x_row, x_step, b, b_step, y, y_row, depth, from);
  } else if constexpr (kRows > 1) {
    multiply_rows<F, kRows - 1, kColumns>(rows, x, x_row, x_step, b, b_step, y, y_row, depth, from);
  }
}

}  // namespace kerascpp::cpu::product
