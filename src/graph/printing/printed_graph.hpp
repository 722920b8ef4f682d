#pragma once

#include <kerascpp/graph/function.hpp>
#include <kerascpp/graph/graph.hpp>

namespace kerascpp {

/// What a function computes on inputs of these shapes, after all passes; without shapes, on those that its inputs are
/// known to have, and where one is not known the graph before any pass.
[[nodiscard]] Graph printed_graph(const Function& function, const std::vector<Shape>& input_shapes);

}  // namespace kerascpp
