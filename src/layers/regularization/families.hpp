#pragma once

#include <kerascpp/saving/object.hpp>

namespace kerascpp::layers {

[[nodiscard]] ObjectClass dropout_class();
[[nodiscard]] ObjectClass alpha_dropout_class();
[[nodiscard]] ObjectClass gaussian_dropout_class();
[[nodiscard]] ObjectClass gaussian_noise_class();
/// rank: number of spatial axes.
[[nodiscard]] ObjectClass spatial_dropout_class(int rank);
[[nodiscard]] ObjectClass activity_regularization_class();

void register_regularization_layers(ObjectRegistry& registry);

}  // namespace kerascpp::layers
