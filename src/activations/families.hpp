#pragma once

#include <kerascpp/saving/object.hpp>

namespace kerascpp::activations {

void register_activations(ObjectRegistry& registry);

}  // namespace kerascpp::activations
