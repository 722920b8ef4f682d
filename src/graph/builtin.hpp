#pragma once

#include <kerascpp/graph/op.hpp>

namespace kerascpp {

/// Fills the global registry; defined above the graph, where the families of operations are.
void register_builtin_ops(OpRegistry& registry);

}  // namespace kerascpp
