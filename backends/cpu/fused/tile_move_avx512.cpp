#include "backends/cpu/fused/tile_move.hpp"
#include "backends/cpu/fused/tile_reduce.hpp"

namespace kerascpp::cpu {

template TileFunction TileFamilies<Avx512Isa>::where(DType);
template TileFunction TileFamilies<Avx512Isa>::convert(DType, DType);
template TileFunction TileFamilies<Avx512Isa>::round_to(DType);
template TileReduction TileFamilies<Avx512Isa>::reduce(compiler::ReductionKind, DType);

}  // namespace kerascpp::cpu
