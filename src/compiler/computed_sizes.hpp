#pragma once

#include <vector>

#include <kerascpp/graph/graph.hpp>

namespace kerascpp::compiler {

/// Integer scalars on which shapes in the graph depend and that are computed from values: the numbers of steps of loops
/// whose stacked outputs are read, and the lengths of `iota`.
[[nodiscard]] std::vector<Symbol> computed_sizes(const Graph& graph);

}  // namespace kerascpp::compiler
