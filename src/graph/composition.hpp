#pragma once

#include <vector>

#include <kerascpp/graph/symbol.hpp>

namespace kerascpp {

class Node;

/// The outputs of a node in public operations, from symbols that stand for its inputs: for backends, and file formats,
/// that do not know the operation. Empty for operations that nothing else can give. Defined above the graph, where the
/// operations are.
[[nodiscard]] KCPP_API std::vector<Symbol> composition(const Node& node, const std::vector<Symbol>& inputs);

}  // namespace kerascpp
