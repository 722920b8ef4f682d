#pragma once

#include <cstdint>

#include <kerascpp/core/dtype.hpp>

#include "backends/cpu/instruction_set.hpp"
#include "ops/pooling_geometry.hpp"

namespace kerascpp::cpu {

/// A pooling over memory that is (outer, D, H, W, inner): channels last has outer = B and inner = C, blocks of 16
/// channels have outer = B C / 16 and inner = 16. 1-D and 2-D are 3-D with lengths of one.
struct PoolingShape {
  std::int64_t outer = 0, inner = 0;
  std::int64_t in[3] = {1, 1, 1};
  std::int64_t out[3] = {1, 1, 1};
  /// For each axis what each of its outputs sees.
  const ops::Window* windows[3] = {nullptr, nullptr, nullptr};
  /// No input is in two windows; every input is in one.
  bool disjoint = true, covering = true;
};

/// Loops over (a part of) a pooling. x, y and their gradients are elements of the dtype that the loops are for.
struct PoolingLoops {
  /// Rows [first, last) of y's outer x D' x H' rows.
  using Forward = void (*)(const PoolingShape& shape, const void* x, void* y, std::int64_t first, std::int64_t last);
  /// Inner elements [first, last) of item `outer` of x's gradient. `x` is null where only shapes matter.
  using Gradient = void (*)(const PoolingShape& shape, const void* g, const void* x, void* gx, std::int64_t outer,
                            std::int64_t first, std::int64_t last);
  /// Rows [first, last) of what stands in `h` at the places of x's maxima.
  using Select = void (*)(const PoolingShape& shape, const void* h, const void* x, void* y, std::int64_t first,
                          std::int64_t last);

  Forward max = nullptr, average = nullptr;
  Gradient max_gradient = nullptr, average_gradient = nullptr;
  Select max_select = nullptr;
};

/// The loops for a floating dtype.
template <InstructionSet set>
[[nodiscard]] PoolingLoops pooling_loops_for(DType dtype);
/// Those of the best instruction set.
[[nodiscard]] PoolingLoops pooling_loops(DType dtype);

}  // namespace kerascpp::cpu
