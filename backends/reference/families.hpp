#pragma once

#include <kerascpp/backend/kernel.hpp>

/// One function per family of reference kernels. The one list of them is in families.cpp.
namespace kerascpp::reference {

/// Adds the backend "reference" and all its kernels.
void register_backend(runtime::KernelRegistry& registry);

void register_reorder_kernel(runtime::KernelRegistry& registry);
void register_unary_kernels(runtime::KernelRegistry& registry);
void register_binary_kernels(runtime::KernelRegistry& registry);
void register_reduction_kernels(runtime::KernelRegistry& registry);
void register_arrangement_kernels(runtime::KernelRegistry& registry);
void register_slicing_kernels(runtime::KernelRegistry& registry);
void register_indexing_kernels(runtime::KernelRegistry& registry);
void register_sparse_kernels(runtime::KernelRegistry& registry);
void register_sorting_kernels(runtime::KernelRegistry& registry);
void register_matmul_kernels(runtime::KernelRegistry& registry);
void register_diagonal_kernels(runtime::KernelRegistry& registry);
void register_factorization_kernels(runtime::KernelRegistry& registry);
void register_inverse_kernels(runtime::KernelRegistry& registry);
void register_spectrum_kernels(runtime::KernelRegistry& registry);
void register_fourier_kernels(runtime::KernelRegistry& registry);
void register_convolution_kernels(runtime::KernelRegistry& registry);
void register_pooling_kernels(runtime::KernelRegistry& registry);
void register_softmax_kernels(runtime::KernelRegistry& registry);
void register_attention_kernels(runtime::KernelRegistry& registry);
void register_ctc_kernel(runtime::KernelRegistry& registry);
void register_ctc_beam_search_kernel(runtime::KernelRegistry& registry);
void register_normalization_kernels(runtime::KernelRegistry& registry);
void register_print_kernel(runtime::KernelRegistry& registry);
void register_custom_op_kernel(runtime::KernelRegistry& registry);
void register_transfer_kernels(runtime::KernelRegistry& registry);
void register_fused_kernels(runtime::KernelRegistry& registry);
void register_random_kernels(runtime::KernelRegistry& registry);

}  // namespace kerascpp::reference
