#include <kerascpp/utils/source_inputs.hpp>

#include <algorithm>

#include <kerascpp/graph/graph.hpp>
#include <kerascpp/layers/layer.hpp>

namespace kerascpp::utils {

std::vector<Symbol> get_source_inputs(const Symbol& tensor) {
  Graph graph;
  graph.outputs = {tensor};
  std::vector<Symbol> found;
  for (const auto& node : graph.nodes())
    if (node->op().name == "placeholder" && !node->output().is(learning_phase())) found.push_back(node->output());
  std::sort(found.begin(), found.end(),
            [](const Symbol& a, const Symbol& b) { return a.node()->id() < b.node()->id(); });
  return found;
}

}  // namespace kerascpp::utils
