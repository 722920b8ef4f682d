#include <algorithm>
#include <map>
#include <memory>

#include <kerascpp/ops/slice_range.hpp>

#include "compiler/bodies.hpp"
#include "compiler/passes.hpp"
#include "ops/loops/scan_form.hpp"

namespace kerascpp::compiler {
namespace {

using ops::is_scan;
using ops::scan_form;
using ops::ScanForm;

bool same_symbols(const std::vector<Symbol>& a, const std::vector<Symbol>& b, std::size_t count) {
  return a.size() >= count && b.size() >= count &&
         std::equal(a.begin(), a.begin() + static_cast<std::ptrdiff_t>(count), b.begin(),
                    [](const Symbol& x, const Symbol& y) { return x.is(y); });
}

/// Whether both do the same steps on the same inputs: their bodies share parameters and new states.
bool same_steps(const Node& a, const Node& b) {
  const ScanForm f = scan_form(a), g = scan_form(b);
  return a.inputs().size() == b.inputs().size() && same_symbols(a.inputs(), b.inputs(), a.inputs().size()) &&
         f.offsets == g.offsets && f.spans == g.spans && f.reversed == g.reversed && f.num_states == g.num_states &&
         f.n_steps == g.n_steps && f.has_steps_input == g.has_steps_input && !f.until && !g.until &&
         f.truncate_gradient == g.truncate_gradient && f.most_steps == g.most_steps && f.save_every == g.save_every &&
         same_symbols(f.body->inputs, g.body->inputs, f.body->inputs.size()) &&
         same_symbols(f.body->outputs, g.body->outputs, f.states());
}

/// One loop that keeps what several keep.
class Merged {
 public:
  explicit Merged(const std::shared_ptr<Node>& node)
      : first_(node), form_(scan_form(*node)), body_(std::make_shared<Graph>(*form_.body)) {}

  [[nodiscard]] bool takes(const Node& node) const { return same_steps(*first_, node); }
  [[nodiscard]] bool is_of_several() const { return nodes_ > 1; }

  /// For each output of `node`, the output of the merged loop.
  std::vector<std::size_t> add(const Node& node) {
    ++nodes_;
    const ScanForm form = scan_form(node);
    std::vector<std::size_t> places(form.states());
    for (std::size_t k = 0; k < places.size(); ++k) places[k] = k;
    for (std::size_t s = 0; s < form.num_stacks(); ++s)
      places.push_back(place_of(form.body->outputs[form.states() + s], form.stacks_reversed[s], form.every(s)));
    return places;
  }

  [[nodiscard]] const std::vector<Symbol>& made(const std::vector<Symbol>& inputs) {
    if (made_.empty()) {
      form_.body = body_;
      made_ = remake(*first_, inputs, form_.attributes());
    }
    return made_;
  }

 private:
  std::size_t place_of(const Symbol& value, std::int64_t reversed, std::int64_t every) {
    for (std::size_t s = 0; s < form_.num_stacks(); ++s)
      if (form_.stacks_reversed[s] == reversed && form_.every(s) == every &&
          body_->outputs[form_.states() + s].is(value))
        return form_.states() + s;
    body_->outputs.push_back(value);
    form_.add_stack(reversed != 0, every);
    return body_->outputs.size() - 1;
  }

  std::shared_ptr<Node> first_;
  ScanForm form_;
  std::shared_ptr<Graph> body_;
  int nodes_ = 0;
  std::vector<Symbol> made_;
};

Graph merge(const Graph& graph) {
  std::vector<std::unique_ptr<Merged>> loops;
  std::map<const Node*, std::pair<Merged*, std::vector<std::size_t>>> place_of;
  for (const auto& node : graph.nodes()) {
    if (!is_scan(*node)) continue;
    const auto found = std::find_if(loops.begin(), loops.end(), [&](const auto& loop) { return loop->takes(*node); });
    Merged* loop = nullptr;
    if (found != loops.end())
      loop = found->get();
    else
      loop = loops.emplace_back(std::make_unique<Merged>(node)).get();
    std::vector<std::size_t> places = loop->add(*node);
    place_of.emplace(node.get(), std::make_pair(loop, std::move(places)));
  }
  return rewrite(graph, [&](const NodeView& node) -> std::optional<std::vector<Symbol>> {
    const auto found = place_of.find(&node.original);
    if (found == place_of.end() || !found->second.first->is_of_several()) return std::nullopt;
    const std::vector<Symbol>& made = found->second.first->made(node.inputs);
    std::vector<Symbol> outputs;
    for (const std::size_t place : found->second.second) outputs.push_back(made[place]);
    return outputs;
  });
}

/// stack[-1:] of a state -> the last state
Graph read_last_states(const Graph& graph) {
  return rewrite(graph, [](const NodeView& node) -> std::optional<std::vector<Symbol>> {
    if (!node.is("slice") || !is_scan(*node.inputs[0].node())) return std::nullopt;
    const Node& loop = *node.inputs[0].node();
    const ScanForm form = scan_form(loop);
    const auto output = static_cast<std::size_t>(node.inputs[0].index());
    if (output < form.states() || output >= form.states() + form.num_stacks()) return std::nullopt;
    if (form.stacks_reversed[output - form.states()] != 0) return std::nullopt;
    if (form.most_steps >= 0 || form.every(output - form.states()) > 1) return std::nullopt;  // rows are no steps
    const std::vector<std::int64_t>&begin = node.attributes().integers("begin"),
          &end = node.attributes().integers("end");
    const std::int64_t steps = node.inputs[0].shape()[0];
    if (steps == 0 || end[0] != kSliceEnd || !(begin[0] == -1 || (steps != None && begin[0] == steps - 1)))
      return std::nullopt;
    for (std::size_t axis = 1; axis < begin.size(); ++axis)
      if (begin[axis] != 0 || end[axis] != kSliceEnd || node.attributes().integers("step")[axis] != 1)
        return std::nullopt;
    for (std::size_t k = 0; k < form.states(); ++k)
      if (form.body->outputs[k].is(form.body->outputs[output]))
        return std::vector<Symbol>{replacement(node.original, "expand_dims", {loop.output(static_cast<int>(k))},
                                               {{"axis", std::vector<std::int64_t>{0}}})};
    return std::nullopt;
  });
}

}  // namespace

Graph merge_loops(const Graph& graph) {
  if (!has_bodies(graph)) return graph;
  return with_bodies(read_last_states(merge(graph)),
                     [](const Graph& body, const BodyUse&) { return merge_loops(body); });
}

}  // namespace kerascpp::compiler
