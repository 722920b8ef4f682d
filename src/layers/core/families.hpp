#pragma once

#include <kerascpp/saving/object.hpp>

namespace kerascpp::layers {

[[nodiscard]] ObjectClass dense_class();
[[nodiscard]] ObjectClass ternary_dense_class();
[[nodiscard]] ObjectClass einsum_dense_class();
[[nodiscard]] ObjectClass embedding_class();
[[nodiscard]] ObjectClass reversible_embedding_class();
[[nodiscard]] ObjectClass identity_class();
[[nodiscard]] ObjectClass masking_class();
[[nodiscard]] ObjectClass lambda_class();

void register_core_layers(ObjectRegistry& registry);

}  // namespace kerascpp::layers
