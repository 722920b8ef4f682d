#include "graph/replace.hpp"

#include <unordered_map>

namespace kerascpp {
namespace {

class Replacer {
 public:
  explicit Replacer(const Replacements& replacements) : replacements_(replacements) {}

  Symbol replaced(const Symbol& root) {
    std::vector<std::shared_ptr<Node>> stack{root.node()};
    if (Symbol by = replacements_.find(root); by.defined()) return by;
    while (!stack.empty()) {
      const std::shared_ptr<Node> node = stack.back();
      if (made_.contains(node.get())) {
        stack.pop_back();
        continue;
      }
      bool ready = true;
      for (const Symbol& input : node->inputs())
        if (!replacements_.find(input).defined() && !made_.contains(input.node().get())) {
          stack.push_back(input.node());
          ready = false;
        }
      if (!ready) continue;
      make(*node);
      stack.pop_back();
    }
    return made_.at(root.node().get())[static_cast<std::size_t>(root.index())];
  }

 private:
  void make(const Node& node) {
    std::vector<Symbol> inputs;
    bool changed = false;
    for (const Symbol& input : node.inputs()) {
      const Symbol by = replacements_.find(input);
      inputs.push_back(by.defined() ? by : made_.at(input.node().get())[static_cast<std::size_t>(input.index())]);
      changed = changed || !inputs.back().is(input);
    }
    std::vector<Symbol> outputs;
    if (changed) {
      outputs = make_node(node.op(), std::move(inputs), node.attributes(), node.site());
      outputs.front().node()->set_name(node.name());
      outputs.front().node()->set_scope(node.scope());
    } else {
      for (std::size_t i = 0; i < node.outputs().size(); ++i) outputs.push_back(node.output(static_cast<int>(i)));
    }
    made_.emplace(&node, std::move(outputs));
  }

  const Replacements& replacements_;
  std::unordered_map<const Node*, std::vector<Symbol>> made_;
};

}  // namespace

std::vector<Symbol> replace(const std::vector<Symbol>& symbols, const Replacements& replacements) {
  Replacer replacer(replacements);
  std::vector<Symbol> results;
  for (const Symbol& symbol : symbols) results.push_back(replacer.replaced(symbol));
  return results;
}

}  // namespace kerascpp
