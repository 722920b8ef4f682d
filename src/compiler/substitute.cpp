#include "compiler/rewrite.hpp"

namespace kerascpp {

Symbol substitute(const Symbol& value, const std::vector<std::pair<Symbol, Symbol>>& replacements) {
  Graph graph;
  graph.outputs = {value};
  return compiler::rewrite(graph,
                           [&](const compiler::NodeView& node) -> std::optional<std::vector<Symbol>> {
                             for (const auto& [leaf, replacement] : replacements)
                               if (leaf.node().get() == &node.original) return std::vector<Symbol>{replacement};
                             return std::nullopt;
                           })
      .outputs.front();
}

}  // namespace kerascpp
