#pragma once

#include <vector>

#include <kerascpp/graph/symbol.hpp>

namespace kerascpp::ops {

/// The gradient of a loop that keeps its states every `save_every` steps: from the last block of steps to the first,
/// the loop is done again from the state kept before the block, and differentiated for these steps. Memory: a state for
/// each block and what the gradient needs of the steps of one block, after Griewank and Walther, "Algorithm 799:
/// revolve", 2000, with one level of blocks.
[[nodiscard]] std::vector<Symbol> checkpointed_gradient(const Node& node, const std::vector<Symbol>& output_gradients);

}  // namespace kerascpp::ops
