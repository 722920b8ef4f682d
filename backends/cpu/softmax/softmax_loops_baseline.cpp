#include "backends/cpu/softmax/softmax_loops_body.hpp"

namespace kerascpp::cpu {

template SoftmaxLoops softmax_loops_for<InstructionSet::Baseline>(DType);

}  // namespace kerascpp::cpu
