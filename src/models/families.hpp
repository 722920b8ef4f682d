#pragma once

#include <kerascpp/saving/object.hpp>

namespace kerascpp {

/// Sequential and Functional, so that models are found where layers are.
void register_models(ObjectRegistry& registry);

}  // namespace kerascpp
