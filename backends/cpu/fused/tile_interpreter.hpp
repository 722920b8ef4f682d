#pragma once

#include <memory>
#include <string>

#include "backends/cpu/fused/box_kernel.hpp"
#include "backends/cpu/fused/loop_schedule.hpp"
#include "backends/cpu/fused/tile_functions.hpp"
#include "compiler/fused_loop.hpp"

namespace kerascpp::cpu {

/// Runs the instructions of an ordered loop one after the other over tiles of about a thousand elements, whose
/// registers are buffers in the first-level cache. Works on every processor and for every real dtype.
///
/// Returns nullptr and fills `refusal` when an instruction has no tile function.
[[nodiscard]] std::unique_ptr<const BoxKernel> make_tile_interpreter(const compiler::FusedLoop& loop,
                                                                     const LoopSchedule& schedule,
                                                                     const TileFunctions& functions,
                                                                     std::string& refusal);

}  // namespace kerascpp::cpu
