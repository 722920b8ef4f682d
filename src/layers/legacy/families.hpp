#pragma once

#include <kerascpp/saving/object.hpp>

namespace kerascpp::layers {

[[nodiscard]] ObjectClass locally_connected_class(int rank);
[[nodiscard]] ObjectClass maxout_dense_class();
[[nodiscard]] ObjectClass highway_class();
[[nodiscard]] ObjectClass srelu_class();
[[nodiscard]] ObjectClass parametric_softplus_class();
[[nodiscard]] ObjectClass cosine_merge_class();
[[nodiscard]] ObjectClass word_dropout_embedding_class();

/// Layers of Keras 1 and 2 that Keras 3 has not, as "kerascpp>Highway" and the like.
void register_legacy_layers(ObjectRegistry& registry);

}  // namespace kerascpp::layers
