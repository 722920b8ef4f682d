#pragma once

#include <kerascpp/backend/kernel.hpp>

/// One function per family of kernels. The one list of them is in families.cpp.
namespace kerascpp::cuda {

/// Adds the backend "cuda" and all its kernels; where it cannot be used, the backend says why.
KCPP_API void register_backend(runtime::KernelRegistry& registry);

void register_fused_kernels(runtime::KernelRegistry& registry);
void register_movement_kernels(runtime::KernelRegistry& registry);
void register_cublaslt_kernels(runtime::KernelRegistry& registry);
void register_matmul_kernels(runtime::KernelRegistry& registry);
void register_cudnn_kernels(runtime::KernelRegistry& registry);
void register_cudnn_attention_kernels(runtime::KernelRegistry& registry);
void register_convolution_kernels(runtime::KernelRegistry& registry);
void register_pooling_kernels(runtime::KernelRegistry& registry);
void register_softmax_kernels(runtime::KernelRegistry& registry);
void register_normalization_kernels(runtime::KernelRegistry& registry);
void register_accumulation_kernels(runtime::KernelRegistry& registry);
void register_indexing_kernels(runtime::KernelRegistry& registry);
void register_random_kernels(runtime::KernelRegistry& registry);
void register_sorting_kernels(runtime::KernelRegistry& registry);
void register_printing_kernels(runtime::KernelRegistry& registry);
void register_element_kernels(runtime::KernelRegistry& registry);
void register_fourier_kernels(runtime::KernelRegistry& registry);
void register_linear_algebra_kernels(runtime::KernelRegistry& registry);
void register_sparse_kernels(runtime::KernelRegistry& registry);
void register_ctc_kernel(runtime::KernelRegistry& registry);
void register_custom_op_kernel(runtime::KernelRegistry& registry);

}  // namespace kerascpp::cuda
