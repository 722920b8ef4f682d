#include "ops/families.hpp"

#include "graph/builtin.hpp"

namespace kerascpp {

void register_builtin_ops(OpRegistry& registry) {
  ops::register_leaf_ops(registry);
  ops::register_fused_ops(registry);
  ops::register_matmul_ops(registry);
  ops::register_convolution_ops(registry);
  ops::register_pooling_ops(registry);
  ops::register_softmax_ops(registry);
}

}  // namespace kerascpp
