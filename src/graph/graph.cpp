#include <kerascpp/graph/graph.hpp>

#include <unordered_map>
#include <unordered_set>

#include <kerascpp/core/error.hpp>

namespace kerascpp {

std::vector<std::shared_ptr<Node>> Graph::nodes() const {
  std::vector<std::shared_ptr<Node>> order;
  std::unordered_set<const Node*> done;
  std::vector<std::pair<std::shared_ptr<Node>, std::size_t>> stack;  // a node and how many inputs were visited
  const auto visit = [&](const Symbol& root) {
    if (!done.insert(root.node().get()).second) return;
    stack.emplace_back(root.node(), 0);
    while (!stack.empty()) {
      auto& [node, next] = stack.back();
      if (next == node->inputs().size()) {
        order.push_back(node);
        stack.pop_back();
        continue;
      }
      const Symbol& input = node->input(next++);
      if (done.insert(input.node().get()).second) stack.emplace_back(input.node(), 0);
    }
  };
  for (const Symbol& symbol : outputs) visit(symbol);
  for (const auto& update : updates) visit(update.second);
  return order;
}

std::string to_string(const Graph& graph) {
  std::unordered_map<const Node*, std::size_t> numbers;
  const auto reference = [&numbers](const Symbol& symbol) {
    const std::string number = text_of("%", numbers.at(symbol.node().get()));
    return symbol.node()->outputs().size() == 1 ? number : text_of(number, ".", symbol.index());
  };
  std::string text;
  for (const auto& node : graph.nodes()) {
    const std::size_t number = numbers.size();
    numbers.emplace(node.get(), number);
    text += text_of("%", number, " = ", node->op().name, "(");
    for (std::size_t i = 0; i < node->inputs().size(); ++i) text += (i == 0 ? "" : ", ") + reference(node->input(i));
    text += ")";
    if (!node->name().empty()) text += text_of(" \"", node->name(), "\"");
    if (!node->attributes().empty()) text += text_of(" {", node->attributes(), "}");
    text += " :";
    for (const TensorSpec& output : node->outputs()) text += text_of(" ", output);
    text += "\n";
    for (const auto& attribute : node->attributes().items())
      if (const auto* body = std::get_if<std::shared_ptr<const Graph>>(&attribute.second)) {
        std::string indented = "  ";
        const std::string body_text = to_string(**body);
        for (std::size_t i = 0; i < body_text.size(); ++i) {
          indented += body_text[i];
          if (body_text[i] == '\n' && i + 1 < body_text.size()) indented += "  ";
        }
        text += indented;
      }
  }
  text += "return";
  for (const Symbol& output : graph.outputs) text += text_of(" ", reference(output));
  text += "\n";
  for (const auto& [variable, value] : graph.updates)
    text += text_of("update ", variable.name(), " ", reference(value), "\n");
  return text;
}

}  // namespace kerascpp
