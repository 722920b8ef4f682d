#include <algorithm>
#include <map>
#include <numeric>
#include <unordered_map>

#include <kerascpp/backend/kernel.hpp>
#include <kerascpp/core/error.hpp>

#include "compiler/passes.hpp"
#include "compiler/rewrite.hpp"

namespace kerascpp::compiler {
namespace {

// a loop with more operands than this gains nothing from growing further
constexpr std::size_t kMostInputs = 24;
constexpr std::size_t kMostMembers = 96;

/// Elementwise nodes of one shape, and reductions of them over the same axes, that become one loop.
struct Group {
  std::vector<std::size_t> members;  // positions in topological order
  Shape shape;                       // of the loop
  std::vector<std::int64_t> reduced_axes;
  bool reduces = false;
};

class Fuser {
 public:
  Fuser(const Graph& graph, std::string_view backend, bool hoist)
      : graph_(graph),
        nodes_(graph.nodes()),
        backend_(runtime::KernelRegistry::global().backend(backend)),
        hoist_(hoist) {
    for (std::size_t i = 0; i < nodes_.size(); ++i) position_.emplace(nodes_[i].get(), i);
    group_of_.assign(nodes_.size(), -1);
    stamp_.assign(nodes_.size(), 0);
    block_.resize(nodes_.size());
    std::iota(block_.begin(), block_.end(), std::size_t{0});
  }

  Graph run() {
    for (std::size_t i = 0; i < nodes_.size(); ++i) place(i);
    return emit();
  }

 private:
  [[nodiscard]] std::size_t position(const Symbol& symbol) const { return position_.at(symbol.node().get()); }

  [[nodiscard]] bool fusible(const Node& node) const {
    if (!backend_.can_fuse || node.outputs().size() != 1 || node.inputs().empty()) return false;
    if (!node.op().has(Trait::Elementwise) && !node.op().has(Trait::Reduction)) return false;
    if (node.op().has(Trait::Opaque) || node.op().has(Trait::Random)) return false;
    std::vector<TensorSpec> inputs;
    for (const Symbol& input : node.inputs()) inputs.push_back(input.spec());
    return backend_.can_fuse(node.op(), node.attributes(), inputs, node.outputs()[0]);
  }

  /// Gives node `i` a group of its own, then joins it with the groups of its producers where that makes one loop.
  void place(std::size_t i) {
    const Node& node = *nodes_[i];
    if (!fusible(node)) return;
    Group group;
    group.members = {i};
    if (node.op().has(Trait::Reduction)) {
      group.shape = node.input(0).shape();
      group.reduced_axes = node.attributes().integers("axis");
      group.reduces = true;
    } else {
      group.shape = node.outputs()[0].shape;
    }
    group_of_[i] = static_cast<int>(groups_.size());
    groups_.push_back(std::move(group));
    for (const Symbol& input : node.inputs()) {
      const int producer = group_of_[position(input)];
      if (producer >= 0) join(producer, group_of_[i], input);
    }
  }

  void join(int a, int b, const Symbol& through) {
    if (a == b) return;
    Group& first = groups_[static_cast<std::size_t>(a)];
    Group& second = groups_[static_cast<std::size_t>(b)];
    if (first.shape != second.shape || through.node()->op().has(Trait::Reduction)) return;
    if (first.reduces && second.reduces && first.reduced_axes != second.reduced_axes) return;
    if (first.members.size() + second.members.size() > kMostMembers) return;
    if (uses_reduction_of(second, a) || uses_reduction_of(first, b)) return;
    if (count_inputs(first, second) > kMostInputs || path_outside(a, b) || path_outside(b, a)) return;
    for (std::size_t member : first.members) group_of_[member] = b;
    second.members.insert(second.members.end(), first.members.begin(), first.members.end());
    std::sort(second.members.begin(), second.members.end());
    if (first.reduces) {
      second.reduces = true;
      second.reduced_axes = first.reduced_axes;
    }
    first.members.clear();
    cover(second.members.front(), second.members.back());
  }

