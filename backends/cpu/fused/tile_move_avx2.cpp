#include "backends/cpu/fused/tile_move.hpp"
#include "backends/cpu/fused/tile_reduce.hpp"

namespace kerascpp::cpu {

template TileFunction TileFamilies<Avx2Isa>::where(DType);
template TileFunction TileFamilies<Avx2Isa>::convert(DType, DType);
template TileFunction TileFamilies<Avx2Isa>::round_to(DType);
template TileReduction TileFamilies<Avx2Isa>::reduce(compiler::ReductionKind, DType);

}  // namespace kerascpp::cpu
