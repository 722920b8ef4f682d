#pragma once

#include <memory>
#include <string>

#include "backends/cpu/fused/box_kernel.hpp"
#include "backends/cpu/fused/loop_schedule.hpp"
#include "compiler/fused_loop.hpp"

namespace kerascpp::cpu {

/// Machine code for an ordered loop, for AVX2 or AVX-512.
///
/// Returns nullptr and fills `refusal` when the loop has something that there is no code for; the interpreter takes it.
[[nodiscard]] std::unique_ptr<const BoxKernel> make_code_kernel(const compiler::FusedLoop& loop,
                                                                const LoopSchedule& schedule, bool is_avx512,
                                                                std::string& refusal);

}  // namespace kerascpp::cpu
