#include "backends/cpu/fused/tile_math.hpp"

namespace kerascpp::cpu {

template TileFunction TileFamilies<Avx512Isa>::math(compiler::Opcode, DType);

}  // namespace kerascpp::cpu
