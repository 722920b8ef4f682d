#include "layers/preprocessing/families.hpp"

namespace kerascpp::layers {

void register_preprocessing_layers(ObjectRegistry& registry) {
  registry.add(rescaling_class());
  registry.add(normalization_class());
}

}  // namespace kerascpp::layers
