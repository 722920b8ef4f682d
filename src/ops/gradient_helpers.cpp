#include "ops/gradient_helpers.hpp"

#include <kerascpp/ops/elementwise.hpp>
#include <kerascpp/ops/like.hpp>

namespace kerascpp::ops {

Symbol conjugate_if_complex(const Symbol& x) { return is_complex(x.dtype()) ? conj(x) : x; }

Gradients reduced(const Node& node, const Gradients& gradients) {
  Gradients result(gradients.size());
  for (std::size_t i = 0; i < gradients.size(); ++i) {
    const Symbol& input = node.input(i);
    if (!gradients[i].defined() || !is_differentiable(input.dtype())) continue;
    // equal shapes with None in them may still differ when a value is given
    const bool same = gradients[i].shape() == input.shape() && input.shape().is_known();
    result[i] = same ? gradients[i] : reduce_to_like(gradients[i], input);
  }
  return result;
}

}  // namespace kerascpp::ops
