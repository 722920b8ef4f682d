#pragma once

namespace kerascpp::cpu {

/// The instruction sets that loops are compiled for. Values are floats per vector register; templates over it give
/// every instruction set symbols of its own, so the linker cannot put code for one where another is needed. For the
/// same reason such loops call no inline functions of the standard library.
enum class InstructionSet : int { Baseline = 4, Avx2 = 8, Avx512 = 16 };

/// The best one that this processor runs.
[[nodiscard]] InstructionSet instruction_set();

}  // namespace kerascpp::cpu
