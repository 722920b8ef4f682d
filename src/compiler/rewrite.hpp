#pragma once

#include <optional>
#include <unordered_map>
#include <vector>

#include <kerascpp/core/callable.hpp>
#include <kerascpp/graph/graph.hpp>

namespace kerascpp::compiler {

/// What a rule sees of a node: its op and attributes, and its inputs after their own rewriting.
struct NodeView {
  const Node& original;
  const std::vector<Symbol>& inputs;

  [[nodiscard]] const OpDef& op() const { return original.op(); }
  [[nodiscard]] bool is(std::string_view name) const { return original.op().name == name; }
  [[nodiscard]] const Attributes& attributes() const { return original.attributes(); }
  [[nodiscard]] const TensorSpec& spec() const { return original.outputs()[0]; }
};

/// A rule gives the outputs that replace a node, or nothing to leave it as it is.
using Rule = Callable<std::optional<std::vector<Symbol>>(const NodeView&)>;

/// Rebuilds a graph from its leaves to its outputs; nodes whose inputs are unchanged and to which no rule applies stay
/// the same objects. Names, scopes and sites are kept.
[[nodiscard]] Graph rewrite(const Graph& graph, const Rule& rule);

/// `op` on new inputs with everything else of `node`.
[[nodiscard]] std::vector<Symbol> remake(const Node& node, std::vector<Symbol> inputs);
/// The same with other attributes.
[[nodiscard]] std::vector<Symbol> remake(const Node& node, std::vector<Symbol> inputs, Attributes attributes);

/// A node of a registered op that stands for `like`: it takes over scope and site.
[[nodiscard]] Symbol replacement(const Node& like, std::string_view op, std::vector<Symbol> inputs,
                                 Attributes attributes = {});

}  // namespace kerascpp::compiler
