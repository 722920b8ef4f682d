#pragma once

#include <string>

#include "backends/cpu/fused/jit/vector_program.hpp"
#include "compiler/fused_loop.hpp"

namespace kerascpp::cpu::jit {

/// The vector instructions of one step of `loop`. Fills `refusal` where there are none; then the interpreter has to
/// take the loop.
[[nodiscard]] VectorProgram expand(const compiler::FusedLoop& loop, bool is_avx512, std::string& refusal);

}  // namespace kerascpp::cpu::jit
