#pragma once

#include <memory>
#include <vector>

#include <kerascpp/core/export.hpp>
#include <kerascpp/graph/graph.hpp>

namespace kerascpp::compiler {

/// The nodes of a graph in the order in which they run: inputs before users, a new value of a variable after every
/// other reader of the old one where that is possible (so that it can be written in place), and updates with short
/// paths first, so that gradients are consumed soon after they are made.
[[nodiscard]] KCPP_API std::vector<std::shared_ptr<Node>> schedule(const Graph& graph);

}  // namespace kerascpp::compiler
