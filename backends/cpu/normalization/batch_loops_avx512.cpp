#include "backends/cpu/normalization/batch_loops_body.hpp"

namespace kerascpp::cpu {

template BatchLoops<float> batch_loops_for<InstructionSet::Avx512, float>(DType);
template BatchLoops<double> batch_loops_for<InstructionSet::Avx512, double>(DType);

}  // namespace kerascpp::cpu
