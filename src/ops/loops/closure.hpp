#pragma once

#include <cstdint>
#include <memory>
#include <unordered_set>
#include <vector>

#include <kerascpp/core/callable.hpp>
#include <kerascpp/graph/graph.hpp>

namespace kerascpp::ops {

/// The nodes behind `outputs` that depend on `parameters`.
[[nodiscard]] std::unordered_set<const Node*> dependents(const std::vector<Symbol>& outputs,
                                                         const std::vector<Symbol>& parameters);

/// A body that refers to nothing outside of it, and the outer symbols that its last inputs stand for.
struct Closure {
  std::shared_ptr<const Graph> body;
  std::vector<Symbol> captured;
};

/// The body (parameters...) -> outputs. Everything that does not depend on the parameters stays outside and becomes
/// one more input; constants are taken along.
[[nodiscard]] Closure close_over(const std::vector<Symbol>& parameters, const std::vector<Symbol>& outputs);

/// The same for a branch: what was made since node number `first_id` belongs to the body, the rest stays outside.
[[nodiscard]] Closure close_over_nodes_since(std::uint64_t first_id, const std::vector<Symbol>& outputs);

/// The same with a body of the nodes for which `inside` says so.
[[nodiscard]] Closure close_over_nodes(const Callable<bool(const Node&)>& inside, const std::vector<Symbol>& outputs);

}  // namespace kerascpp::ops
