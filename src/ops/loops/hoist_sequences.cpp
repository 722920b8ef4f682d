#include "ops/loops/hoist_sequences.hpp"

#include <algorithm>
#include <unordered_map>

#include <kerascpp/graph/node.hpp>
#include <kerascpp/ops/shape.hpp>

#include "graph/replace.hpp"
#include "ops/loops/closure.hpp"

namespace kerascpp::ops {
namespace {

/// What a value of the body is for all steps together.
struct Batched {
  Symbol value;  // with the steps as first axis
  bool reversed = false;
  bool pays = false;  // a product is part of it
};

class Hoister {
 public:
  explicit Hoister(Loop& loop) : loop_(loop) {
    for (const Loop::Sequence& sequence : loop.sequences) {
      parameters_.push_back(sequence.parameter);
      if (sequence.offset == 0 && sequence.span == 0)
        batched_[sequence.parameter.node().get()] = {sequence.value, sequence.reversed, false};
    }
    for (const Loop::State& state : loop.states) parameters_.push_back(state.parameter);
  }

  void run() {
    std::vector<Symbol> results;
    for (const Loop::State& state : loop_.states) results.push_back(state.next);
    for (const Loop::Stack& stack : loop_.stacks) results.push_back(stack.value);
    if (loop_.until.defined()) results.push_back(loop_.until);
    inside_ = dependents(results, parameters_);
    Graph reached;
    reached.outputs = results;
    bool any = false;
    for (const auto& node : reached.nodes())
      if (inside_.contains(node.get()) && !node->op().has(Trait::Leaf) && node->outputs().size() == 1)
        any = try_batch(*node) || any;
    if (any) exchange(results);
  }

 private:
  [[nodiscard]] const Batched* find(const Symbol& symbol) const {
    const auto found = batched_.find(symbol.node().get());
    return found == batched_.end() ? nullptr : &found->second;
  }

  /// Whether the node is now known for all steps, with a product in it.
  bool try_batch(const Node& node) {
    Batched result;
    bool first = true;
    for (const Symbol& input : node.inputs()) {
      if (!inside_.contains(input.node().get())) continue;
      const Batched* batched = find(input);
      if (batched == nullptr || (!first && batched->reversed != result.reversed)) return false;
      result.reversed = batched->reversed;
      result.pays = result.pays || batched->pays;
      first = false;
    }
    if (node.op().has(Trait::LikeLast) || node.op().has(Trait::Random) || node.op().has(Trait::Opaque)) return false;
    if (node.op().has(Trait::Elementwise))
      result.value = elementwise(node);
    else if (node.op().has(Trait::View))
      result.value = view(node);
    else if (node.op().has(Trait::TakesEpilogue))
      result.value = product(node);
    if (!result.value.defined()) return false;
    result.pays = result.pays || node.op().has(Trait::TakesEpilogue);
    batched_[&node] = result;
    if (result.pays) hoisted_.push_back(node.output());
    return result.pays;
  }

  // items of fewer axes get axes of length 1 behind the steps, as broadcasting gives them in the body
  Symbol elementwise(const Node& node) {
    std::vector<Symbol> inputs;
    const int ndim = node.outputs()[0].shape.ndim();
    for (const Symbol& input : node.inputs()) {
      const Batched* batched = find(input);
      if (batched == nullptr) {
        inputs.push_back(input);
        continue;
      }
      std::vector<std::int64_t> axes;
      for (int axis = input.ndim(); axis < ndim; ++axis) axes.push_back(1 + axis - input.ndim());
      inputs.push_back(axes.empty() ? batched->value : expand_dims(batched->value, Axes(axes)));
    }
    return remade(node, std::move(inputs));
  }

  Symbol view(const Node& node) {
    const Shape& shape = node.outputs()[0].shape;
    if (!shape.is_known() || shape.size() == 0 || node.inputs().size() != 1) return {};
    Shape with_steps = shape;
    with_steps.insert(0, -1);
    return reshape(find(node.input(0))->value, with_steps);
  }

  // (T, ..., N, K) x (K, M)
  Symbol product(const Node& node) {
    if (node.op().name != "matmul" || node.inputs().size() != 2 || node.attributes().flag("transpose_a")) return {};
    const Batched* a = find(node.input(0));
    if (a == nullptr || find(node.input(1)) != nullptr || node.input(1).ndim() != 2) return {};
    return remade(node, {a->value, node.input(1)});
  }

  static Symbol remade(const Node& node, std::vector<Symbol> inputs) {
    const Symbol made = make_node(node.op(), std::move(inputs), node.attributes(), node.site()).front();
    made.node()->set_scope(node.scope());
    return made;
  }

  void exchange(const std::vector<Symbol>& results) {
    Replacements replacements;
    std::vector<Loop::Sequence> added;
    for (const Symbol& item : hoisted_) {
      const Batched& batched = *find(item);
      added.push_back({batched.value, placeholder(item.shape(), item.dtype()), 0, 0, batched.reversed});
      replacements.set(item, added.back().parameter);
    }
    const std::vector<Symbol> replaced = replace(results, replacements);
    std::size_t i = 0;
    for (Loop::State& state : loop_.states) state.next = replaced[i++];
    for (Loop::Stack& stack : loop_.stacks) stack.value = replaced[i++];
    if (loop_.until.defined()) loop_.until = replaced[i++];
    drop_unused(replaced, added);
  }

  // the sequences that are still read, and at least one where they tell the number of steps
  void drop_unused(const std::vector<Symbol>& results, const std::vector<Loop::Sequence>& added) {
    Graph reached;
    reached.outputs = results;
    std::vector<const Node*> nodes;
    for (const auto& node : reached.nodes()) nodes.push_back(node.get());
    const auto used = [&](const Loop::Sequence& sequence) {
      return std::find(nodes.begin(), nodes.end(), sequence.parameter.node().get()) != nodes.end();
    };
    for (const Loop::Sequence& sequence : added)
      if (used(sequence)) loop_.sequences.push_back(sequence);
    const bool counts = loop_.n_steps < 0 && !loop_.steps.defined();
    if (counts) return;  // an unread sequence may be the shortest one
    std::erase_if(loop_.sequences, [&](const Loop::Sequence& sequence) { return !used(sequence); });
  }

  Loop& loop_;
  std::vector<Symbol> parameters_;
  std::unordered_set<const Node*> inside_;
  std::unordered_map<const Node*, Batched> batched_;
  std::vector<Symbol> hoisted_;
};

}  // namespace

void hoist_sequences(Loop& loop) {
  if (!loop.sequences.empty()) Hoister(loop).run();
}

}  // namespace kerascpp::ops
