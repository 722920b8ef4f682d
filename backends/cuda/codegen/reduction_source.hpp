#pragma once

#include "backends/cuda/codegen/kernel_builder.hpp"
#include "compiler/fused_loop.hpp"

namespace kerascpp::cuda {

/// Adds the functions that compute a loop with reductions at its end, and their launches. Sums are added in an order
/// that depends on the shape alone.
void add_reduction(KernelBuilder& kernel, const compiler::FusedLoop& loop, const std::vector<Parameter>& temporaries);

}  // namespace kerascpp::cuda
