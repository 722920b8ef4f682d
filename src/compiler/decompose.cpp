#include <algorithm>

#include <kerascpp/backend/choice.hpp>

#include "compiler/passes.hpp"
#include "compiler/rewrite.hpp"
#include "graph/composition.hpp"

namespace kerascpp::compiler {
namespace {

/// Whether a kernel of the backend computes the node; where its shapes are not known yet, whether there is one.
bool is_computed(const NodeView& node, std::string_view backend) {
  if (runtime::KernelRegistry::global().kernels(backend, node.op().name).empty()) return false;
  std::vector<TensorSpec> inputs;
  for (const Symbol& input : node.inputs) inputs.push_back(input.spec());
  const std::vector<TensorSpec>& outputs = node.original.outputs();
  const auto is_known = [](const TensorSpec& spec) { return spec.shape.is_known(); };
  if (!std::all_of(inputs.begin(), inputs.end(), is_known) || !std::all_of(outputs.begin(), outputs.end(), is_known))
    return true;
  return !runtime::choose_kernel(backend, node.op(), node.original.attributes(), inputs, outputs).kernel.empty();
}

}  // namespace

Graph decompose(const Graph& graph, std::string_view backend) {
  return rewrite(graph, [&](const NodeView& node) -> std::optional<std::vector<Symbol>> {
    if (node.op().has(Trait::Leaf)) return std::nullopt;
    std::vector<Symbol> composed = composition(node.original, node.inputs);
    if (composed.empty() || is_computed(node, backend)) return std::nullopt;
    return composed;
  });
}

}  // namespace kerascpp::compiler
