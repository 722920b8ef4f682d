#pragma once

#include <kerascpp/saving/object.hpp>

namespace kerascpp {

/// Fills the global registry of objects by name from the one list of families.
void register_builtin_objects(ObjectRegistry& registry);

}  // namespace kerascpp
