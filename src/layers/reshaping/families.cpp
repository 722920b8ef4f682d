#include "layers/reshaping/families.hpp"

namespace kerascpp::layers {

void register_reshaping_layers(ObjectRegistry& registry) {
  registry.add(flatten_class());
  registry.add(reshape_class());
  registry.add(permute_class());
  registry.add(repeat_vector_class());
  for (const int rank : {1, 2, 3}) {
    registry.add(cropping_class(rank));
    registry.add(zero_padding_class(rank));
    registry.add(up_sampling_class(rank));
  }
}

}  // namespace kerascpp::layers
