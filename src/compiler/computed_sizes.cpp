#include "compiler/computed_sizes.hpp"

#include <algorithm>
#include <set>

#include <kerascpp/graph/immediate.hpp>
#include <kerascpp/graph/node.hpp>

#include "compiler/rewrite.hpp"
#include "graph/replace.hpp"
#include "ops/iota.hpp"
#include "ops/loops/scan_form.hpp"

namespace kerascpp::compiler {
namespace {

/// Outputs that something reads.
using Reads = std::set<std::pair<const Node*, int>>;

Reads reads_of(const Graph& graph) {
  Reads reads;
  const auto read = [&reads](const Symbol& symbol) { reads.emplace(symbol.node().get(), symbol.index()); };
  for (const auto& node : graph.nodes())
    for (const Symbol& input : node->inputs()) read(input);
  for (const Symbol& output : graph.outputs) read(output);
  for (const auto& update : graph.updates) read(update.second);
  return reads;
}

bool reads_a_stack(const Node& node, const ops::ScanForm& form, const Reads& reads) {
  for (std::size_t k = 0; k < form.num_stacks(); ++k)
    if (reads.contains({&node, static_cast<int>(form.states() + k)})) return true;
  return false;
}

/// Whether the first input of a loop is a number of steps that its stacked outputs need.
bool needs_steps(const Node& node, Reads& reads, const Graph& graph) {
  const ops::ScanForm form = ops::scan_form(node);
  if (!form.has_steps_input || form.n_steps >= 0 || form.most_steps >= 0 || form.until) return false;
  if (reads.empty()) reads = reads_of(graph);
  return reads_a_stack(node, form, reads);
}

/// Numbers of steps and lengths in the graph itself that are not constants.
std::vector<Symbol> own_sizes(const Graph& graph) {
  std::vector<Symbol> sizes;
  Reads reads;
  for (const auto& node : graph.nodes()) {
    const bool sized = ops::is_iota(*node) || (ops::is_scan(*node) && needs_steps(*node, reads, graph));
    if (sized && !constant_value(node->input(0)).defined()) sizes.push_back(node->input(0));
  }
  return sizes;
}

bool is_integer_scalar(const Symbol& symbol) { return symbol.ndim() == 0 && is_integer(symbol.dtype()); }

/// Places among the inputs of a loop of the values on which sizes in its body depend.
std::vector<std::size_t> size_inputs(const ops::ScanForm& form) {
  std::vector<std::size_t> places;
  for (const Symbol& size : computed_sizes(*form.body)) {
    Graph behind;
    behind.outputs = {size};
    std::vector<std::size_t> found;
    bool same_in_all_steps = true;
    for (const auto& node : behind.nodes()) {
      if (!node->inputs().empty()) continue;
      if (constant_value(node->output()).defined()) continue;
      std::size_t at = form.num_sequences() + form.states();
      while (at < form.body->inputs.size() && form.body->inputs[at].node() != node) ++at;
      same_in_all_steps = same_in_all_steps && at < form.body->inputs.size() && is_integer_scalar(node->output());
      found.push_back(at + form.first_sequence());
    }
    if (same_in_all_steps) places.insert(places.end(), found.begin(), found.end());
  }
  std::sort(places.begin(), places.end());
  places.erase(std::unique(places.begin(), places.end()), places.end());
  return places;
}

/// A size computed from constants, as a constant.
Symbol folded(const Symbol& size) {
  Graph behind;
  behind.outputs = {size};
  for (const auto& node : behind.nodes())
    if (node->inputs().empty() ? !constant_value(node->output()).defined() : node->op().has(Trait::Opaque)) return size;
  return constant_value(size).defined() ? size : constant(compute_now(size));
}

}  // namespace

std::vector<Symbol> computed_sizes(const Graph& graph) {
  std::vector<Symbol> sizes = own_sizes(graph);
  for (const auto& node : graph.nodes()) {
    if (!ops::is_scan(*node)) continue;
    for (const std::size_t place : size_inputs(ops::scan_form(*node))) sizes.push_back(node->input(place));
  }
  std::vector<Symbol> distinct;
  for (const Symbol& size : sizes) {
    const bool known =
        std::any_of(distinct.begin(), distinct.end(), [&](const Symbol& other) { return other.is(size); });
    if (!known && !constant_value(size).defined()) distinct.push_back(size);
  }
  return distinct;
}

Graph with_inner_sizes(const Graph& graph) {
  return rewrite(graph, [](const NodeView& node) -> std::optional<std::vector<Symbol>> {
    const bool is_loop = node.is("scan");
    if (!is_loop && !node.is("iota")) return std::nullopt;
    std::vector<Symbol> inputs = node.inputs;
    if (!inputs.empty() && is_integer_scalar(inputs[0])) inputs[0] = folded(inputs[0]);
    const bool changed = !inputs.empty() && !inputs[0].is(node.inputs[0]);
    if (!is_loop) return changed ? std::optional(remake(node.original, std::move(inputs))) : std::nullopt;
    ops::ScanForm form = ops::ScanForm::of(node.attributes());
    Replacements known;
    bool any = false;
    for (const std::size_t place : size_inputs(form)) {
      if (!constant_value(inputs[place]).defined()) continue;
      known.set(form.body->inputs[form.body_input(place)], inputs[place]);
      any = true;
    }
    if (!any) return changed ? std::optional(remake(node.original, std::move(inputs))) : std::nullopt;
    auto body = std::make_shared<Graph>(*form.body);
    body->outputs = replace(body->outputs, known);
    form.body = std::make_shared<Graph>(with_inner_sizes(*body));
    return remake(node.original, std::move(inputs), form.attributes());
  });
}

}  // namespace kerascpp::compiler
