#include <kerascpp/core/error.hpp>
#include <kerascpp/graph/node.hpp>
#include <kerascpp/graph/printing.hpp>

#include "graph/printing/leaf_text.hpp"
#include "graph/printing/printed_graph.hpp"

namespace kerascpp {
namespace {

std::string quoted(const std::string& text) {
  std::string result = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') result += '\\';
    result += c;
  }
  return result + "\"";
}

std::string dot_of(const Graph& graph, const DotOptions& options) {
  std::string text =
      "digraph graph_of_operations {\n  rankdir = " + options.rankdir +
      ";\n  node [fontname = \"Helvetica\", fontsize = 10];\n  edge [fontname = \"Helvetica\", fontsize = 8];\n";
  const auto edge_label = [&](const Symbol& symbol) {
    return options.short_names ? std::string() : " [label = " + quoted(to_string(symbol.spec())) + "]";
  };
  for (const auto& node : graph.nodes()) {
    const bool is_leaf = node->op().has(Trait::Leaf);
    std::string label = is_leaf ? leaf_text(node->output()) : node->op().name;
    if (!is_leaf && !node->scope().empty() && !options.short_names) label += " (" + node->scope() + ")";
    const char* const color = !is_leaf                                   ? "#fff3d6"
                              : variable_of(node->output()).defined()    ? "#d5e8d4"
                              : constant_value(node->output()).defined() ? "#e8e8e8"
                                                                         : "#dae8fc";
    text += text_of("  n", node->id(), " [shape = ", is_leaf ? "ellipse" : "box", ", style = filled, fillcolor = \"",
                    color, "\", label = ", quoted(label), "];\n");
    for (const Symbol& input : node->inputs())
      text += text_of("  n", input.node()->id(), " -> n", node->id(), edge_label(input), ";\n");
  }
  for (std::size_t i = 0; i < graph.outputs.size(); ++i)
    text += text_of("  output", i, " [shape = ellipse, style = filled, fillcolor = \"#f8cecc\", label = \"output", i,
                    "\"];\n  n", graph.outputs[i].node()->id(), " -> output", i, edge_label(graph.outputs[i]), ";\n");
  for (std::size_t i = 0; i < graph.updates.size(); ++i)
    text += text_of("  update", i, " [shape = ellipse, style = filled, fillcolor = \"#f8cecc\", label = ",
                    quoted("update of " + graph.updates[i].first.name()), "];\n  n",
                    graph.updates[i].second.node()->id(), " -> update", i, edge_label(graph.updates[i].second), ";\n");
  return text + "}\n";
}

}  // namespace

std::string to_dot(const SymbolList& outputs, const DotOptions& options) {
  Graph graph;
  graph.outputs = outputs.vector();
  return dot_of(graph, options);
}

std::string to_dot(const Function& function, const DotOptions& options) {
  return dot_of(printed_graph(function, options.input_shapes), options);
}

}  // namespace kerascpp
