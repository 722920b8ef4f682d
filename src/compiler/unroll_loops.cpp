#include <algorithm>

#include "compiler/bodies.hpp"
#include "compiler/passes.hpp"
#include "graph/replace.hpp"
#include "ops/loops/scan_form.hpp"

namespace kerascpp::compiler {
namespace {

using ops::ScanForm;

constexpr std::int64_t kMostUnroll = 16, kLeastUnroll = 4;
constexpr std::int64_t kMostOperations = 64;  // of a round: more do not fit into the registers
constexpr std::int64_t kMostPointers = 24;    // to items and to places in stacks
constexpr std::int64_t kMostElements = 256;   // of a value: with more, a step is work enough for a call

/// The operations of a body that one fused loop can do, or 0.
std::int64_t count_operations(const Graph& body) {
  std::int64_t count = 0;
  for (const auto& node : body.nodes()) {
    const OpDef& op = node->op();
    if (node->outputs().size() != 1 || node->outputs()[0].shape.size() > kMostElements) return 0;
    if (op.has(Trait::Elementwise) && !op.has(Trait::Opaque))
      ++count;
    else if (!op.has(Trait::Leaf) && !op.has(Trait::View))
      return 0;
  }
  return count;
}

std::int64_t choose_unroll(const ScanForm& form, const Graph& body) {
  const std::int64_t operations = count_operations(body);
  const auto pointers = static_cast<std::int64_t>(form.num_sequences() + form.num_stacks());
  if (operations == 0) return 1;
  std::int64_t unroll = kMostUnroll;
  while (unroll > 1 && (unroll * operations > kMostOperations || unroll * pointers > kMostPointers)) unroll /= 2;
  if (form.n_steps >= 0) unroll = std::min(unroll, form.n_steps);
  return unroll >= kLeastUnroll ? unroll : 1;
}

Symbol like(const Symbol& input) { return placeholder(input.shape(), input.dtype(), input.node()->name()); }

/// The body of `form.unroll` steps.
Graph round_of(const Graph& body, const ScanForm& form) {
  const std::size_t sequences = form.num_sequences(), states = form.states(), stacks = form.num_stacks();
  const auto unroll = static_cast<std::size_t>(form.unroll);
  Graph round;
  for (std::size_t k = 0; k < sequences; ++k)
    for (std::size_t u = 0; u < unroll; ++u) round.inputs.push_back(like(body.inputs[k]));
  std::vector<Symbol> current;
  for (std::size_t k = 0; k < states; ++k) current.push_back(like(body.inputs[sequences + k]));
  round.inputs.insert(round.inputs.end(), current.begin(), current.end());
  Replacements replacements;
  for (std::size_t i = sequences + states; i < body.inputs.size(); ++i) {
    round.inputs.push_back(like(body.inputs[i]));
    replacements.set(body.inputs[i], round.inputs.back());
  }
  std::vector<std::vector<Symbol>> values(stacks);
  for (std::size_t u = 0; u < unroll; ++u) {
    for (std::size_t k = 0; k < sequences; ++k) replacements.set(body.inputs[k], round.inputs[k * unroll + u]);
    for (std::size_t k = 0; k < states; ++k) replacements.set(body.inputs[sequences + k], current[k]);
    const std::vector<Symbol> outputs = replace({body.outputs.begin(), body.outputs.end()}, replacements);
    std::copy_n(outputs.begin(), states, current.begin());
    for (std::size_t k = 0; k < stacks; ++k) values[k].push_back(outputs[states + k]);
  }
  round.outputs = current;
  for (const std::vector<Symbol>& value : values) round.outputs.insert(round.outputs.end(), value.begin(), value.end());
  return round;
}

}  // namespace

Graph unroll_loops(const Graph& graph, const PassOptions& options, std::string_view backend) {
  if (!has_bodies(graph)) return graph;
  return rewrite(graph, [&](const NodeView& node) -> std::optional<std::vector<Symbol>> {
    if (!node.is("scan")) return std::nullopt;
    ScanForm form = ScanForm::of(node.attributes());
    if (form.until || form.part_body != nullptr || form.round_body != nullptr || form.num_states == 0 ||
        !form.keeps_all_steps())
      return std::nullopt;
    const Graph body = simplify(*form.body, options);
    form.unroll = choose_unroll(form, body);
    if (form.unroll == 1) return std::nullopt;
    form.round_body = std::make_shared<const Graph>(optimize(round_of(body, form), options, backend));
    return remake(node.original, node.inputs, form.attributes());
  });
}

}  // namespace kerascpp::compiler
