#pragma once

#include <kerascpp/saving/object.hpp>

namespace kerascpp::constraints {

void register_constraints(ObjectRegistry& registry);

}  // namespace kerascpp::constraints
