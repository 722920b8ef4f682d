#include "backends/cpu/instruction_set.hpp"

namespace kerascpp::cpu {

#if defined(__x86_64__)

InstructionSet instruction_set() {
  static const InstructionSet best = [] {
    const bool avx2 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
    const bool avx512 = avx2 && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
                        __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl");
    return avx512 ? InstructionSet::Avx512 : avx2 ? InstructionSet::Avx2 : InstructionSet::Baseline;
  }();
  return best;
}

#else

InstructionSet instruction_set() { return InstructionSet::Baseline; }

#endif

}  // namespace kerascpp::cpu
