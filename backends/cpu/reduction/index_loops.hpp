#pragma once

#include <cstdint>

#include <kerascpp/core/dtype.hpp>

#include "backends/cpu/instruction_set.hpp"

namespace kerascpp::cpu {

/// Loops that find the first place of the largest (or smallest) of C elements; the first NaN comes before all numbers.
struct IndexLoops {
  /// Of `rows` rows of C adjacent elements.
  void (*rows)(const void* x, std::int32_t* y, std::int64_t rows, std::int64_t C);
  /// Of columns [first, last) of a (C, inner) matrix.
  void (*columns)(const void* x, std::int32_t* y, std::int64_t C, std::int64_t inner, std::int64_t first,
                  std::int64_t last);
};

/// For a real dtype.
template <InstructionSet set>
[[nodiscard]] IndexLoops index_loops_for(DType dtype, bool is_max);

}  // namespace kerascpp::cpu
