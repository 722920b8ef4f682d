#pragma once

#include <kerascpp/saving/object.hpp>

namespace kerascpp::layers {

[[nodiscard]] ObjectClass attention_class();
[[nodiscard]] ObjectClass additive_attention_class();
[[nodiscard]] ObjectClass multi_head_attention_class();
[[nodiscard]] ObjectClass group_query_attention_class();

void register_attention_layers(ObjectRegistry& registry);

}  // namespace kerascpp::layers
