#pragma once

#include <kerascpp/backend/kernel.hpp>

/// One function per family of reference kernels. The one list of them is in families.cpp.
namespace kerascpp::reference {

/// Adds the backend "reference" and all its kernels.
void register_backend(runtime::KernelRegistry& registry);

}  // namespace kerascpp::reference
