#pragma once

#include <kerascpp/saving/object.hpp>

namespace kerascpp::layers {

[[nodiscard]] ObjectClass activation_class();
[[nodiscard]] ObjectClass relu_class();
[[nodiscard]] ObjectClass leaky_relu_class();
[[nodiscard]] ObjectClass prelu_class();
[[nodiscard]] ObjectClass elu_class();
[[nodiscard]] ObjectClass softmax_class();

void register_activation_layers(ObjectRegistry& registry);

}  // namespace kerascpp::layers
