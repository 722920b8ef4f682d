#include "backends/cpu/matmul/int8_loops_body.hpp"

namespace kerascpp::cpu {

template Int8Loops int8_loops_for<InstructionSet::Avx2>();

}  // namespace kerascpp::cpu
