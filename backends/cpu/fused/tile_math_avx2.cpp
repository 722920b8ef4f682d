#include "backends/cpu/fused/tile_math.hpp"

namespace kerascpp::cpu {

template TileFunction TileFamilies<Avx2Isa>::math(compiler::Opcode, DType);

}  // namespace kerascpp::cpu
