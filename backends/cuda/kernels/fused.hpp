#pragma once

#include <kerascpp/backend/kernel.hpp>

namespace kerascpp::cuda {

/// The kernel of a `fused` node, generated from the same loops as the CPU's.
[[nodiscard]] runtime::Prepared prepare_fused(const runtime::KernelQuery& query);
/// Whether a `fused` node may contain the operation.
[[nodiscard]] bool can_fuse(const OpDef& op, const Attributes& attributes, const std::vector<TensorSpec>& inputs,
                            const TensorSpec& output);

}  // namespace kerascpp::cuda
