#include "layers/application/families.hpp"

namespace kerascpp::layers {

void register_application_layers(ObjectRegistry& registry) {
  registry.add(layer_scale_class());
  registry.add(stochastic_depth_class());
  registry.add(custom_scale_layer_class());
}

}  // namespace kerascpp::layers
