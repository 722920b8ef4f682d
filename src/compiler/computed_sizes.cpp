#include "compiler/computed_sizes.hpp"

#include <algorithm>
#include <set>

#include <kerascpp/graph/node.hpp>

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

}  // namespace

std::vector<Symbol> computed_sizes(const Graph& graph) {
  std::vector<Symbol> sizes;
  Reads reads;
  for (const auto& node : graph.nodes()) {
    const bool sized = ops::is_iota(*node) || (ops::is_scan(*node) && needs_steps(*node, reads, graph));
    if (!sized || constant_value(node->input(0)).defined()) continue;
    const bool known =
        std::any_of(sizes.begin(), sizes.end(), [&](const Symbol& size) { return size.is(node->input(0)); });
    if (!known) sizes.push_back(node->input(0));
  }
  return sizes;
}

}  // namespace kerascpp::compiler
