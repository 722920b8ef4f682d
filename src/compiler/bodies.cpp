#include "compiler/bodies.hpp"

#include <algorithm>

namespace kerascpp::compiler {

bool has_bodies(const Graph& graph) {
  const auto nodes = graph.nodes();
  return std::any_of(nodes.begin(), nodes.end(), [](const auto& node) { return bodies_of(node->op()) != nullptr; });
}

Attributes with_bodies(const NodeView& node, BodiesOf bodies, const BodyRule& rule) {
  std::vector<TensorSpec> specs;
  for (const Symbol& input : node.inputs) specs.push_back(input.spec());
  Attributes attributes = node.attributes();
  for (const BodyUse& use : bodies(attributes, specs)) {
    const auto& body = node.attributes().get<std::shared_ptr<const Graph>>(use.attribute);
    attributes.set(use.attribute, std::make_shared<const Graph>(rule(*body, use)));
  }
  return attributes;
}

Graph with_bodies(const Graph& graph, const BodyRule& rule) {
  if (!has_bodies(graph)) return graph;
  return rewrite(graph, [&](const NodeView& node) -> std::optional<std::vector<Symbol>> {
    const BodiesOf bodies = bodies_of(node.op());
    if (bodies == nullptr) return std::nullopt;
    return remake(node.original, node.inputs, with_bodies(node, bodies, rule));
  });
}

}  // namespace kerascpp::compiler
