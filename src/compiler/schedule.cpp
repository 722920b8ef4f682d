#include "compiler/schedule.hpp"

#include <algorithm>
#include <unordered_map>
#include <unordered_set>

namespace kerascpp::compiler {
namespace {

using Nodes = std::vector<std::shared_ptr<Node>>;

std::unordered_map<const Node*, int> depths(const Nodes& nodes) {
  std::unordered_map<const Node*, int> depth;
  for (const auto& node : nodes) {
    int deepest = 0;
    for (const Symbol& input : node->inputs()) deepest = std::max(deepest, depth.at(input.node().get()) + 1);
    depth.emplace(node.get(), deepest);
  }
  return depth;
}

bool depends_on(const Node* node, const Node* target, const std::unordered_map<const Node*, int>& depth) {
  std::vector<const Node*> stack{node};
  std::unordered_set<const Node*> seen{node};
  while (!stack.empty()) {
    const Node* at = stack.back();
    stack.pop_back();
    if (at == target) return true;
    for (const Symbol& input : at->inputs()) {
      const Node* next = input.node().get();
      if (depth.at(next) >= depth.at(target) && seen.insert(next).second) stack.push_back(next);
    }
  }
  return false;
}

}  // namespace

Nodes schedule(const Graph& graph) {
  const Nodes nodes = graph.nodes();
  const std::unordered_map<const Node*, int> depth = depths(nodes);
  std::unordered_map<const Node*, Nodes> readers;  // of variables
  for (const auto& node : nodes)
    for (const Symbol& input : node->inputs())
      if (variable_of(input).defined()) readers[input.node().get()].push_back(node);
  std::unordered_map<const Node*, Nodes> before;  // what should run first although it is no input
  for (const auto& [variable, value] : graph.updates) {
    const Node* writer = value.node().get();
    const auto found = readers.find(variable.symbol().node().get());
    if (found == readers.end()) continue;
    for (const auto& reader : found->second)
      if (reader.get() != writer && !depends_on(reader.get(), writer, depth)) before[writer].push_back(reader);
  }

  Nodes order;
  enum class State { Open, Done };
  std::unordered_map<const Node*, State> state;
  std::vector<std::pair<std::shared_ptr<Node>, std::size_t>> stack;
  const auto predecessor = [&](const Node& node, std::size_t i) -> std::shared_ptr<Node> {
    if (i < node.inputs().size()) return node.input(i).node();
    i -= node.inputs().size();
    const auto extra = before.find(&node);
    return extra != before.end() && i < extra->second.size() ? extra->second[i] : nullptr;
  };
  const auto visit = [&](const std::shared_ptr<Node>& root) {
    if (!state.try_emplace(root.get(), State::Open).second) return;
    stack.emplace_back(root, 0);
    while (!stack.empty()) {
      auto& [node, next] = stack.back();
      const std::shared_ptr<Node> input = predecessor(*node, next++);
      if (input == nullptr) {
        state[node.get()] = State::Done;
        order.push_back(node);
        stack.pop_back();
      } else if (state.try_emplace(input.get(), State::Open).second) {
        stack.emplace_back(input, 0);  // one that is open already is a wish that cannot be granted
      }
    }
  };
  for (const Symbol& output : graph.outputs) visit(output.node());
  std::vector<std::shared_ptr<Node>> updates;
  for (const auto& update : graph.updates) updates.push_back(update.second.node());
  std::stable_sort(updates.begin(), updates.end(),
                   [&](const auto& a, const auto& b) { return depth.at(a.get()) < depth.at(b.get()); });
  for (const auto& node : updates) visit(node);
  return order;
}

}  // namespace kerascpp::compiler
