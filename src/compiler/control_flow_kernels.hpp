#pragma once

#include <string>

#include <kerascpp/backend/kernel.hpp>

namespace kerascpp::compiler {

/// The kernels of loops and branches for a backend, whose other kernels run their bodies.
void register_scan_kernel(runtime::KernelRegistry& registry, const std::string& backend);
void register_switch_kernel(runtime::KernelRegistry& registry, const std::string& backend);

}  // namespace kerascpp::compiler
