#include "backends/cpu/pooling/pooling_loops_body.hpp"

namespace kerascpp::cpu {

template PoolingLoops pooling_loops_for<InstructionSet::Avx2>(DType);

}  // namespace kerascpp::cpu
