#include "compiler/single_operation.hpp"

#include <kerascpp/core/error.hpp>
#include <kerascpp/graph/graph.hpp>

#include "compiler/loop_opcode.hpp"

namespace kerascpp::compiler {
namespace {

using runtime::KernelQuery;
using runtime::Prepared;

// A loop that computes `op` on the first `count` inputs of the query.
Prepared prepare_as(const LoopBackend& loops, const KernelQuery& query, std::size_t count, const OpDef& op,
                    const Attributes& attributes, const TensorSpec& output) {
  const std::vector<TensorSpec> inputs(query.inputs.begin(), query.inputs.begin() + static_cast<std::ptrdiff_t>(count));
  if (!loops.can_fuse(op, attributes, inputs, output)) return Prepared::refuse("no loop computes it in these dtypes");
  auto body = std::make_shared<Graph>();
  for (const TensorSpec& input : inputs) body->inputs.push_back(placeholder(input.shape, input.dtype));
  body->outputs = {std::make_shared<Node>(op, body->inputs, attributes, std::vector<TensorSpec>{output})->output()};
  const Attributes of_loop{{"body", std::shared_ptr<const Graph>(body)}};
  KernelQuery loop{OpRegistry::global().get("fused"), of_loop, inputs, {output}, query.input_layouts, query.constants};
  loop.input_layouts.resize(count);
  loop.constants.resize(count);
  return loops.prepare_fused(loop);
}

// the sum over the axes that were broadcast
Prepared prepare_reduce_to_like(const LoopBackend& loops, const KernelQuery& query) {
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
  return prepare_as(loops, query, 1, OpRegistry::global().get("sum"), {{"axis", axes}, {"keepdims", false}}, output);
}

bool is_loop(const OpDef& op) {
  ReductionKind kind{};
  return find_reduction(op.name, kind) || find_opcode(op.name) != nullptr || op.name == "identity" ||
         op.name == "stop_gradient";
}

}  // namespace

void register_single_operations(runtime::KernelRegistry& registry, const LoopBackend& loops) {
  for (const OpDef* op : OpRegistry::global().all())
    if ((op->has(Trait::Elementwise) || op->has(Trait::Reduction)) && !op->has(Trait::Random) && is_loop(*op))
      registry.add_kernel({loops.backend, loops.library, op->name, [loops](const KernelQuery& query) {
                             return prepare_as(loops, query, query.inputs.size(), query.op, query.attributes,
                                               query.outputs[0]);
                           }});
  registry.add_kernel({loops.backend, loops.library, "reduce_to_like",
                       [loops](const KernelQuery& query) { return prepare_reduce_to_like(loops, query); }});
}

}  // namespace kerascpp::compiler
