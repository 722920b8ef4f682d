#include <map>
#include <unordered_set>

#include "compiler/bodies.hpp"
#include "compiler/passes.hpp"
#include "ops/loops/scan_form.hpp"
#include "ops/loops/switch_form.hpp"

namespace kerascpp::compiler {
namespace {

using ops::ScanForm;
using ops::SwitchForm;
using Result = std::optional<std::vector<Symbol>>;

/// Which outputs of nodes something reads.
class Uses {
 public:
  explicit Uses(const Graph& graph) {
    for (const auto& node : graph.nodes())
      for (const Symbol& input : node->inputs()) note(input);
    for (const Symbol& output : graph.outputs) note(output);
    for (const auto& update : graph.updates) note(update.second);
  }
  [[nodiscard]] bool reads(const Node& node, std::size_t output) const {
    return used_.contains({&node, static_cast<int>(output)});
  }

 private:
  void note(const Symbol& symbol) { used_.emplace(std::make_pair(symbol.node().get(), symbol.index()), true); }
  std::map<std::pair<const Node*, int>, bool> used_;
};

std::unordered_set<const Node*> nodes_behind(std::vector<Symbol> outputs) {
  Graph graph;
  graph.outputs = std::move(outputs);
  std::unordered_set<const Node*> nodes;
  for (const auto& node : graph.nodes()) nodes.insert(node.get());
  return nodes;
}

/// Old outputs of a node, where kept, as outputs of the new one; those that nothing reads get any symbol.
std::vector<Symbol> spread(const std::vector<Symbol>& made, const std::vector<bool>& kept) {
  std::vector<Symbol> outputs;
  std::size_t next = 0;
  for (const bool keep : kept) outputs.push_back(keep ? made[next++] : made.front());
  return outputs;
}

class ScanPruner {
 public:
  ScanPruner(const NodeView& node, const Uses& uses) : node_(node), form_(ScanForm::of(node.attributes())) {
    const std::size_t states = form_.states(), stacks = form_.num_stacks();
    kept_outputs_.assign(node.original.outputs().size(), true);
    for (std::size_t o = 0; o < states + stacks; ++o) kept_outputs_[o] = uses.reads(node.original, o);
    for (std::size_t s = 0; s < stacks; ++s) find_equal(s);
    // a state that another kept value depends on is kept, whether its last value is read or not
    for (bool changed = true; changed;) {
      changed = false;
      const auto behind = nodes_behind(kept_body_outputs());
      for (std::size_t k = 0; k < states; ++k)
        if (!kept_outputs_[k] && behind.contains(form_.body->inputs[form_.num_sequences() + k].node().get()))
          kept_outputs_[k] = changed = true;
    }
  }

  Result run() {
    const auto behind = nodes_behind(kept_body_outputs());
    std::vector<TensorSpec> specs;
    for (const Symbol& input : node_.inputs) specs.push_back(input.spec());
    const std::int64_t steps = form_.steps(specs, form_.has_steps_input ? constant_value(node_.inputs[0]) : Tensor());
    ScanForm form = form_;
    form.offsets.clear();
    form.spans.clear();
    form.reversed.clear();
    form.stacks_reversed.clear();
    form.stacks_every.clear();
    form.num_states = 0;
    if (steps != None) {
      form.n_steps = steps;
      form.has_steps_input = false;
    }
    auto body = std::make_shared<Graph>();
    body->outputs = kept_body_outputs();
    std::vector<Symbol> inputs;
    if (form.has_steps_input) inputs.push_back(node_.inputs[0]);
    for (std::size_t i = form_.first_sequence(); i < node_.inputs.size(); ++i) {
      const std::size_t at = form_.body_input(i);
      const bool read = behind.contains(form_.body->inputs[at].node().get());
      const bool is_state = i >= form_.first_state() && i < form_.first_constant();
      // without a known number of steps an unread sequence may be the shortest
      const bool counts = i < form_.first_state() && steps == None && !form.has_steps_input;
      if (is_state ? !kept_outputs_[i - form_.first_state()] : !read && !counts) continue;
      if (i < form_.first_state()) {
        form.offsets.push_back(form_.offsets[at]);
        form.spans.push_back(form_.spans[at]);
        form.reversed.push_back(form_.reversed[at]);
      } else if (is_state) {
        ++form.num_states;
      }
      inputs.push_back(node_.inputs[i]);
      body->inputs.push_back(form_.body->inputs[at]);
    }
    for (std::size_t s = 0; s < form_.num_stacks(); ++s)
      if (kept_outputs_[form_.states() + s]) form.add_stack(form_.stacks_reversed[s] != 0, form_.every(s));
    if (inputs.size() == node_.inputs.size() && body->outputs.size() == form_.body->outputs.size()) return std::nullopt;
    form.body = std::move(body);
    std::vector<Symbol> outputs = spread(remake(node_.original, std::move(inputs), form.attributes()), kept_outputs_);
    for (const auto& [output, kept] : equal_outputs_) outputs[output] = outputs[kept];
    return outputs;
  }

