#pragma once

#include <kerascpp/backend/kernel.hpp>

namespace kerascpp::cpu {

/// Products with few rows or little work, for which calling a library costs more than computing.
void register_thin_matmul_kernels(runtime::KernelRegistry& registry);

}  // namespace kerascpp::cpu
