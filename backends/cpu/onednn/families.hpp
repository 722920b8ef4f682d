#pragma once

#include <kerascpp/backend/kernel.hpp>

/// One function per family of oneDNN kernels; backends/cpu/families.cpp calls them.
namespace kerascpp::cpu::onednn {

void register_reorder_kernels(runtime::KernelRegistry& registry);
void register_matmul_kernels(runtime::KernelRegistry& registry);
void register_convolution_kernels(runtime::KernelRegistry& registry);

}  // namespace kerascpp::cpu::onednn
