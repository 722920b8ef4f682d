#include <kerascpp/graph/gradient.hpp>

#include <algorithm>
#include <cstdio>
#include <optional>
#include <queue>
#include <unordered_map>
#include <unordered_set>

#include <kerascpp/core/error.hpp>
#include <kerascpp/graph/node.hpp>

#include "graph/stable_form.hpp"

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

bool contains(const std::vector<Symbol>& symbols, const Symbol& symbol) {
  return std::any_of(symbols.begin(), symbols.end(), [&](const Symbol& other) { return other.is(symbol); });
}

class Accumulator {
 public:
  /// Gives the gradient of `symbol`; nothing is added to it.
  void fix(const Symbol& symbol, const Symbol& gradient) {
    add_to(symbol, gradient);
    fixed_.push_back(symbol);
  }

  void add_to(const Symbol& symbol, const Symbol& gradient) {
    if (!gradient.defined() || contains(fixed_, symbol)) return;
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
  std::vector<Symbol> fixed_;
};

void check_gradient(const Node& node, std::size_t i, const Symbol& gradient) {
  KCPP_CHECK(gradient.dtype() == node.input(i).dtype(), Error, "[", node.op().name, "] the gradient of input ", i,
             " has dtype ", gradient.dtype(), ", the input has ", node.input(i).dtype());
  KCPP_CHECK(gradient.ndim() == node.input(i).ndim(), Error, "[", node.op().name, "] the gradient of input ", i,
             " has shape ", gradient.shape(), ", the input has ", node.input(i).shape());
}

struct Seed {
  Symbol symbol, gradient;
  bool known = false;  // and not to be added to
};

std::vector<Symbol> symbols_of(const std::vector<Seed>& seeds) {
  std::vector<Symbol> symbols;
  for (const Seed& seed : seeds) symbols.push_back(seed.symbol);
  return symbols;
}

/// Adds the nodes of `form` that are younger than `old` and have a path to `between`.
void extend(std::unordered_set<const Node*>& between, const Symbol& form, const Node& old) {
  std::vector<const Node*> stack{form.node().get()}, made;
  while (!stack.empty()) {
    const Node* node = stack.back();
    stack.pop_back();
    if (node->id() <= old.id()) continue;
    made.push_back(node);
    for (const Symbol& input : node->inputs()) stack.push_back(input.node().get());
  }
  std::sort(made.begin(), made.end(), [](const Node* a, const Node* b) { return a->id() < b->id(); });
  for (const Node* node : made)
    for (const Symbol& input : node->inputs())
      if (between.contains(input.node().get())) between.insert(node);
}

std::vector<Symbol> propagate(const std::vector<Seed>& seeds, const std::vector<Symbol>& wrt,
                              const std::vector<Symbol>& constants) {
  std::unordered_set<const Node*> between = nodes_between(symbols_of(seeds), wrt);
  std::vector<Symbol> forms;  // keeps alive what `between` points to
  const auto may_skip = [&](const std::vector<const Node*>& nodes) {
    return std::none_of(nodes.begin(), nodes.end(), [&](const Node* skipped) {
      const auto is_it = [skipped](const Symbol& symbol) { return symbol.node().get() == skipped; };
      return std::any_of(wrt.begin(), wrt.end(), is_it) || std::any_of(constants.begin(), constants.end(), is_it) ||
             std::any_of(seeds.begin(), seeds.end(),
                         [&](const Seed& seed) { return seed.known && is_it(seed.symbol); });
    });
  };
  Accumulator accumulator;
  std::priority_queue<std::pair<std::uint64_t, std::shared_ptr<Node>>> queue;  // latest node first
  std::unordered_set<const Node*> queued;
  const auto enqueue = [&](const Symbol& symbol) {
    if (between.contains(symbol.node().get()) && queued.insert(symbol.node().get()).second)
      queue.emplace(symbol.node()->id(), symbol.node());
  };
  for (const bool known : {true, false})
    for (const Seed& seed : seeds) {
      if (seed.known != known || !between.contains(seed.symbol.node().get())) continue;
      if (known)
        accumulator.fix(seed.symbol, seed.gradient);
      else
        accumulator.add_to(seed.symbol, seed.gradient);
      enqueue(seed.symbol);
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
    if (const std::optional<StableForm> form = stable_form(*node); form && may_skip(form->skipped)) {
      extend(between, form->value, *node);
      forms.push_back(form->value);
      accumulator.add_to(form->value, gradients->front());
      enqueue(form->value);
      continue;
    }
    const std::vector<Symbol> input_gradients = node->op().gradient(*node, std::vector<Symbol>(*gradients));
    KCPP_CHECK(input_gradients.size() == node->inputs().size(), Error, "[", node->op().name, "] has ",
               node->inputs().size(), " inputs, its gradient gave ", input_gradients.size());
    for (std::size_t i = 0; i < input_gradients.size(); ++i) {
      const Symbol& input = node->input(i);
      if (!input_gradients[i].defined() || !between.contains(input.node().get()) || !is_differentiable(input.dtype()) ||
          contains(constants, input))
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

/// Whether the values of `symbol` matter for one of `outputs`, shapes left aside.
class Connections {
 public:
  Connections(const std::vector<Symbol>& outputs, const std::vector<Symbol>& constants) {
    std::vector<const Node*> stack;
    const auto visit = [&](const Symbol& symbol) {
      if (contains(constants, symbol)) return;
      const Node* node = symbol.node().get();
      std::vector<bool>& seen = reached_[node];
      if (seen.empty()) stack.push_back(node);
      seen.resize(node->outputs().size());
      seen[static_cast<std::size_t>(symbol.index())] = true;
    };
    for (const Symbol& output : outputs) visit(output);
    while (!stack.empty()) {
      const Node* node = stack.back();
      stack.pop_back();
      const std::size_t n = node->inputs().size() - (node->op().has(Trait::LikeLast) ? 1 : 0);
      for (std::size_t i = 0; i < n; ++i) visit(node->input(i));
    }
  }

  [[nodiscard]] bool reach(const Symbol& symbol) const {
    const auto found = reached_.find(symbol.node().get());
    return found != reached_.end() && found->second[static_cast<std::size_t>(symbol.index())];
  }

 private:
  std::unordered_map<const Node*, std::vector<bool>> reached_;
};

Seed known_seed(const KnownGradient& known) {
  const Symbol gradient = known.gradient.symbol(known.symbol.dtype());
  KCPP_CHECK(is_differentiable(known.symbol.dtype()), DTypeError, "[gradients] the gradient of ", known.symbol,
             " is given, which is not floating");
  const Shape &wanted = known.symbol.shape(), &given = gradient.shape();
  KCPP_CHECK(wanted.accepts(given) || given.accepts(wanted), ShapeError, "[gradients] the gradient given for ",
             known.symbol, " has shape ", given);
  return {known.symbol, gradient, true};
}

void on_disconnected(const Symbol& symbol, const std::string& what) {
  const std::string text = text_of("[gradients] the loss does not depend on ", symbol);
  KCPP_CHECK(what == "warn", ValueError, text, "; disconnected_inputs = \"ignore\" gives zeros for it");
  std::fprintf(stderr, "kerascpp: warning: %s\n", text.c_str());
}

std::vector<Symbol> complete(std::vector<Seed> seeds, const SymbolList& wrt, const GradientOptions& options) {
  const std::string& disconnected = options.disconnected_inputs;
  KCPP_CHECK(disconnected == "raise" || disconnected == "warn" || disconnected == "ignore", ValueError,
             "[gradients] disconnected_inputs \"", disconnected, "\" is none of raise, warn, ignore");
  for (const KnownGradient& known : options.known_grads) seeds.push_back(known_seed(known));
  for (const Symbol& symbol : wrt)
    KCPP_CHECK(is_differentiable(symbol.dtype()), DTypeError,
               "[gradients] expected floating symbols to differentiate with respect to, received ", symbol);
  const std::vector<Symbol>& constants = options.consider_constant.vector();
  std::vector<Symbol> results = propagate(seeds, wrt.vector(), constants);
  std::optional<Connections> connections;
  for (std::size_t i = 0; i < results.size(); ++i) {
    if (results[i].defined()) continue;
    if (disconnected != "ignore") {
      if (!connections) connections.emplace(symbols_of(seeds), constants);
      if (!connections->reach(wrt[i])) on_disconnected(wrt[i], disconnected);
    }
    results[i] = make_symbol("broadcast_like", {constant(full({}, 0, wrt[i].dtype())), wrt[i]});
  }
  return results;
}

std::vector<Seed> seeds_of(const std::vector<Symbol>& outputs, const std::vector<Symbol>& output_gradients) {
  std::vector<Seed> seeds;
  for (std::size_t i = 0; i < outputs.size(); ++i) seeds.push_back({outputs[i], output_gradients[i]});
  return seeds;
}

}  // namespace

std::vector<Symbol> gradients_of(const std::vector<Symbol>& outputs, const std::vector<Symbol>& output_gradients,
                                 const std::vector<Symbol>& wrt) {
  return propagate(seeds_of(outputs, output_gradients), wrt, {});
}

std::vector<Symbol> gradients_of(const std::vector<Symbol>& outputs, const std::vector<Symbol>& output_gradients,
                                 const std::vector<Symbol>& wrt, const GradientOptions& options) {
  return complete(seeds_of(outputs, output_gradients), wrt, options);
}

std::vector<Symbol> gradients(const SymbolList& loss, const SymbolList& wrt, const GradientOptions& options) {
  std::vector<Seed> seeds;
  for (const Symbol& output : loss) {
    KCPP_CHECK(is_differentiable(output.dtype()), DTypeError, "[gradients] expected a floating loss, received ",
               output);
    seeds.push_back({output, make_symbol("broadcast_like", {constant(full({}, 1, output.dtype())), output})});
  }
  return complete(std::move(seeds), wrt, options);
}

SymbolList grad(const Symbol& cost, const SymbolList& wrt, const GradientOptions& options) {
  KCPP_CHECK(cost.ndim() == 0, ShapeError, "[grad] expected a scalar as cost, received ", cost,
             "; jacobian differentiates arrays");
  return wrt.with(gradients(cost, wrt, options));
}

}  // namespace kerascpp
