#pragma once

#include <vector>

#include <kerascpp/core/config.hpp>
#include <kerascpp/core/export.hpp>
#include <kerascpp/core/tensor.hpp>
#include <kerascpp/graph/graph.hpp>

namespace kerascpp {

/// A graph as plain values: what files hold. Bodies of nodes are graphs within it; a variable that several of them use
/// stays one variable.
struct SavedGraph {
  Config config;
  std::vector<Tensor> arrays;  ///< constants and values of variables, named in the config by their place
};

/// The graph with everything it depends on, values of variables included. Throws ValueError for a graph that the
/// compiler has worked on.
[[nodiscard]] KCPP_API SavedGraph to_saved(const Graph& graph);

/// The graph anew: its operations are looked up by name and infer their outputs again, its variables are new ones with
/// the saved values. Throws LookupError for an operation that is not registered, FormatError for everything that a
/// graph cannot have said of itself.
[[nodiscard]] KCPP_API Graph graph_from_saved(const SavedGraph& saved);

/// The same for attributes alone.
[[nodiscard]] KCPP_API Config attributes_to_config(const Attributes& attributes, std::vector<Tensor>& arrays);
[[nodiscard]] KCPP_API Attributes attributes_from_config(const Config& config, const std::vector<Tensor>& arrays);

}  // namespace kerascpp
