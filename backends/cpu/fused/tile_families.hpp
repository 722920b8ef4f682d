#pragma once

#include "backends/cpu/fused/tile_functions.hpp"

// The families of tile functions, each instantiated in files of its own for each instruction set.

namespace kerascpp::cpu {

struct BaselineIsa {
#if defined(__aarch64__)
  static constexpr bool kHasFma = true;
#else
  static constexpr bool kHasFma = false;
#endif
};
struct Avx2Isa {
  static constexpr bool kHasFma = true;
};
struct Avx512Isa {
  static constexpr bool kHasFma = true;
};

template <class Isa>
struct TileFamilies {
  static TileFunction arithmetic(compiler::Opcode opcode, DType dtype);
  static TileFunction math(compiler::Opcode opcode, DType dtype);
  static TileFunction where(DType dtype);
  static TileFunction convert(DType from, DType to);
  static TileFunction round_to(DType half);
  static TileReduction reduce(compiler::ReductionKind kind, DType dtype);

  static TileFunction compute(compiler::Opcode opcode, DType dtype) {
    if (opcode == compiler::Opcode::Where) return where(dtype);
    const TileFunction found = arithmetic(opcode, dtype);
    return found != nullptr ? found : math(opcode, dtype);
  }
};

}  // namespace kerascpp::cpu
