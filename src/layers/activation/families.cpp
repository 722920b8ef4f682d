#include "layers/activation/families.hpp"

namespace kerascpp::layers {

void register_activation_layers(ObjectRegistry& registry) {
  registry.add(activation_class());
  registry.add(relu_class());
  registry.add(leaky_relu_class());
  registry.add(prelu_class());
  registry.add(elu_class());
  registry.add(softmax_class());
}

}  // namespace kerascpp::layers
