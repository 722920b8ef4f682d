#pragma once

#include <optional>
#include <vector>

#include <kerascpp/graph/symbol.hpp>

namespace kerascpp {

class Node;

/// Another formula for the output of a node. Its gradient is finite where that of the formula as it was written is 0
/// times infinity.
struct StableForm {
  Symbol value;
  std::vector<const Node*> skipped;  ///< nodes below the original one which `value` does not read
};

/// Nothing for nodes whose gradient is right as they are. Defined above the graph, where the operations are.
[[nodiscard]] std::optional<StableForm> stable_form(const Node& node);

}  // namespace kerascpp
