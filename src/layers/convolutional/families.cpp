#include "layers/convolutional/families.hpp"

namespace kerascpp::layers {

void register_convolutional_layers(ObjectRegistry& registry) {
  for (const int rank : {1, 2, 3}) {
    registry.add(conv_class(rank));
    registry.add(conv_transpose_class(rank));
  }
  for (const int rank : {1, 2}) {
    registry.add(depthwise_conv_class(rank));
    registry.add(separable_conv_class(rank));
  }
}

}  // namespace kerascpp::layers
