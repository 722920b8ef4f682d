#pragma once

#include <vector>

#include "backends/cpu/fused/jit/loop_code.hpp"

namespace kerascpp::cpu::jit {

/// When a value is computed: once per kernel, per box, per row, or for every vector of elements.
enum class Level : std::uint8_t { Constant, Box, Row, Body };

/// How the lanes of a reduction are accumulated while the loop runs.
struct ReductionPlan {
  enum class Combine : std::uint8_t { Add, Multiply, Max, Min, And, Or };
  Combine combine = Combine::Add;
  Lanes lanes = Lanes::Float64;  // of the accumulators
  bool widens = false;           // the values are narrower
  int parts = 1;                 // registers for the lanes of one register of values
  std::uint64_t neutral = 0;     // bits, in `lanes`
  std::uint64_t ignored = 0;     // bits, in the lanes of the values: what changes nothing
};

/// What is decided about a loop before its code is written.
struct LoopPlan {
  /// Columns are walked through strip by strip, the rows inside: for reductions over the rows only.
  bool by_strips = false;
  /// The accumulators are added up at the end of each row (else of the box or strip).
  bool ends_rows = false;
  /// Vectors of elements computed side by side.
  int copies = 1;
  bool accumulators_in_registers = true;
  /// Vector registers left for values that are the same in every turn.
  int spare_registers = 0;

  std::vector<Level> levels;           // of the instructions
  std::vector<std::vector<int>> uses;  // per value, the positions of its users; results come after all instructions
  std::vector<bool> is_folded;         // loads that are the memory argument of their only user
  std::vector<ReductionPlan> reductions;
};

[[nodiscard]] LoopPlan make_plan(const LoopCodeRequest& request, int lanes, int num_vectors,
                                 const std::vector<int>& memory_arguments);

}  // namespace kerascpp::cpu::jit
