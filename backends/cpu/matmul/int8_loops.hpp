#pragma once

#include <cstdint>

#include "backends/cpu/instruction_set.hpp"

namespace kerascpp::cpu {

/// Loops of products of int8 that are added in 32 bits. Elements are widened to 16 bits and lie in pairs along K, so
/// that one instruction makes two products of each and adds them, exactly.
struct Int8Loops {
  static constexpr int kMostRows = 4;

  std::int64_t panel;  ///< columns of a panel
  /// y[r][n] = sum over p < pairs of the two products of x[r][p] and b[p][n], for r < rows <= kMostRows, n < columns <=
  /// panel. x_stride counts pairs; b is (pairs, panel) of pairs.
  void (*multiply)(int rows, const std::int16_t* x, std::int64_t x_stride, const std::int16_t* b, std::int64_t pairs,
                   std::int32_t* y, std::int64_t y_stride, std::int64_t columns);
};

template <InstructionSet set>
[[nodiscard]] Int8Loops int8_loops_for();

}  // namespace kerascpp::cpu
