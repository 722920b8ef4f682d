#pragma once

#include <kerascpp/saving/object.hpp>

namespace kerascpp::layers {

[[nodiscard]] ObjectClass layer_scale_class();
[[nodiscard]] ObjectClass stochastic_depth_class();
[[nodiscard]] ObjectClass custom_scale_layer_class();

void register_application_layers(ObjectRegistry& registry);

}  // namespace kerascpp::layers
