#include "backends/cpu/matmul/thin_loops_body.hpp"

namespace kerascpp::cpu {

template ThinLoops thin_loops_for<InstructionSet::Avx2>();

}  // namespace kerascpp::cpu
