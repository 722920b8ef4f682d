#pragma once

#include <string>

#include <kerascpp/core/export.hpp>
#include <kerascpp/graph/function.hpp>
#include <kerascpp/graph/graph.hpp>

namespace kerascpp {

/// Writes a graph with its constants and the values of its variables: a zip of `graph.json` and `.npy` arrays, whole
/// or not at all. Throws IoError.
KCPP_API void save_graph(const Graph& graph, const std::string& path);
/// Throws IoError, FormatError naming the file for what is no such file, LookupError for an operation that is not
/// registered.
[[nodiscard]] KCPP_API Graph load_graph(const std::string& path);

/// Writes what a function computes, its updates and its options. Throws IoError, ValueError for an undefined one.
/// Source: pickling of theano.function.
KCPP_API void save_function(const Function& function, const std::string& path);
/// The function anew, with variables of its own. Throws as `load_graph`.
[[nodiscard]] KCPP_API Function load_function(const std::string& path);

}  // namespace kerascpp
