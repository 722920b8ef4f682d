#include "layers/regularization/families.hpp"

namespace kerascpp::layers {

void register_regularization_layers(ObjectRegistry& registry) {
  registry.add(dropout_class());
  registry.add(alpha_dropout_class());
  registry.add(gaussian_dropout_class());
  registry.add(gaussian_noise_class());
  for (const int rank : {1, 2, 3}) registry.add(spatial_dropout_class(rank));
  registry.add(activity_regularization_class());
}

}  // namespace kerascpp::layers
