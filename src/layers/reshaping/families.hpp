#pragma once

#include <kerascpp/saving/object.hpp>

namespace kerascpp::layers {

[[nodiscard]] ObjectClass flatten_class();
[[nodiscard]] ObjectClass reshape_class();
[[nodiscard]] ObjectClass permute_class();
[[nodiscard]] ObjectClass repeat_vector_class();
/// rank: number of spatial axes.
[[nodiscard]] ObjectClass cropping_class(int rank);
[[nodiscard]] ObjectClass zero_padding_class(int rank);
[[nodiscard]] ObjectClass up_sampling_class(int rank);

void register_reshaping_layers(ObjectRegistry& registry);

}  // namespace kerascpp::layers
