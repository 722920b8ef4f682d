#include "graph/printing/printed_graph.hpp"

#include <algorithm>

namespace kerascpp {

Graph printed_graph(const Function& function, const std::vector<Shape>& input_shapes) {
  if (!input_shapes.empty()) return function.compiled_graph(input_shapes);
  std::vector<Shape> known;
  for (const Symbol& input : function.graph().inputs) known.push_back(input.shape());
  const bool all_known = std::all_of(known.begin(), known.end(), [](const Shape& shape) { return shape.is_known(); });
  return all_known ? function.compiled_graph(known) : function.graph();
}

}  // namespace kerascpp
