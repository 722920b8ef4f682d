#include "graph/printing/inner_graphs.hpp"

#include "graph/bodies.hpp"

namespace kerascpp {
namespace {

using Body = std::shared_ptr<const Graph>;

std::vector<TensorSpec> input_specs(const Node& node) {
  std::vector<TensorSpec> specs;
  for (const Symbol& input : node.inputs()) specs.push_back(input.spec());
  return specs;
}

}  // namespace

std::vector<InnerGraph> inner_graphs(const Node& node) {
  std::vector<InnerGraph> result;
  if (const BodiesOf bodies = bodies_of(node.op()); bodies != nullptr) {
    for (const BodyUse& use : bodies(node.attributes(), input_specs(node)))
      result.push_back({use.attribute, node.attributes().get<Body>(use.attribute)});
  } else {
    for (const Attributes::Item& item : node.attributes().items())
      if (const auto* const body = std::get_if<Body>(&item.second); body != nullptr && *body != nullptr)
        result.push_back({item.first, *body});
  }
  std::size_t taken = 0;
  for (const InnerGraph& inner : result) taken += inner.graph->inputs.size();
  if (taken > node.inputs().size()) return result;
  std::size_t next = node.inputs().size() - taken;  // what comes before (numbers of steps, selectors) is the node's own
  for (InnerGraph& inner : result) {
    inner.first_input = next;
    next += inner.graph->inputs.size();
  }
  return result;
}

bool is_its_inner_graph(const Node& node) {
  if (bodies_of(node.op()) != nullptr) return false;
  const std::vector<InnerGraph> inner = inner_graphs(node);
  return inner.size() == 1 && inner[0].graph->inputs.size() == node.inputs().size() &&
         inner[0].graph->outputs.size() == node.outputs().size();
}

}  // namespace kerascpp
