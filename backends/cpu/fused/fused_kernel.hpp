#pragma once

#include <cstdint>

#include <kerascpp/backend/kernel.hpp>
#include <kerascpp/core/export.hpp>

namespace kerascpp::cpu {

/// What computes the loops of a `fused` node. Tests ask for each; everybody else for the best.
enum class FusedEngine : std::uint8_t {
  Best,   // loop by loop: code where there is some, else tiles
  Code,   // the same, but refused when there is code for no loop
  Tiles,  // the best tiles
  BaselineTiles,
  Avx2Tiles,
  Avx512Tiles,
  Avx2Code,
  Avx512Code,
};

/// A kernel for the op `fused`, or a refusal; also when this processor cannot run `engine`.
[[nodiscard]] KCPP_API runtime::Prepared prepare_fused(const runtime::KernelQuery& query,
                                                       FusedEngine engine = FusedEngine::Best);

/// Whether a body may contain this operation: shapes may still be unknown.
[[nodiscard]] bool can_fuse(const OpDef& op, const Attributes& attributes, const std::vector<TensorSpec>& inputs,
                            const TensorSpec& output);

}  // namespace kerascpp::cpu
