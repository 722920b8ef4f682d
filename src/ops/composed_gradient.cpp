#include "ops/composed_gradient.hpp"

#include <kerascpp/graph/gradient.hpp>
#include <kerascpp/ops/elementwise.hpp>

namespace kerascpp::ops {

std::vector<Symbol> gradient_by_composition(const Node& node, const std::vector<Symbol>& output_gradients,
                                            std::vector<Symbol> (*compose)(const Node& node,
                                                                           const std::vector<Symbol>& inputs)) {
  // one input may be computed from another: copies keep the partial derivatives apart
  std::vector<Symbol> copies;
  for (const Symbol& input : node.inputs()) copies.push_back(copy(input));
  return gradients_of(compose(node, copies), output_gradients, copies);
}

}  // namespace kerascpp::ops
