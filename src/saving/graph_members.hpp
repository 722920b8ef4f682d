#pragma once

#include <string>

#include <kerascpp/core/config.hpp>
#include <kerascpp/graph/function.hpp>
#include <kerascpp/graph/graph.hpp>

#include "saving/zip_archive.hpp"

/// Graphs as members of an archive: `<prefix>graph.json` and `<prefix>arrays/<number>.npy`.
namespace kerascpp {

void add_graph(ZipWriter& archive, const std::string& prefix, const Graph& graph, Config options);

struct GraphMembers {
  Graph graph;
  Config options;
};
/// Throws FormatError naming the archive.
[[nodiscard]] GraphMembers read_graph(const ZipReader& archive, const std::string& prefix);

/// The bits of an array whose dtype the .npy format does not know, and back.
[[nodiscard]] Tensor storable_in_npy(const Tensor& tensor);
/// Throws FormatError where the array that was read is not of `dtype`; `member` is for messages.
[[nodiscard]] Tensor stored_in_npy(const Tensor& array, DType dtype, const std::string& member);

/// What a function needs beside its graph to be made anew.
[[nodiscard]] Config options_of(const Function& function);
/// Throws FormatError naming `origin`.
[[nodiscard]] Function function_from(const GraphMembers& members, const std::string& origin);

}  // namespace kerascpp
