#include <kerascpp/core/error.hpp>
#include <kerascpp/graph/graph.hpp>

#include "backends/cpu/families.hpp"
#include "backends/cpu/fused/fused_kernel.hpp"
#include "compiler/loop_opcode.hpp"

/// An elementwise operation or a reduction by itself: a loop with one instruction. Functions compiled without fusion,
/// and operations at the edge of what is fused, run these.
namespace kerascpp::cpu {
namespace {

using runtime::KernelQuery;
using runtime::Prepared;

// A loop that computes `op` on the first `count` inputs of the query.
Prepared prepare_as(const KernelQuery& query, std::size_t count, const OpDef& op, const Attributes& attributes,
                    const TensorSpec& output) {
  const std::vector<TensorSpec> inputs(query.inputs.begin(), query.inputs.begin() + static_cast<std::ptrdiff_t>(count));
  if (!can_fuse(op, attributes, inputs, output)) return Prepared::refuse("no loop computes it in these dtypes");
  auto body = std::make_shared<Graph>();
  for (const TensorSpec& input : inputs) body->inputs.push_back(placeholder(input.shape, input.dtype));
  body->outputs = {std::make_shared<Node>(op, body->inputs, attributes, std::vector<TensorSpec>{output})->output()};
  const Attributes of_loop{{"body", std::shared_ptr<const Graph>(body)}};
  KernelQuery loop{OpRegistry::global().get("fused"), of_loop, inputs, {output}, query.input_layouts, query.constants};
  loop.input_layouts.resize(count);
  loop.constants.resize(count);
  return prepare_fused(loop);
}

Prepared prepare_single(const KernelQuery& query) {
  return prepare_as(query, query.inputs.size(), query.op, query.attributes, query.outputs[0]);
}

// the sum over the axes that were broadcast
Prepared prepare_reduce_to_like(const KernelQuery& query) {
  const Shape &x = query.inputs[0].shape, &like = query.outputs[0].shape;
  const int lead = x.ndim() - like.ndim();
  std::vector<std::int64_t> axes;
  Shape reduced;
  for (int i = 0; i < x.ndim(); ++i) {
    if (i < lead || (like[i - lead] == 1 && x[i] != 1))
      axes.push_back(i);
    else
      reduced.push_back(x[i]);
  }
  const TensorSpec output{query.outputs[0].dtype, reduced};
  return prepare_as(query, 1, OpRegistry::global().get("sum"), {{"axis", axes}, {"keepdims", false}}, output);
}

bool is_loop(const OpDef& op) {
  compiler::ReductionKind kind{};
  return compiler::find_reduction(op.name, kind) || compiler::find_opcode(op.name) != nullptr ||
         op.name == "identity" || op.name == "stop_gradient";
}

}  // namespace

void register_single_operation_kernels(runtime::KernelRegistry& registry) {
  for (const OpDef* op : OpRegistry::global().all())
    if ((op->has(Trait::Elementwise) || op->has(Trait::Reduction)) && !op->has(Trait::Random) && is_loop(*op))
      registry.add_kernel({"cpu", "fused", op->name, prepare_single});
  registry.add_kernel({"cpu", "fused", "reduce_to_like", prepare_reduce_to_like});
}

}  // namespace kerascpp::cpu
