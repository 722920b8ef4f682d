#include "backends/cpu/fused/tile_math.hpp"

namespace kerascpp::cpu {

template TileFunction TileFamilies<BaselineIsa>::math(compiler::Opcode, DType);

}  // namespace kerascpp::cpu
