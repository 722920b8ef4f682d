#pragma once

#include <kerascpp/saving/object.hpp>

namespace kerascpp::layers {

[[nodiscard]] ObjectClass rescaling_class();
[[nodiscard]] ObjectClass normalization_class();

void register_preprocessing_layers(ObjectRegistry& registry);

}  // namespace kerascpp::layers
