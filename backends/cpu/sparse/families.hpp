#pragma once

#include <kerascpp/backend/kernel.hpp>

namespace kerascpp::cpu {

void register_sparse_pattern_kernels(runtime::KernelRegistry& registry);
void register_sparse_product_kernels(runtime::KernelRegistry& registry);

}  // namespace kerascpp::cpu
