#pragma once

#include <kerascpp/saving/object.hpp>

namespace kerascpp::layers {

/// rank: number of spatial axes.
[[nodiscard]] ObjectClass conv_class(int rank);
[[nodiscard]] ObjectClass conv_transpose_class(int rank);
[[nodiscard]] ObjectClass depthwise_conv_class(int rank);
[[nodiscard]] ObjectClass separable_conv_class(int rank);

void register_convolutional_layers(ObjectRegistry& registry);

}  // namespace kerascpp::layers
