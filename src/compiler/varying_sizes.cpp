#include "compiler/varying_sizes.hpp"

#include <algorithm>
#include <unordered_set>

#include <kerascpp/core/error.hpp>
#include <kerascpp/graph/node.hpp>

#include "graph/replace.hpp"
#include "ops/loops/closure.hpp"

namespace kerascpp::compiler {
namespace {

using Nodes = std::unordered_set<const Node*>;

bool is_known(const Symbol& symbol) { return symbol.shape().is_known(); }

bool has_unknown_output(const Node& node) {
  const std::vector<TensorSpec>& outputs = node.outputs();
  return std::any_of(outputs.begin(), outputs.end(), [](const TensorSpec& spec) { return !spec.shape.is_known(); });
}

bool has_unknown_input(const Node& node) {
  const std::vector<Symbol>& inputs = node.inputs();
  return std::any_of(inputs.begin(), inputs.end(), [](const Symbol& input) { return !is_known(input); });
}

bool reads_one_of(const Node& node, const Nodes& nodes) {
  const std::vector<Symbol>& inputs = node.inputs();
  return std::any_of(inputs.begin(), inputs.end(),
                     [&nodes](const Symbol& input) { return nodes.contains(input.node().get()); });
}

/// What is made or read in an unknown size, and what lies between two such nodes: else they would wait for each other.
Nodes varying_part(const std::vector<std::shared_ptr<Node>>& nodes) {
  Nodes part, behind, before;
  for (const auto& node : nodes) {
    if (has_unknown_output(*node) || has_unknown_input(*node)) part.insert(node.get());
    if (part.contains(node.get()) || reads_one_of(*node, behind)) behind.insert(node.get());
  }
  for (auto node = nodes.rbegin(); node != nodes.rend(); ++node) {
    if (!part.contains(node->get()) && !before.contains(node->get())) continue;
    for (const Symbol& input : (*node)->inputs()) before.insert(input.node().get());
  }
  for (const Node* node : behind)
    if (before.contains(node)) part.insert(node);
  return part;
}

}  // namespace

Graph enclose_varying_sizes(const Graph& body) {
  const std::vector<std::shared_ptr<Node>> nodes = body.nodes();
  const Nodes part = varying_part(nodes);
  if (part.empty()) return body;
  for (const Symbol& output : body.outputs)
    KCPP_CHECK(is_known(output), ShapeError, "[", output.node()->op().name, "] the shape ", output.shape(),
               " of what a step or a branch gives depends on values, and must be the same each time: reduce it there, ",
               "or take a part of known shape with slice(x, start_indices, shape)");
  std::vector<Symbol> given;
  const auto give = [&](const Symbol& value) {
    const auto same = [&value](const Symbol& other) { return other.is(value); };
    if (part.contains(value.node().get()) && std::none_of(given.begin(), given.end(), same)) given.push_back(value);
  };
  for (const auto& node : nodes)
    if (!part.contains(node.get()))
      for (const Symbol& input : node->inputs()) give(input);
  for (const Symbol& output : body.outputs) give(output);

  Nodes parameters;
  for (const Symbol& input : body.inputs) parameters.insert(input.node().get());
  const auto inside = [&](const Node& node) {
    return part.contains(&node) || (node.inputs().empty() && !parameters.contains(&node));
  };
  ops::Closure closure = ops::close_over_nodes(inside, given);
  const std::vector<Symbol> made = make_node(OpRegistry::global().get("varying_section"), std::move(closure.captured),
                                             {{"body", std::move(closure.body)}});
  Replacements replacements;
  for (std::size_t i = 0; i < given.size(); ++i) replacements.set(given[i], made[i]);
  Graph result = body;
  result.outputs = replace(body.outputs, replacements);
  return result;
}

}  // namespace kerascpp::compiler
