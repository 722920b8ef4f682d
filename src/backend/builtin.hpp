#pragma once

#include <kerascpp/backend/kernel.hpp>

namespace kerascpp::runtime {

/// Fills the global registry from the one list of backends that are built in.
void register_builtin_backends(KernelRegistry& registry);

}  // namespace kerascpp::runtime
