#pragma once

#include <vector>

#include <kerascpp/graph/graph.hpp>

namespace kerascpp::compiler {

/// Integer scalars on which shapes in the graph depend and that are computed from values: the numbers of steps of loops
/// whose stacked outputs are read, and the lengths of `iota`. Of such sizes in the bodies of loops, the values outside
/// of the loop that they are computed from; those that change from step to step are left out.
[[nodiscard]] std::vector<Symbol> computed_sizes(const Graph& graph);

/// The graph after its computed sizes have become constants: those that loops are given are constants in their bodies
/// as well, as far as sizes depend on them.
[[nodiscard]] Graph with_inner_sizes(const Graph& graph);

}  // namespace kerascpp::compiler
