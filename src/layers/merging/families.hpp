#pragma once

#include <kerascpp/saving/object.hpp>

namespace kerascpp::layers {

void register_elementwise_merge_layers(ObjectRegistry& registry);
[[nodiscard]] ObjectClass concatenate_class();
[[nodiscard]] ObjectClass dot_class();

void register_merging_layers(ObjectRegistry& registry);

}  // namespace kerascpp::layers
