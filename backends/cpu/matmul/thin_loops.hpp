#pragma once

#include <cstdint>

#include "backends/cpu/instruction_set.hpp"

namespace kerascpp::cpu {

/// Loops of products with few rows, float32. The order of every sum depends on K alone.
struct ThinLoops {
  static constexpr int kMostRows = 4;

  /// y[r][n] += sum over k < K of x[r][k] b[k][n], for r < rows <= kMostRows and n < columns. Each stride is that
  /// between two rows.
  void (*accumulate)(int rows, const float* x, std::int64_t x_stride, const float* b, std::int64_t b_stride, float* y,
                     std::int64_t y_stride, std::int64_t K, std::int64_t columns);
  /// The sum over k < K of x[k] b[k].
  float (*dot)(const float* x, const float* b, std::int64_t K);
  /// y[n] += sum over k < K of x[k] b[k][n], for n < columns; b lies in panels (K, two registers) one after the other,
  /// the last one filled up.
  void (*accumulate_panels)(const float* x, const float* panels, float* y, std::int64_t K, std::int64_t columns);
  /// y[n] = max(y[n], 0)
  void (*relu)(float* y, std::int64_t n);
};

template <InstructionSet set>
[[nodiscard]] ThinLoops thin_loops_for();
/// Those of the best instruction set.
[[nodiscard]] const ThinLoops& thin_loops();

}  // namespace kerascpp::cpu
