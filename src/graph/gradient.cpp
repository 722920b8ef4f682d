#include <kerascpp/graph/gradient.hpp>

#include <algorithm>
#include <queue>
#include <unordered_map>
#include <unordered_set>

#include <kerascpp/core/error.hpp>
#include <kerascpp/graph/node.hpp>

namespace kerascpp {
namespace {

/// Nodes on a path from one of `wrt` to one of `outputs`.
std::unordered_set<const Node*> nodes_between(const std::vector<Symbol>& outputs, const std::vector<Symbol>& wrt) {
  std::vector<const Node*> stack;
  std::unordered_set<const Node*> seen;
  for (const Symbol& output : outputs)
    if (seen.insert(output.node().get()).second) stack.push_back(output.node().get());
  std::vector<const Node*> nodes;
  while (!stack.empty()) {
    const Node* node = stack.back();
    stack.pop_back();
    nodes.push_back(node);
    for (const Symbol& input : node->inputs())
      if (seen.insert(input.node().get()).second) stack.push_back(input.node().get());
  }
  std::sort(nodes.begin(), nodes.end(), [](const Node* a, const Node* b) { return a->id() < b->id(); });
  std::unordered_set<const Node*> reached;
  for (const Symbol& symbol : wrt) reached.insert(symbol.node().get());
  for (const Node* node : nodes)
    for (const Symbol& input : node->inputs())
      if (reached.contains(input.node().get())) {
        reached.insert(node);
        break;
      }
  return reached;
}

Symbol add(const Symbol& a, const Symbol& b) { return a.defined() ? make_symbol("add", {a, b}) : b; }

class Accumulator {
 public:
  void add_to(const Symbol& symbol, const Symbol& gradient) {
    if (!gradient.defined()) return;
    auto& slots = gradients_[symbol.node().get()];
    slots.resize(symbol.node()->outputs().size());
    Symbol& slot = slots[static_cast<std::size_t>(symbol.index())];
    slot = add(slot, gradient);
  }

  [[nodiscard]] Symbol of(const Symbol& symbol) const {
    const auto found = gradients_.find(symbol.node().get());
    return found == gradients_.end() ? Symbol() : found->second[static_cast<std::size_t>(symbol.index())];
  }

  [[nodiscard]] const std::vector<Symbol>* of(const Node* node) const {
    const auto found = gradients_.find(node);
    return found == gradients_.end() ? nullptr : &found->second;
  }

 private:
  std::unordered_map<const Node*, std::vector<Symbol>> gradients_;
};

void check_gradient(const Node& node, std::size_t i, const Symbol& gradient) {
  KCPP_CHECK(gradient.dtype() == node.input(i).dtype(), Error, "[", node.op().name, "] the gradient of input ", i,
             " has dtype ", gradient.dtype(), ", the input has ", node.input(i).dtype());
  KCPP_CHECK(gradient.ndim() == node.input(i).ndim(), Error, "[", node.op().name, "] the gradient of input ", i,
             " has shape ", gradient.shape(), ", the input has ", node.input(i).shape());
}

}  // namespace

std::vector<Symbol> gradients_of(const std::vector<Symbol>& outputs, const std::vector<Symbol>& output_gradients,
                                 const std::vector<Symbol>& wrt) {
  const std::unordered_set<const Node*> between = nodes_between(outputs, wrt);
  Accumulator accumulator;
  std::priority_queue<std::pair<std::uint64_t, std::shared_ptr<Node>>> queue;  // latest node first
  std::unordered_set<const Node*> queued;
  const auto enqueue = [&](const Symbol& symbol) {
    if (between.contains(symbol.node().get()) && queued.insert(symbol.node().get()).second)
      queue.emplace(symbol.node()->id(), symbol.node());
  };
  for (std::size_t i = 0; i < outputs.size(); ++i) {
    if (!between.contains(outputs[i].node().get())) continue;
    accumulator.add_to(outputs[i], output_gradients[i]);
    enqueue(outputs[i]);
  }
  while (!queue.empty()) {
    const std::shared_ptr<Node> node = queue.top().second;
    queue.pop();
    const std::vector<Symbol>* gradients = accumulator.of(node.get());
    if (gradients == nullptr || node->inputs().empty() || node->op().has(Trait::NonDifferentiable)) continue;
    KCPP_CHECK(node->op().gradient != nullptr, ValueError, "[gradients] op \"", node->op().name,
               "\" has no gradient and lies between the loss and ", wrt.front().name(),
               "; use stop_gradient before it, or give it a gradient");
    const ScopeGuard scope(node->scope());
    const std::vector<Symbol> input_gradients = node->op().gradient(*node, std::vector<Symbol>(*gradients));
    KCPP_CHECK(input_gradients.size() == node->inputs().size(), Error, "[", node->op().name, "] has ",
               node->inputs().size(), " inputs, its gradient gave ", input_gradients.size());
    for (std::size_t i = 0; i < input_gradients.size(); ++i) {
      const Symbol& input = node->input(i);
      if (!input_gradients[i].defined() || !between.contains(input.node().get()) || !is_differentiable(input.dtype()))
        continue;
      check_gradient(*node, i, input_gradients[i]);
      accumulator.add_to(input, input_gradients[i]);
      enqueue(input);
    }
  }
  std::vector<Symbol> results;
  for (const Symbol& symbol : wrt) results.push_back(accumulator.of(symbol));
  return results;
}

std::vector<Symbol> gradients(const SymbolList& loss, const SymbolList& wrt, DisconnectedInputs disconnected) {
  std::vector<Symbol> ones;
  for (const Symbol& output : loss) {
    KCPP_CHECK(is_differentiable(output.dtype()), DTypeError, "[gradients] expected a floating loss, received ",
               output);
    ones.push_back(make_symbol("broadcast_like", {constant(full({}, 1, output.dtype())), output}));
  }
  for (const Symbol& symbol : wrt)
    KCPP_CHECK(is_differentiable(symbol.dtype()), DTypeError,
               "[gradients] expected floating symbols to differentiate with respect to, received ", symbol);
  std::vector<Symbol> results = gradients_of(loss.vector(), ones, wrt.vector());
  for (std::size_t i = 0; i < results.size(); ++i) {
    if (results[i].defined()) continue;
    KCPP_CHECK(disconnected == DisconnectedInputs::Zero, ValueError, "[gradients] the loss does not depend on ",
               wrt[i]);
    results[i] = make_symbol("broadcast_like", {constant(full({}, 0, wrt[i].dtype())), wrt[i]});
  }
  return results;
}

}  // namespace kerascpp
