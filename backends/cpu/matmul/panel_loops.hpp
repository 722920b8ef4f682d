#pragma once

#include <cstdint>

#include "backends/cpu/instruction_set.hpp"

namespace kerascpp::cpu {

/// Loops of large products, float32: right factors are copied into panels, so that the innermost loop reads neighbours.
struct PanelLoops {
  int panel = 0;     ///< columns of a panel: two registers; 0 when the instruction set has no such loops
  int row_unit = 0;  ///< rows that one innermost loop computes

  /// b (depth, columns <= panel), row k starting at b + k * stride, to a panel (depth, panel) filled up with zeros.
  void (*pack)(const float* b, std::int64_t stride, std::int64_t depth, std::int64_t columns, float* panel);
  /// The same from b transposed: column n starts at b + n * stride.
  void (*pack_transposed)(const float* b, std::int64_t stride, std::int64_t depth, std::int64_t columns, float* panel);
  /// a transposed (depth, rows), row k starting at a + k * stride, to blocks (depth, row_unit) one after the other.
  void (*pack_rows)(const float* a, std::int64_t stride, std::int64_t depth, std::int64_t rows, float* packed);
  /// y (rows <= row_unit, columns <= panel) = start + x times the panel; x[r * x_row + k * x_step], start[r * start_row
  /// + n], which may be y, or null for zeros.
  void (*multiply)(std::int64_t rows, std::int64_t columns, const float* x, std::int64_t x_row, std::int64_t x_step,
                   const float* panel, float* y, std::int64_t y_row, std::int64_t depth, const float* start,
                   std::int64_t start_row);
};

template <InstructionSet set>
[[nodiscard]] PanelLoops panel_loops_for();
/// Those of the best instruction set; baseline has none.
[[nodiscard]] const PanelLoops& panel_loops();

}  // namespace kerascpp::cpu
