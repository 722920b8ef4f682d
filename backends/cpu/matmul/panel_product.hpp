#pragma once

#include <cstdint>

#include "backends/cpu/matmul/panel_loops.hpp"
#include "backends/cpu/matmul/product_steps.hpp"

namespace kerascpp::cpu {

/// C (M, N) = A (M, K) B (K, N), float32, each operand transposed where the node says so, and what follows it.
struct PanelProduct {
  std::int64_t M = 0, N = 0, K = 0;
  bool transpose_a = false, transpose_b = false;
  ProductSteps steps = {};

  [[nodiscard]] std::int64_t row_blocks() const { return pieces(M, panel_loops().row_unit); }
  [[nodiscard]] std::int64_t column_blocks() const { return pieces(N, panel_loops().panel); }
  /// Floats of B's panels and of A's packed rows, `depth` of K at a time; rows are packed when A is transposed.
  [[nodiscard]] std::int64_t panels_size(std::int64_t depth) const {
    return column_blocks() * panel_loops().panel * depth;
  }
  [[nodiscard]] std::int64_t rows_size(std::int64_t depth) const {
    return transpose_a ? row_blocks() * panel_loops().row_unit * depth : 0;
  }

  /// Packs column blocks [begin, end) of B, k in [first, first + depth), into panels one after the other.
  void pack_columns(const float* b, std::int64_t first, std::int64_t depth, std::int64_t begin, std::int64_t end,
                    float* panels) const;
  /// Packs row blocks [begin, end) of A transposed, one after the other.
  void pack_rows(const float* a, std::int64_t first, std::int64_t depth, std::int64_t begin, std::int64_t end,
                 float* packed) const;
  /// Block (row_block, column_block) of sums (M, N) over k in [first, first + depth). `packed`: the packed rows of the
  /// block when A is transposed; `panel`: that of the column block; `start`: null, or the block's first addends.
  void multiply(const float* a, const float* packed, const float* panel, std::int64_t first, std::int64_t depth,
                std::int64_t row_block, std::int64_t column_block, float* sums, const float* start,
                std::int64_t start_row) const;

  [[nodiscard]] static std::int64_t pieces(std::int64_t n, std::int64_t size) { return (n + size - 1) / size; }
};

/// The panels of the whole of b (K, N), or of b (N, K) when it is transposed, as a layout.
[[nodiscard]] runtime::Layout panel_layout(bool transpose_b);

}  // namespace kerascpp::cpu
