#include "layers/normalization/families.hpp"

namespace kerascpp::layers {

void register_normalization_layers(ObjectRegistry& registry) {
  registry.add(batch_normalization_class());
  registry.add(layer_normalization_class());
  registry.add(group_normalization_class());
  registry.add(rms_normalization_class());
  registry.add(unit_normalization_class());
  registry.add(spectral_normalization_class());
}

}  // namespace kerascpp::layers
