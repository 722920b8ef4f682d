#include "compiler/rewrite.hpp"

namespace kerascpp::compiler {
namespace {

void keep_origin(const std::vector<Symbol>& made, const Node& from) {
  made.front().node()->set_name(from.name());
  made.front().node()->set_scope(from.scope());
}

}  // namespace

std::vector<Symbol> remake(const Node& node, std::vector<Symbol> inputs, Attributes attributes) {
  std::vector<Symbol> made = make_node(node.op(), std::move(inputs), std::move(attributes), node.site());
  keep_origin(made, node);
  return made;
}

std::vector<Symbol> remake(const Node& node, std::vector<Symbol> inputs) {
  return remake(node, std::move(inputs), node.attributes());
}

Symbol replacement(const Node& like, std::string_view op, std::vector<Symbol> inputs, Attributes attributes) {
  Symbol made = make_symbol(op, std::move(inputs), std::move(attributes), like.site());
  made.node()->set_scope(like.scope());
  return made;
}

Graph rewrite(const Graph& graph, const Rule& rule) {
  std::unordered_map<const Node*, std::vector<Symbol>> rewritten;
  const auto now = [&rewritten](const Symbol& symbol) {
    return rewritten.at(symbol.node().get())[static_cast<std::size_t>(symbol.index())];
  };
  for (const auto& node : graph.nodes()) {
    std::vector<Symbol> inputs;
    bool changed = false;
    for (const Symbol& input : node->inputs()) {
      inputs.push_back(now(input));
      changed = changed || !inputs.back().is(input);
    }
    std::optional<std::vector<Symbol>> outputs = rule({*node, inputs});
    if (!outputs) {
      if (changed) {
        outputs = remake(*node, std::move(inputs));
      } else {
        outputs.emplace();
        for (std::size_t i = 0; i < node->outputs().size(); ++i) outputs->push_back(node->output(static_cast<int>(i)));
      }
    }
    rewritten.emplace(node.get(), std::move(*outputs));
  }
  Graph result;
  result.inputs = graph.inputs;
  for (const Symbol& output : graph.outputs) result.outputs.push_back(now(output));
  for (const auto& [variable, value] : graph.updates) result.updates.emplace_back(variable, now(value));
  return result;
}

}  // namespace kerascpp::compiler
