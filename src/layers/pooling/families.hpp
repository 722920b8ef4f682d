#pragma once

#include <kerascpp/saving/object.hpp>

namespace kerascpp::layers {

// For each: the class with the largest elements, and that with means, over `rank` spatial axes.
[[nodiscard]] ObjectClass max_pooling_class(int rank);
[[nodiscard]] ObjectClass average_pooling_class(int rank);
[[nodiscard]] ObjectClass global_max_pooling_class(int rank);
[[nodiscard]] ObjectClass global_average_pooling_class(int rank);
[[nodiscard]] ObjectClass adaptive_max_pooling_class(int rank);
[[nodiscard]] ObjectClass adaptive_average_pooling_class(int rank);

void register_pooling_layers(ObjectRegistry& registry);

}  // namespace kerascpp::layers
