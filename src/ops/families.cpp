#include "ops/families.hpp"

#include "graph/builtin.hpp"

namespace kerascpp {

void register_builtin_ops(OpRegistry& registry) {
  ops::register_leaf_ops(registry);
  ops::register_fused_ops(registry);
  ops::register_elementwise_ops(registry);
  ops::register_special_elementwise_ops(registry);
  ops::register_like_ops(registry);
  ops::register_reduction_ops(registry);
  ops::register_matmul_ops(registry);
  ops::register_diagonal_ops(registry);
  ops::register_factorization_ops(registry);
  ops::register_inverse_ops(registry);
  ops::register_spectrum_ops(registry);
  ops::register_fourier_ops(registry);
  ops::register_convolution_ops(registry);
  ops::register_pooling_ops(registry);
  ops::register_softmax_ops(registry);
  ops::register_attention_ops(registry);
  ops::register_ctc_op(registry);
  ops::register_ctc_beam_search_op(registry);
  ops::register_batch_normalization_ops(registry);
  ops::register_random_ops(registry);
  ops::register_view_ops(registry);
  ops::register_transpose_ops(registry);
  ops::register_tile_ops(registry);
  ops::register_roll_ops(registry);
  ops::register_pad_ops(registry);
  ops::register_joining_ops(registry);
  ops::register_slice_ops(registry);
  ops::register_take_ops(registry);
  ops::register_table_row_ops(registry);
  ops::register_scatter_ops(registry);
  ops::register_segment_ops(registry);
  ops::register_iota_op(registry);
  ops::register_sparse_pattern_ops(registry);
  ops::register_sparse_product_ops(registry);
  ops::register_sorting_ops(registry);
  ops::register_scan_op(registry);
  ops::register_switch_op(registry);
  ops::register_custom_gradient_op(registry);
  ops::register_custom_op(registry);
  ops::register_print_op(registry);
  ops::register_transfer_ops(registry);
}

}  // namespace kerascpp
