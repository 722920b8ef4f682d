#pragma once

#include <kerascpp/backend/kernel.hpp>

/// One function per family of CPU kernels. The one list of them is in families.cpp.
namespace kerascpp::cpu {

/// Adds the backend "cpu" and all its kernels.
void register_backend(runtime::KernelRegistry& registry);

void register_pooling_kernels(runtime::KernelRegistry& registry);
void register_random_kernels(runtime::KernelRegistry& registry);
void register_arrangement_kernels(runtime::KernelRegistry& registry);
void register_joining_kernels(runtime::KernelRegistry& registry);
void register_take_kernels(runtime::KernelRegistry& registry);
void register_scatter_kernels(runtime::KernelRegistry& registry);
void register_fourier_kernels(runtime::KernelRegistry& registry);
void register_softmax_kernels(runtime::KernelRegistry& registry);
void register_attention_kernels(runtime::KernelRegistry& registry);
void register_index_of_extremum_kernels(runtime::KernelRegistry& registry);
void register_accumulation_kernels(runtime::KernelRegistry& registry);
void register_single_operation_kernels(runtime::KernelRegistry& registry);
void register_fused_kernels(runtime::KernelRegistry& registry);
void register_batch_normalization_kernels(runtime::KernelRegistry& registry);

}  // namespace kerascpp::cpu
