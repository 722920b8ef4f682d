#pragma once

#include <kerascpp/saving/object.hpp>

namespace kerascpp::layers {

[[nodiscard]] ObjectClass batch_normalization_class();
[[nodiscard]] ObjectClass layer_normalization_class();
[[nodiscard]] ObjectClass group_normalization_class();
[[nodiscard]] ObjectClass rms_normalization_class();
[[nodiscard]] ObjectClass unit_normalization_class();
[[nodiscard]] ObjectClass spectral_normalization_class();

void register_normalization_layers(ObjectRegistry& registry);

}  // namespace kerascpp::layers
