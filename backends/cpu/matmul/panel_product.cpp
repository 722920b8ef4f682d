#include "backends/cpu/matmul/panel_product.hpp"

#include <algorithm>

namespace kerascpp::cpu {

void PanelProduct::pack_columns(const float* b, std::int64_t first, std::int64_t depth, std::int64_t begin,
                                std::int64_t end, float* panels) const {
  const std::int64_t width = panel_loops().panel;
  for (std::int64_t block = begin; block < end; ++block) {
    const std::int64_t column = block * width, columns = std::min(width, N - column);
    float* panel = panels + (block - begin) * width * depth;
    if (transpose_b)
      panel_loops().pack_transposed(b + column * K + first, K, depth, columns, panel);
    else
      panel_loops().pack(b + first * N + column, N, depth, columns, panel);
  }
}

void PanelProduct::pack_rows(const float* a, std::int64_t first, std::int64_t depth, std::int64_t begin,
                             std::int64_t end, float* packed) const {
  const std::int64_t unit = panel_loops().row_unit, row = begin * unit;
  panel_loops().pack_rows(a + first * M + row, M, depth, std::min(end * unit, M) - row, packed);
}

void PanelProduct::multiply(const float* a, const float* packed, const float* panel, std::int64_t first,
                            std::int64_t depth, std::int64_t row_block, std::int64_t column_block, float* sums,
                            const float* start, std::int64_t start_row) const {
  const PanelLoops& loops = panel_loops();
  const std::int64_t row = row_block * loops.row_unit, column = column_block * loops.panel;
  const std::int64_t rows = std::min<std::int64_t>(loops.row_unit, M - row);
  const std::int64_t columns = std::min<std::int64_t>(loops.panel, N - column);
  float* to = sums + row * N + column;
  if (transpose_a)
    loops.multiply(rows, columns, packed, 1, loops.row_unit, panel, to, N, depth, start, start_row);
  else
    loops.multiply(rows, columns, a + row * K + first, K, 1, panel, to, N, depth, start, start_row);
}

runtime::Layout panel_layout(bool transpose_b) {
  const int columns = transpose_b ? 0 : 1;
  return {{columns, 1 - columns}, {{columns, panel_loops().panel}}};
}

}  // namespace kerascpp::cpu
