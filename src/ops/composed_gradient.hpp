#pragma once

#include <vector>

#include <kerascpp/graph/node.hpp>

namespace kerascpp::ops {

/// The gradient of a node that `compose` can rebuild in public operations: a function from symbols that stand for the
/// inputs to symbols equal to the outputs.
[[nodiscard]] std::vector<Symbol> gradient_by_composition(
    const Node& node, const std::vector<Symbol>& output_gradients,
    std::vector<Symbol> (*compose)(const Node& node, const std::vector<Symbol>& inputs));

}  // namespace kerascpp::ops
