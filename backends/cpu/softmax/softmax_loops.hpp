#pragma once

#include <cstdint>

#include <kerascpp/core/dtype.hpp>

#include "backends/cpu/instruction_set.hpp"

namespace kerascpp::cpu {

/// Loops of softmax, or log_softmax, along an axis of C elements.
struct SoftmaxLoops {
  /// `rows` rows of C adjacent elements.
  void (*rows)(const void* x, void* y, std::int64_t rows, std::int64_t C, bool logarithm);
  /// Columns [first, last) of a (C, inner) matrix, each a softmax of its own.
  void (*columns)(const void* x, void* y, std::int64_t C, std::int64_t inner, std::int64_t first, std::int64_t last,
                  bool logarithm);
};

template <InstructionSet set>
[[nodiscard]] SoftmaxLoops softmax_loops_for(DType dtype);

}  // namespace kerascpp::cpu
