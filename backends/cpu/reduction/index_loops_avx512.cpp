#include "backends/cpu/reduction/index_loops_body.hpp"

namespace kerascpp::cpu {

template IndexLoops index_loops_for<InstructionSet::Avx512>(DType, bool);

}  // namespace kerascpp::cpu
