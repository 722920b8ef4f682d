#include "backends/cpu/fused/tile_arithmetic.hpp"

namespace kerascpp::cpu {

template TileFunction TileFamilies<BaselineIsa>::arithmetic(compiler::Opcode, DType);

}  // namespace kerascpp::cpu
