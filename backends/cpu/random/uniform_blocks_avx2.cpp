#include "backends/cpu/random/uniform_blocks_body.hpp"

namespace kerascpp::cpu {

template void uniform_blocks<InstructionSet::Avx2>(const UniformDraw&, std::uint64_t, std::int64_t, float*);

}  // namespace kerascpp::cpu
