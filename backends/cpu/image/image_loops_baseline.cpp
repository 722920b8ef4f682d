#include "backends/cpu/image/image_loops_body.hpp"

namespace kerascpp::cpu::image {

template ImageLoops image_loops_for<InstructionSet::Baseline>();

}  // namespace kerascpp::cpu::image
