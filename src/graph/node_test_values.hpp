#pragma once

namespace kerascpp {

class Node;

/// Computes the test values of a new node from those of its inputs, where that is switched on.
void compute_test_values(const Node& node);

}  // namespace kerascpp
