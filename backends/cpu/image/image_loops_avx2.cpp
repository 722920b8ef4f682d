#if defined(__x86_64__)
#include "backends/cpu/image/image_loops_body.hpp"

namespace kerascpp::cpu::image {

template ImageLoops image_loops_for<InstructionSet::Avx2>();

}  // namespace kerascpp::cpu::image
#endif
