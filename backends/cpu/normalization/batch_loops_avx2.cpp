#include "backends/cpu/normalization/batch_loops_body.hpp"

namespace kerascpp::cpu {

template BatchLoops<float> batch_loops_for<InstructionSet::Avx2, float>(DType);
template BatchLoops<double> batch_loops_for<InstructionSet::Avx2, double>(DType);

}  // namespace kerascpp::cpu
