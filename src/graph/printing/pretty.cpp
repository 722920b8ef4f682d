#include <unordered_map>

#include <kerascpp/core/error.hpp>
#include <kerascpp/graph/node.hpp>
#include <kerascpp/graph/printing.hpp>

#include "graph/printing/leaf_text.hpp"

namespace kerascpp {
namespace {

struct Infix {
  std::string_view op, sign;
};
constexpr Infix kInfixes[] = {{"add", "+"},           {"subtract", "-"}, {"multiply", "*"}, {"divide", "/"},
                              {"floor_divide", "//"}, {"mod", "%"},      {"power", "**"},   {"matmul", "\\dot"}};

/// Operations that Theano writes under shorter names.
constexpr Infix kShortNames[] = {{"greater", "gt"}, {"less", "lt"},       {"greater_equal", "ge"}, {"less_equal", "le"},
                                 {"equal", "eq"},   {"not_equal", "neq"}, {"square", "sqr"},       {"where", "switch"}};

template <std::size_t N>
std::string_view find(const Infix (&table)[N], std::string_view op) {
  for (const Infix& row : table)
    if (row.op == op) return row.sign;
  return {};
}

std::string list_text(const std::vector<std::string>& items) {
  std::string text;
  for (const std::string& item : items) text += (text.empty() ? "" : ", ") + item;
  return text;
}

std::string axes_text(const Attributes& attributes) {
  std::string text;
  for (const std::int64_t axis : attributes.integers("axis")) text += text_of(text.empty() ? "" : ", ", axis);
  return text;
}

std::string formula(const Node& node, const std::vector<std::string>& inputs) {
  const std::string& op = node.op().name;
  if (const std::string_view sign = find(kInfixes, op); !sign.empty() && inputs.size() == 2)
    return text_of("(", inputs[0], " ", sign, " ", inputs[1], ")");
  if (op == "negative") return "(-" + inputs[0] + ")";
  if (op == "broadcast_like") return "fill(" + inputs[1] + ", " + inputs[0] + ")";
  if (op == "transpose" && node.outputs()[0].shape.ndim() == 2) return inputs[0] + ".T";
  if (op == "cast") return text_of("Cast{", node.outputs()[0].dtype, "}(", inputs[0], ")");
  std::string name(find(kShortNames, op));
  if (name.empty()) name = op;
  if (node.op().has(Trait::Reduction) && !node.attributes().integers("axis").empty() &&
      static_cast<int>(node.attributes().integers("axis").size()) < node.input(0).ndim())
    name += "{" + axes_text(node.attributes()) + "}";
  return name + "(" + list_text(inputs) + ")";
}

}  // namespace

std::string pp(const Operand& x) {
  Graph graph;
  graph.outputs = {x.symbol()};
  std::unordered_map<const Node*, std::string> texts;
  for (const auto& node : graph.nodes()) {
    if (node->op().has(Trait::Leaf)) {
      texts[node.get()] = leaf_text(node->output());
      continue;
    }
    std::vector<std::string> inputs;
    for (const Symbol& input : node->inputs()) {
      const std::string& text = texts.at(input.node().get());
      inputs.push_back(input.node()->outputs().size() > 1 ? text_of(text, ".", input.index()) : text);
    }
    // a node that the user has named stands for itself, but for the one that was asked for
    const bool is_named = !node->name().empty() && node.get() != x.symbol().node().get();
    texts[node.get()] = is_named ? node->name() : formula(*node, inputs);
  }
  return texts.at(x.symbol().node().get());
}

}  // namespace kerascpp
