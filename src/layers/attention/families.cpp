#include "layers/attention/families.hpp"

namespace kerascpp::layers {

void register_attention_layers(ObjectRegistry& registry) {
  registry.add(attention_class());
  registry.add(additive_attention_class());
  registry.add(multi_head_attention_class());
  registry.add(group_query_attention_class());
}

}  // namespace kerascpp::layers