  /// The last position of the block around a position. What stands at a position depends on nothing behind its block:
  /// groups are made as a whole, so positions that groups stretch over form one block.
  [[nodiscard]] std::size_t end_of_block(std::size_t at) {
    while (block_[at] != at) at = block_[at] = block_[block_[at]];
    return at;
  }
  void cover(std::size_t first, std::size_t last) {
    for (std::size_t at = end_of_block(first); at < last; at = end_of_block(at)) block_[at] = at + 1;
  }

  /// Whether a member needs the result of a reduction that ends the loop of `group`.
  [[nodiscard]] bool uses_reduction_of(const Group& user, int group) const {
    for (std::size_t member : user.members)
      for (const Symbol& input : nodes_[member]->inputs())
        if (group_of_[position(input)] == group && input.node()->op().has(Trait::Reduction)) return true;
    return false;
  }

  [[nodiscard]] std::size_t count_inputs(const Group& first, const Group& second) const {
    std::map<std::pair<const Node*, int>, int> inputs;
    for (const Group* group : {&first, &second})
      for (std::size_t member : group->members)
        for (const Symbol& input : nodes_[member]->inputs()) {
          const std::size_t at = position(input);
          if (!std::binary_search(first.members.begin(), first.members.end(), at) &&
              !std::binary_search(second.members.begin(), second.members.end(), at))
            ++inputs[{input.node().get(), input.index()}];
        }
    return inputs.size();
  }

  /// Whether group `to` depends on group `from` through something outside both.
  [[nodiscard]] bool path_outside(int from, int to) {
    ++current_stamp_;
    const std::size_t earliest = groups_[static_cast<std::size_t>(from)].members.front();
    std::vector<std::size_t> stack;
    const auto push_inputs = [&](std::size_t member, bool direct) {
      for (const Symbol& input : nodes_[member]->inputs()) {
        const std::size_t at = position(input);
        if (group_of_[at] == to || (direct && group_of_[at] == from) || stamp_[at] == current_stamp_) continue;
        stamp_[at] = current_stamp_;
        stack.push_back(at);
      }
    };
    for (std::size_t member : groups_[static_cast<std::size_t>(to)].members) push_inputs(member, true);
    while (!stack.empty()) {
      const std::size_t at = stack.back();
      stack.pop_back();
      const int group = group_of_[at];
      if (group == from) return true;
      if (end_of_block(at) < earliest) continue;
      if (group < 0)
        push_inputs(at, false);
      else
        for (std::size_t member : groups_[static_cast<std::size_t>(group)].members) push_inputs(member, false);
    }
    return false;
  }

  Graph emit() {
    users_outside_.assign(nodes_.size(), false);
    for (std::size_t i = 0; i < nodes_.size(); ++i)
      for (const Symbol& input : nodes_[i]->inputs()) {
        const std::size_t at = position(input);
        if (group_of_[at] < 0 || group_of_[at] != group_of_[i]) users_outside_[at] = true;
      }
    for (const Symbol& output : graph_.outputs) users_outside_[position(output)] = true;
    for (const auto& update : graph_.updates) users_outside_[position(update.second)] = true;

    made_.resize(nodes_.size());
    for (std::size_t i = 0; i < nodes_.size(); ++i) make(i);
    Graph result;
    result.inputs = graph_.inputs;
    for (const Symbol& output : graph_.outputs) result.outputs.push_back(now(output));
    for (const auto& [variable, value] : graph_.updates) result.updates.emplace_back(variable, now(value));
    return result;
  }

  [[nodiscard]] const Symbol& now(const Symbol& symbol) const {
    return made_[position(symbol)][static_cast<std::size_t>(symbol.index())];
  }

  /// The positions that must exist before the unit of `i` can be made.
  [[nodiscard]] std::vector<std::size_t> unit_members(std::size_t i) const {
    const int group = group_of_[i];
    return group < 0 ? std::vector<std::size_t>{i} : groups_[static_cast<std::size_t>(group)].members;
  }

