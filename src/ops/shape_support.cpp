#include "ops/shape_support.hpp"

#include <kerascpp/core/tensor.hpp>
#include <kerascpp/graph/node.hpp>
#include <kerascpp/ops/like.hpp>
#include <kerascpp/ops/shape.hpp>

namespace kerascpp::ops {

Symbol zeros_as(const Symbol& like) {
  const Symbol zero = constant(full({}, 0, like.dtype()));
  return like.shape().is_known() ? broadcast_to(zero, like.shape()) : broadcast_like(zero, like);
}

}  // namespace kerascpp::ops
