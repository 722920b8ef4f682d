#include "ops/loops/closure.hpp"

#include "graph/replace.hpp"

namespace kerascpp::ops {
namespace {

Closure close(const std::vector<Symbol>& parameters, const std::vector<Symbol>& outputs,
              const Callable<bool(const Node&)>& inside) {
  Graph reached;
  reached.outputs = outputs;
  Closure closure;
  auto body = std::make_shared<Graph>();
  body->inputs = parameters;
  Replacements replacements;
  for (const Symbol& parameter : parameters) replacements.set(parameter, parameter);
  const auto capture = [&](const Symbol& symbol) {
    if (replacements.find(symbol).defined() || constant_value(symbol).defined() || inside(*symbol.node())) return;
    const Symbol parameter = placeholder(symbol.shape(), symbol.dtype(), symbol.node()->name());
    replacements.set(symbol, parameter);
    closure.captured.push_back(symbol);
    body->inputs.push_back(parameter);
  };
  for (const auto& node : reached.nodes())
    if (inside(*node))
      for (const Symbol& input : node->inputs()) capture(input);
  for (const Symbol& output : outputs) capture(output);
  body->outputs = replace(outputs, replacements);
  closure.body = std::move(body);
  return closure;
}

}  // namespace

std::unordered_set<const Node*> dependents(const std::vector<Symbol>& outputs, const std::vector<Symbol>& parameters) {
  std::unordered_set<const Node*> found;
  for (const Symbol& parameter : parameters) found.insert(parameter.node().get());
  Graph reached;
  reached.outputs = outputs;
  for (const auto& node : reached.nodes())
    for (const Symbol& input : node->inputs())
      if (found.contains(input.node().get())) {
        found.insert(node.get());
        break;
      }
  return found;
}

Closure close_over(const std::vector<Symbol>& parameters, const std::vector<Symbol>& outputs) {
  const std::unordered_set<const Node*> inside = dependents(outputs, parameters);
  return close(parameters, outputs, [&](const Node& node) { return inside.contains(&node); });
}

Closure close_over_nodes_since(std::uint64_t first_id, const std::vector<Symbol>& outputs) {
  return close({}, outputs, [&](const Node& node) { return node.id() >= first_id && !node.op().has(Trait::Leaf); });
}

Closure close_over_nodes(const Callable<bool(const Node&)>& inside, const std::vector<Symbol>& outputs) {
  return close({}, outputs, inside);
}

}  // namespace kerascpp::ops
