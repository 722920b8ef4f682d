#include "backends/reference/families.hpp"

namespace kerascpp::reference {

void register_backend(runtime::KernelRegistry& registry) {
  registry.add_backend({"reference", "xtensor and LAPACK: plain loops, the oracle of the tests", {}, {}});
  register_reorder_kernel(registry);
  register_unary_kernels(registry);
  register_binary_kernels(registry);
  register_reduction_kernels(registry);
  register_arrangement_kernels(registry);
  register_slicing_kernels(registry);
  register_indexing_kernels(registry);
  register_sparse_kernels(registry);
  register_sorting_kernels(registry);
  register_matmul_kernels(registry);
  register_diagonal_kernels(registry);
  register_factorization_kernels(registry);
  register_inverse_kernels(registry);
  register_spectrum_kernels(registry);
  register_fourier_kernels(registry);
  register_convolution_kernels(registry);
  register_pooling_kernels(registry);
  register_softmax_kernels(registry);
  register_attention_kernels(registry);
  register_ctc_kernel(registry);
  register_ctc_beam_search_kernel(registry);
  register_normalization_kernels(registry);
  register_print_kernel(registry);
  register_custom_op_kernel(registry);
  register_transfer_kernels(registry);
  register_fused_kernels(registry);
  register_random_kernels(registry);
}

}  // namespace kerascpp::reference
