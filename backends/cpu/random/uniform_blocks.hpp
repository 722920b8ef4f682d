#pragma once

#include <cstdint>

#include "backends/cpu/instruction_set.hpp"

namespace kerascpp::cpu {

/// What a uniform float32 draw is made of; the arithmetic is that of core/philox.hpp.
struct UniformDraw {
  std::uint64_t seed = 0;
  std::uint64_t number = 0;
  double low = 0;
  double scale = 1;
  double largest = 1;
};

/// Writes the four values of each of `count` blocks, beginning with block `first`.
using UniformBlocks = void (*)(const UniformDraw& draw, std::uint64_t first, std::int64_t count, float* out);

/// Compiled once per instruction set.
template <InstructionSet Set>
void uniform_blocks(const UniformDraw& draw, std::uint64_t first, std::int64_t count, float* out);

/// The one for this processor.
[[nodiscard]] UniformBlocks uniform_blocks_for_machine();

}  // namespace kerascpp::cpu
