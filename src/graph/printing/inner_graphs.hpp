#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <kerascpp/graph/graph.hpp>

namespace kerascpp {

/// A sub-graph that a node owns. Its inputs stand for inputs of the node that follow one another; of a loop for an item
/// of a sequence, or the state before a step.
struct InnerGraph {
  std::string name;  ///< of the attribute: "body", "branch_0"
  std::shared_ptr<const Graph> graph;
  std::optional<std::size_t> first_input = {};  ///< of the node: what the sub-graph's first input stands for
};

/// Those of loops, branches and fused kernels; empty for other nodes.
[[nodiscard]] std::vector<InnerGraph> inner_graphs(const Node& node);

/// Whether the node does what its only sub-graph says, once: its inputs and outputs are those of the sub-graph.
[[nodiscard]] bool is_its_inner_graph(const Node& node);

}  // namespace kerascpp
