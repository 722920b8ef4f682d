#pragma once

#include <kerascpp/backend/kernel.hpp>

namespace kerascpp::cpu {

/// 3x3 convolutions of stride 1 and their gradients with a quarter of the products.
void register_winograd_kernels(runtime::KernelRegistry& registry);

}  // namespace kerascpp::cpu
