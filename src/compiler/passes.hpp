#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <kerascpp/core/export.hpp>
#include <kerascpp/graph/graph.hpp>

/// The passes of the compiler: Graph in, Graph out. Shapes are concrete from `specialize` on.
namespace kerascpp::compiler {

/// Makes one loop of several that do the same steps and keep different values, as a loop and its gradient want; a last
/// item read from the stack of a state becomes the last state. Before `specialize`.
[[nodiscard]] KCPP_API Graph merge_loops(const Graph& graph);

/// Gives the inputs concrete shapes and infers everything anew. Inputs that give only their shape become `shape_only`
/// leaves, so that nothing computes them.
[[nodiscard]] KCPP_API Graph specialize(const Graph& graph, const std::vector<TensorSpec>& inputs);

/// Puts public operations in place of those that `backend` has no kernel for, where they can give the same. After
/// `specialize`.
[[nodiscard]] KCPP_API Graph decompose(const Graph& graph, std::string_view backend);

/// Takes from loops and branches what nothing reads: outputs, states, inputs. After `specialize`.
[[nodiscard]] KCPP_API Graph prune_bodies(const Graph& graph);

/// Moves what only one branch needs into it, so that it is computed only when the branch is taken. After `specialize`.
[[nodiscard]] KCPP_API Graph sink_branches(const Graph& graph);

/// Brings expressions into one form: no identities, no shape operations that a neighbour can absorb.
[[nodiscard]] KCPP_API Graph canonicalize(const Graph& graph);

/// Replaces formulas that lose precision or overflow by equal ones that do not.
[[nodiscard]] KCPP_API Graph stabilize(const Graph& graph);

/// Computes what depends on constants alone and merges equal nodes.
[[nodiscard]] KCPP_API Graph fold(const Graph& graph);

/// Where the steps of a loop compute each row (of the first axis) of its states by itself, as recurrent layers do,
/// makes several loops of it, each of which does all steps for some of the rows: threads then meet once, and not in
/// every step. How many depends on shapes alone. The bodies of the parts come out as `optimize` leaves them.
[[nodiscard]] KCPP_API Graph split_loops(const Graph& graph, const struct PassOptions& options,
                                         std::string_view backend);

/// Makes rounds of several steps of loops whose steps are a few operations on a few numbers: one fused loop then does
/// what would take as many calls. The bodies of the rounds come out as `optimize` leaves them.
[[nodiscard]] KCPP_API Graph unroll_loops(const Graph& graph, const struct PassOptions& options,
                                          std::string_view backend);

/// Moves bias, activation and residual into the matmul or convolution before them, relu into batch normalization.
[[nodiscard]] KCPP_API Graph fuse_epilogues(const Graph& graph, std::string_view backend);

/// Joins elementwise operations, and the reductions that end them, into `fused` nodes that `backend` can run. Without
/// `hoist`, their loops compute again for every element what does not depend on it.
[[nodiscard]] KCPP_API Graph fuse(const Graph& graph, std::string_view backend, bool hoist = true);

/// Which passes run; each can be switched off by name.
struct PassOptions {
  bool merge_loops = true;
  bool specialize = true;  // off: the shapes of the inputs must be known
  bool decompose = true;   // off: an operation that the backend does not know is an error
  bool prune_bodies = true;
  bool sink_branches = true;  // off: what branches need is always computed
  bool canonicalize = true;
  bool stabilize = true;
  bool fold = true;
  bool split_loops = true;
  bool unroll_loops = true;
  bool fuse_epilogues = true;
  bool fuse = true;
  bool hoist = true;        // of what does not change within a fused loop
  bool schedule = true;     // off: steps run in the order in which nodes are listed
  bool memory_plan = true;  // off: every value has memory of its own

  /// Throws LookupError for an unknown name.
  KCPP_API void disable(std::string_view name);
  [[nodiscard]] KCPP_API static PassOptions none();
};
/// In the order in which they run.
[[nodiscard]] KCPP_API const std::vector<std::string>& pass_names();

/// Canonicalizes, stabilizes and folds in rounds, for each uncovers work for the others. The bodies of loops and
/// branches stay as they are.
[[nodiscard]] Graph simplify(const Graph& graph, const PassOptions& options);

/// All passes between specialization and planning in their order, on the graph and on the bodies of its loops and
/// branches.
[[nodiscard]] KCPP_API Graph optimize(const Graph& graph, const PassOptions& options, std::string_view backend);

}  // namespace kerascpp::compiler
