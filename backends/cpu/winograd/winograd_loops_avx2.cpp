#if defined(__x86_64__)
#include "backends/cpu/winograd/winograd_loops_body.hpp"

namespace kerascpp::cpu::winograd {

template WinogradLoops winograd_loops_for<InstructionSet::Avx2>();

}  // namespace kerascpp::cpu::winograd
#endif
