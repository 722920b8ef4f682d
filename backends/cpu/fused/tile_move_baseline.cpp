#include "backends/cpu/fused/tile_move.hpp"
#include "backends/cpu/fused/tile_reduce.hpp"

namespace kerascpp::cpu {

template TileFunction TileFamilies<BaselineIsa>::where(DType);
template TileFunction TileFamilies<BaselineIsa>::convert(DType, DType);
template TileFunction TileFamilies<BaselineIsa>::round_to(DType);
template TileReduction TileFamilies<BaselineIsa>::reduce(compiler::ReductionKind, DType);

}  // namespace kerascpp::cpu
