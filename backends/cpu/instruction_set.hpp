#pragma once

namespace kerascpp::cpu {

/// The instruction sets that loops are compiled for. Values are floats per vector register; templates over it give
/// every instruction set symbols of its own, so the linker cannot put code for one where another is needed. For the
/// same reason such loops call no inline functions of the standard library.
enum class InstructionSet : int { Baseline = 4, Avx2 = 8, Avx512 = 16 };

/// The best one that this processor runs.
[[nodiscard]] InstructionSet instruction_set();

/// What `make.operator()<set>()` gives for the best instruction set that this processor runs. The others are not
/// called: what makes the loops of an instruction set is itself compiled for it.
template <class Make>
[[nodiscard]] auto for_best_instruction_set(const Make& make) {
#if defined(__x86_64__)
  if (instruction_set() == InstructionSet::Avx512) return make.template operator()<InstructionSet::Avx512>();
  if (instruction_set() == InstructionSet::Avx2) return make.template operator()<InstructionSet::Avx2>();
#endif
  return make.template operator()<InstructionSet::Baseline>();
}

}  // namespace kerascpp::cpu
