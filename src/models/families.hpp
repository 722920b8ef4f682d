#pragma once

#include <kerascpp/saving/object.hpp>

namespace kerascpp {

/// Sequential, Functional and FeatureSpace, so that they are found where layers are.
void register_models(ObjectRegistry& registry);

}  // namespace kerascpp
