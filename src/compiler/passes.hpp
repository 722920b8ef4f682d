#pragma once

#include <string>
#include <vector>

#include <kerascpp/graph/graph.hpp>

/// The passes of the compiler: Graph in, Graph out. Shapes are concrete from `specialize` on.
namespace kerascpp::compiler {

/// Gives the inputs concrete shapes and infers everything anew. Inputs that give only their shape become `shape_only`
/// leaves, so that nothing computes them.
[[nodiscard]] Graph specialize(const Graph& graph, const std::vector<TensorSpec>& inputs);

/// Brings expressions into one form: no identities, no shape operations that a neighbour can absorb.
[[nodiscard]] Graph canonicalize(const Graph& graph);

/// Replaces formulas that lose precision or overflow by equal ones that do not.
[[nodiscard]] Graph stabilize(const Graph& graph);

/// Computes what depends on constants alone and merges equal nodes.
[[nodiscard]] Graph fold(const Graph& graph);

/// Moves bias, activation and residual into the matmul or convolution before them.
[[nodiscard]] Graph fuse_epilogues(const Graph& graph, std::string_view backend);

/// Joins elementwise operations, and the reductions that end them, into `fused` nodes that `backend` can run.
[[nodiscard]] Graph fuse(const Graph& graph, std::string_view backend);

/// Which passes run; each can be switched off by name.
struct PassOptions {
  bool canonicalize = true;
  bool stabilize = true;
  bool fold = true;
  bool fuse_epilogues = true;
  bool fuse = true;

  /// Throws LookupError for an unknown name.
  void disable(std::string_view name);
};

/// All passes in their order, on a specialized graph.
[[nodiscard]] Graph optimize(const Graph& graph, const PassOptions& options, std::string_view backend);

}  // namespace kerascpp::compiler
