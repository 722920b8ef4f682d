#include "graph/printing/printed_graph.hpp"

#include <algorithm>

#include "graph/unknown_sizes.hpp"

namespace kerascpp {

Graph printed_graph(const Function& function, const std::vector<Shape>& input_shapes) {
  if (!input_shapes.empty()) return function.compiled_graph(input_shapes);
  std::vector<Shape> known;
  for (const Symbol& input : function.graph().inputs) known.push_back(input.shape());
  const bool all_known = std::all_of(known.begin(), known.end(), [](const Shape& shape) { return shape.is_known(); });
  if (!all_known) return function.graph();
  try {
    return function.compiled_graph(known);
  } catch (const UnknownSizes&) {
    return function.graph();
  }
}

}  // namespace kerascpp