 private:
  /// A stack of the same values as an earlier one, in the same order, is that one.
  void find_equal(std::size_t s) {
    const std::size_t first = form_.states();
    if (!kept_outputs_[first + s]) return;
    for (std::size_t earlier = 0; earlier < s; ++earlier)
      if (kept_outputs_[first + earlier] && form_.stacks_reversed[earlier] == form_.stacks_reversed[s] &&
          form_.every(earlier) == form_.every(s) &&
          form_.body->outputs[first + earlier].is(form_.body->outputs[first + s])) {
        kept_outputs_[first + s] = false;
        equal_outputs_.emplace_back(first + s, first + earlier);
        return;
      }
  }

  [[nodiscard]] std::vector<Symbol> kept_body_outputs() const {
    std::vector<Symbol> outputs;
    for (std::size_t o = 0; o < form_.body->outputs.size(); ++o)
      if (kept_outputs_[o]) outputs.push_back(form_.body->outputs[o]);
    return outputs;
  }

  const NodeView& node_;
  ScanForm form_;
  std::vector<bool> kept_outputs_;
  std::vector<std::pair<std::size_t, std::size_t>> equal_outputs_;  // an output that is not kept, and its equal
};

Result prune_switch(const NodeView& node, const Uses& uses) {
  SwitchForm form = SwitchForm::of(node.attributes());
  std::vector<bool> kept(node.original.outputs().size());
  for (std::size_t o = 0; o < kept.size(); ++o) kept[o] = uses.reads(node.original, o);
  std::vector<Symbol> inputs{node.inputs[0]};
  bool changed = false;
  const SwitchForm old = form;
  for (std::size_t b = 0; b < old.branches.size(); ++b) {
    auto body = std::make_shared<Graph>();
    for (std::size_t o = 0; o < kept.size(); ++o)
      if (kept[o]) body->outputs.push_back(old.branches[b]->outputs[o]);
    const auto behind = nodes_behind(body->outputs);
    for (std::size_t i = 0; i < old.branches[b]->inputs.size(); ++i) {
      const Symbol& parameter = old.branches[b]->inputs[i];
      if (!behind.contains(parameter.node().get())) continue;
      body->inputs.push_back(parameter);
      inputs.push_back(node.inputs[old.first_input(b) + i]);
    }
    changed = changed || body->inputs.size() != old.branches[b]->inputs.size() ||
              body->outputs.size() != old.branches[b]->outputs.size();
    form.branches[b] = std::move(body);
  }
  if (!changed) return std::nullopt;
  return spread(remake(node.original, std::move(inputs), form.attributes()), kept);
}

}  // namespace

Graph prune_bodies(const Graph& graph) {
  if (!has_bodies(graph)) return graph;
  Graph result = graph;
  // what one loop no longer reads another one need not compute
  for (bool changed = true; changed;) {
    changed = false;
    const Uses uses(result);
    result = rewrite(result, [&](const NodeView& node) -> Result {
      if (bodies_of(node.op()) == nullptr) return std::nullopt;
      Result pruned = node.is("scan") ? ScanPruner(node, uses).run() : prune_switch(node, uses);
      changed = changed || pruned.has_value();
      return pruned;
    });
  }
  return result;
}

}  // namespace kerascpp::compiler
