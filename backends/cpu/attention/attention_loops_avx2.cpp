#include "backends/cpu/attention/attention_loops_body.hpp"

namespace kerascpp::cpu {

template AttentionLoops attention_loops_for<InstructionSet::Avx2>(DType);

}  // namespace kerascpp::cpu