  void make(std::size_t root) {
    std::vector<std::size_t> stack{root};
    while (!stack.empty()) {
      const std::size_t i = stack.back();
      if (!made_[i].empty()) {
        stack.pop_back();
        continue;
      }
      const std::vector<std::size_t> members = unit_members(i);
      bool ready = true;
      for (std::size_t member : members)
        for (const Symbol& input : nodes_[member]->inputs()) {
          const std::size_t at = position(input);
          if (made_[at].empty() && (group_of_[i] < 0 || group_of_[at] != group_of_[i])) {
            stack.push_back(at);
            ready = false;
          }
        }
      if (!ready) continue;
      if (group_of_[i] < 0)
        make_single(i);
      else
        make_fused(members);
      stack.pop_back();
    }
  }

  void make_single(std::size_t i) {
    const Node& node = *nodes_[i];
    std::vector<Symbol> inputs;
    bool changed = false;
    for (const Symbol& input : node.inputs()) {
      inputs.push_back(now(input));
      changed = changed || !inputs.back().is(input);
    }
    if (changed) {
      auto made = std::make_shared<Node>(node.op(), std::move(inputs), node.attributes(), node.outputs());
      made->set_name(node.name());
      made->set_scope(node.scope());
      made->set_site(node.site());
      for (std::size_t o = 0; o < node.outputs().size(); ++o) made_[i].push_back(made->output(static_cast<int>(o)));
    } else {
      for (std::size_t o = 0; o < node.outputs().size(); ++o) made_[i].push_back(node.output(static_cast<int>(o)));
    }
  }

  void make_fused(const std::vector<std::size_t>& members) {
    auto body = std::make_shared<Graph>();
    std::vector<Symbol> outer_inputs;
    std::map<std::pair<const Node*, int>, Symbol> inner;
    for (std::size_t member : members) {
      const Node& node = *nodes_[member];
      std::vector<Symbol> inputs;
      for (const Symbol& input : node.inputs()) {
        auto [found, fresh] = inner.try_emplace({input.node().get(), input.index()});
        if (fresh) {
          const Tensor value = constant_value(input);
          if (value.defined() && value.size() == 1 && value.ndim() == 0) {
            found->second = input;
          } else {
            found->second = placeholder(input.shape(), input.dtype());
            body->inputs.push_back(found->second);
            outer_inputs.push_back(now(input));
          }
        }
        inputs.push_back(found->second);
      }
      const auto copy = std::make_shared<Node>(node.op(), std::move(inputs), node.attributes(), node.outputs());
      inner[{&node, 0}] = copy->output();
      if (users_outside_[member]) body->outputs.push_back(copy->output());
    }
    Attributes attributes{{"body", std::shared_ptr<const Graph>(body)}};
    if (!hoist_) attributes.set("hoist", false);
    const std::vector<Symbol> made = make_node(OpRegistry::global().get("fused"), std::move(outer_inputs),
                                               std::move(attributes), nodes_[members.back()]->site());
    made.front().node()->set_scope(nodes_[members.back()]->scope());
    std::size_t output = 0;
    for (std::size_t member : members) {
      // members without users outside exist only in the body; the mark keeps them from being made again
      made_[member] = {users_outside_[member] ? made[output++] : Symbol()};
    }
  }

  const Graph& graph_;
  std::vector<std::shared_ptr<Node>> nodes_;
  runtime::BackendDef backend_;
  bool hoist_;
  std::unordered_map<const Node*, std::size_t> position_;
  std::vector<int> group_of_;
  std::vector<Group> groups_;
  std::vector<std::size_t> stamp_;
  std::size_t current_stamp_ = 0;
  std::vector<std::size_t> block_;  // a later position of the same block, or the position itself at its end
  std::vector<bool> users_outside_;
  std::vector<std::vector<Symbol>> made_;
};

}  // namespace

Graph fuse(const Graph& graph, std::string_view backend, bool hoist) { return Fuser(graph, backend, hoist).run(); }

}  // namespace kerascpp::compiler
