#pragma once

#include "backends/cuda/codegen/kernel_builder.hpp"
#include "compiler/fused_loop.hpp"

namespace kerascpp::cuda {

/// Adds the functions that compute a fused program, loop by loop, and their launches.
void add_program(KernelBuilder& kernel, const compiler::FusedProgram& program);

/// Whether device code has the operation for arguments of `dtype`.
[[nodiscard]] bool has_operation(compiler::Opcode opcode, DType dtype);

}  // namespace kerascpp::cuda
