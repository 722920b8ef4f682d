#pragma once

#include "backends/cpu/fused/jit/vector_program.hpp"
#include "compiler/loop_opcode.hpp"

namespace kerascpp::cpu::jit {

/// Appends `opcode` on floats in `lanes`; -1 when it has no vector instructions. The result of a predicate is a mask.
[[nodiscard]] int expand_float(VectorBuilder& builder, compiler::Opcode opcode, Lanes lanes, const int* args);

}  // namespace kerascpp::cpu::jit
