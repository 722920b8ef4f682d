#include "layers/core/families.hpp"

namespace kerascpp::layers {

void register_core_layers(ObjectRegistry& registry) {
  registry.add(dense_class());
  registry.add(ternary_dense_class());
  registry.add(einsum_dense_class());
  registry.add(embedding_class());
  registry.add(reversible_embedding_class());
  registry.add(identity_class());
  registry.add(masking_class());
  registry.add(lambda_class());
}

}  // namespace kerascpp::layers
