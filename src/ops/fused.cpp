#include <kerascpp/core/error.hpp>
#include <kerascpp/graph/graph.hpp>

#include "ops/families.hpp"

namespace kerascpp::ops {

// `fused` computes the outputs of its body in one loop. The body's nodes are elementwise, and a reduction may stand
// at an output; its inputs are placeholders with the specs of the node's inputs. Made by the fusion pass, after
// gradients, so it needs none. With attribute `hoist` false nothing is computed ahead of the loop.
void register_fused_ops(OpRegistry& registry) {
  const auto planned = static_cast<Traits>(Trait::Planned);
  registry.add({.name = "fused", .inputs = {"..."}, .traits = planned, .infer = [](InferContext& context) {
                  const auto& body = context.attributes.get<std::shared_ptr<const Graph>>("body");
                  for (const Symbol& output : body->outputs) context.outputs.push_back(output.spec());
                }});
  // a copy into another layout, placed by the planner: `order` and `blocks` (axis, size, ...) as in runtime::Layout
  registry.add({.name = "reorder", .inputs = {"x"}, .traits = planned, .infer = [](InferContext& context) {
                  context.outputs = {context.inputs[0]};
                }});
  // a shape without a value: what remains of an input that gives only its shape
  registry.add({.name = "shape_only", .traits = Trait::Leaf | Trait::Planned, .infer = [](InferContext& context) {
                  context.outputs = {{context.attributes.get<DType>("dtype"), context.attributes.get<Shape>("shape")}};
                }});
}

}  // namespace kerascpp::ops
