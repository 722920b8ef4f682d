#include <unordered_map>
#include <unordered_set>

#include "compiler/bodies.hpp"
#include "compiler/passes.hpp"
#include "graph/replace.hpp"
#include "ops/loops/closure.hpp"
#include "ops/loops/switch_form.hpp"

namespace kerascpp::compiler {
namespace {

using ops::SwitchForm;

constexpr std::size_t kNoBranch = static_cast<std::size_t>(-1);

bool is_switch(const Node& node) { return node.op().name == "switch"; }

/// For one switch: which nodes of the graph only one of its branches needs.
class Sinker {
 public:
  Sinker(const Graph& graph, const Node& chooser) : form_(SwitchForm::of(chooser.attributes())), chooser_(chooser) {
    const auto nodes = graph.nodes();
    for (const auto& node : nodes) outer_.insert(node.get());
    for (const Symbol& output : graph.outputs) pinned_.insert(output.node().get());
    for (const auto& update : graph.updates) pinned_.insert(update.second.node().get());
    for (auto node = nodes.rbegin(); node != nodes.rend(); ++node) visit(**node);
  }

  [[nodiscard]] bool any() const { return any_; }

  /// The switch with those nodes inside.
  [[nodiscard]] std::vector<Symbol> made() const {
    SwitchForm form;
    std::vector<Symbol> inputs{chooser_.input(0)};
    for (std::size_t b = 0; b < form_.branches.size(); ++b) {
      const Graph& body = *form_.branches[b];
      Replacements outer;
      for (std::size_t i = 0; i < body.inputs.size(); ++i)
        outer.set(body.inputs[i], chooser_.input(form_.first_input(b) + i));
      ops::Closure closure = ops::close_over_nodes(
          [&](const Node& node) {
            const auto found = branch_of_.find(&node);
            return !outer_.contains(&node) || (found != branch_of_.end() && found->second == b);
          },
          replace(body.outputs, outer));
      form.branches.push_back(closure.body);
      inputs.insert(inputs.end(), closure.captured.begin(), closure.captured.end());
    }
    return remake(chooser_, std::move(inputs), form.attributes());
  }

 private:
  // users come before what they use
  void visit(const Node& node) {
    if (&node != &chooser_ && !pinned_.contains(&node) && !node.op().has(Trait::Leaf)) {
      const auto found = wanted_by_.find(&node);
      if (found != wanted_by_.end() && found->second != kNoBranch) {
        branch_of_[&node] = found->second;
        any_ = true;
      }
    }
    const auto own = branch_of_.find(&node);
    for (std::size_t i = 0; i < node.inputs().size(); ++i) {
      std::size_t branch = own == branch_of_.end() ? kNoBranch : own->second;
      if (&node == &chooser_) branch = branch_of_input(i);
      const auto [entry, fresh] = wanted_by_.try_emplace(node.input(i).node().get(), branch);
      if (!fresh && entry->second != branch) entry->second = kNoBranch;
    }
  }

  [[nodiscard]] std::size_t branch_of_input(std::size_t i) const {
    for (std::size_t b = 0; b < form_.branches.size(); ++b) {
      const std::size_t first = form_.first_input(b);
      if (i >= first && i < first + form_.branches[b]->inputs.size()) return b;
    }
    return kNoBranch;  // what chooses
  }

  SwitchForm form_;
  const Node& chooser_;
  std::unordered_set<const Node*> outer_, pinned_;
  std::unordered_map<const Node*, std::size_t> wanted_by_;  // the one branch that uses a node, so far
  std::unordered_map<const Node*, std::size_t> branch_of_;
  bool any_ = false;
};

}  // namespace

Graph sink_branches(const Graph& graph) {
  Graph result = graph;
  std::unordered_set<std::shared_ptr<Node>> finished;
  for (;;) {
    // the last one first: it may take others along, which then are found in its bodies
    std::shared_ptr<Node> chooser;
    for (const auto& node : result.nodes())
      if (is_switch(*node) && !finished.contains(node)) chooser = node;
    if (chooser == nullptr) return result;
    const Sinker sinker(result, *chooser);
    finished.insert(chooser);
    if (!sinker.any()) continue;
    const std::vector<Symbol> made = sinker.made();
    finished.insert(made.front().node());
    result = rewrite(result, [&](const NodeView& node) -> std::optional<std::vector<Symbol>> {
      if (&node.original == chooser.get()) return made;
      return std::nullopt;
    });
  }
}

}  // namespace kerascpp::compiler
