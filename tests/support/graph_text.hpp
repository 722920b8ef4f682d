#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <kerascpp/core/callable.hpp>
#include <kerascpp/graph/graph.hpp>

/// Graphs written as text, in the form in which `to_string(Graph)` prints them.
namespace kerascpp::test {

/// Reads lines such as `%2 = add(%0, %1) {axis=1} : float32 (2, 3)`, `return %2` and `update w %2`. Placeholders become
/// inputs, in their order; variables are zeros; the specs after the colon are checked against inference.
/// Throws Error naming the line.
[[nodiscard]] Graph parse_graph(std::string_view text);

/// One use of a pass: the graph before and after it. An empty `after` stands for `before`.
struct PassRow {
  const char* name;
  const char* before;
  const char* after;
};
/// Runs `pass` on each row and compares the texts.
void check_pass(const std::vector<PassRow>& rows, const Callable<Graph(const Graph&)>& pass);

/// The values of the graph's outputs, computed by the reference kernels without any pass, on inputs that are the same
/// for graphs with the same inputs.
[[nodiscard]] std::vector<Tensor> values_of(const Graph& graph);

}  // namespace kerascpp::test
