#include "backends/cuda/kernels/fused.hpp"

#include <kerascpp/core/error.hpp>

#include "backends/cuda/codegen/loop_source.hpp"
#include "backends/cuda/families.hpp"
#include "compiler/fused_loop.hpp"
#include "compiler/single_operation.hpp"

namespace kerascpp::cuda {

runtime::Prepared prepare_fused(const runtime::KernelQuery& query) {
  const auto& body = query.attributes.get<std::shared_ptr<const Graph>>("body");
  compiler::FusedProgram program = compiler::lower_fused(*body, query);
  if (!program.refusal.empty()) return runtime::Prepared::refuse(std::move(program.refusal));
  for (const runtime::Layout& layout : program.input_layouts)
    if (!layout.is_plain()) return runtime::Prepared::refuse(text_of("layout ", layout));
  KernelBuilder kernel;
  add_program(kernel, program);
  runtime::Prepared prepared = kernel.prepared(text_of("generated, ", program.loops.size(), " loops"));
  prepared.in_place = std::move(program.in_place);
  return prepared;
}

bool can_fuse(const OpDef& op, const Attributes&, const std::vector<TensorSpec>& inputs, const TensorSpec& output) {
  compiler::ReductionKind kind{};
  if (compiler::find_reduction(op.name, kind))
    return inputs.size() == 1 && !is_complex(inputs[0].dtype) && !is_complex(output.dtype);
  compiler::Opcode opcode{};
  DType arguments{};
  return compiler::find_instruction(op, inputs, output, opcode, arguments) && has_operation(opcode, arguments);
}

void register_fused_kernels(runtime::KernelRegistry& registry) {
  registry.add_kernel({"cuda", "nvrtc", "fused", prepare_fused});
  compiler::register_single_operations(registry, {"cuda", "nvrtc", can_fuse, prepare_fused});
}

}  // namespace kerascpp::cuda
