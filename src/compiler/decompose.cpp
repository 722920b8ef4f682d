#include <kerascpp/backend/kernel.hpp>

#include "compiler/passes.hpp"
#include "compiler/rewrite.hpp"
#include "graph/composition.hpp"

namespace kerascpp::compiler {

Graph decompose(const Graph& graph, std::string_view backend) {
  const runtime::KernelRegistry& kernels = runtime::KernelRegistry::global();
  return rewrite(graph, [&](const NodeView& node) -> std::optional<std::vector<Symbol>> {
    if (node.op().has(Trait::Leaf) || !kernels.kernels(backend, node.op().name).empty()) return std::nullopt;
    std::vector<Symbol> composed = composition(node.original, node.inputs);
    if (composed.empty()) return std::nullopt;
    return composed;
  });
}

}  // namespace kerascpp::compiler
