#pragma once

#include <kerascpp/initializers.hpp>

#include "saving/configured.hpp"

namespace kerascpp::initializers {

/// The registry entry of a built-in initializer.
template <class T>
[[nodiscard]] ObjectClass initializer_class(std::vector<std::string> aliases) {
  return configured_class<T>("initializer", "keras.initializers", std::move(aliases));
}

void register_constant_initializers(ObjectRegistry& registry);
void register_random_initializers(ObjectRegistry& registry);
void register_variance_scaling_initializers(ObjectRegistry& registry);
void register_orthogonal_initializer(ObjectRegistry& registry);
void register_stft_initializer(ObjectRegistry& registry);

}  // namespace kerascpp::initializers
