#pragma once

#include <vector>

#include <kerascpp/graph/node.hpp>

namespace kerascpp::ops {

/// The gradient of a scan: a scan from the last step to the first.
///
/// What the backward body needs of the forward one is stacked by the forward scan (a second node with more stacks,
/// which the compiler merges with the first), or computed again where that is as cheap as reading it. A product that
/// adds up over the steps, x_t^T g_t, is one product of the stacks.
[[nodiscard]] std::vector<Symbol> scan_gradient(const Node& node, const std::vector<Symbol>& output_gradients);

}  // namespace kerascpp::ops
