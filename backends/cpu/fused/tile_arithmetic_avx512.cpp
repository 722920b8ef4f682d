#include "backends/cpu/fused/tile_arithmetic.hpp"

namespace kerascpp::cpu {

template TileFunction TileFamilies<Avx512Isa>::arithmetic(compiler::Opcode, DType);

}  // namespace kerascpp::cpu
