#include "backends/cpu/attention/attention_loops_body.hpp"

namespace kerascpp::cpu {

template AttentionLoops attention_loops_for<InstructionSet::Baseline>(DType);

}  // namespace kerascpp::cpu
