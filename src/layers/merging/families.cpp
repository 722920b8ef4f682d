#include "layers/merging/families.hpp"

namespace kerascpp::layers {

void register_merging_layers(ObjectRegistry& registry) {
  register_elementwise_merge_layers(registry);
  registry.add(concatenate_class());
  registry.add(dot_class());
}

}  // namespace kerascpp::layers
