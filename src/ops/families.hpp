#pragma once

#include <kerascpp/graph/op.hpp>

/// One function per family of operations; each adds its OpDefs. The one list of them is in families.cpp.
namespace kerascpp::ops {

void register_leaf_ops(OpRegistry& registry);
void register_fused_ops(OpRegistry& registry);
/// The rows of the elementwise tables.
void register_elementwise_ops(OpRegistry& registry);
void register_special_elementwise_ops(OpRegistry& registry);
void register_like_ops(OpRegistry& registry);
void register_transfer_ops(OpRegistry& registry);
void register_reduction_ops(OpRegistry& registry);
void register_matmul_ops(OpRegistry& registry);
void register_diagonal_ops(OpRegistry& registry);
void register_factorization_ops(OpRegistry& registry);
void register_inverse_ops(OpRegistry& registry);
void register_spectrum_ops(OpRegistry& registry);
void register_fourier_ops(OpRegistry& registry);
void register_convolution_ops(OpRegistry& registry);
void register_pooling_ops(OpRegistry& registry);
void register_softmax_ops(OpRegistry& registry);
void register_attention_ops(OpRegistry& registry);
void register_ctc_op(OpRegistry& registry);
void register_ctc_beam_search_op(OpRegistry& registry);
void register_batch_normalization_ops(OpRegistry& registry);
void register_random_ops(OpRegistry& registry);
void register_view_ops(OpRegistry& registry);
void register_transpose_ops(OpRegistry& registry);
void register_tile_ops(OpRegistry& registry);
void register_roll_ops(OpRegistry& registry);
void register_pad_ops(OpRegistry& registry);
void register_joining_ops(OpRegistry& registry);
void register_slice_ops(OpRegistry& registry);
void register_take_ops(OpRegistry& registry);
void register_table_row_ops(OpRegistry& registry);
void register_scatter_ops(OpRegistry& registry);
void register_segment_ops(OpRegistry& registry);
void register_iota_op(OpRegistry& registry);
void register_sparse_pattern_ops(OpRegistry& registry);
void register_sparse_product_ops(OpRegistry& registry);
void register_sorting_ops(OpRegistry& registry);
void register_scan_op(OpRegistry& registry);
void register_switch_op(OpRegistry& registry);
void register_custom_gradient_op(OpRegistry& registry);
void register_custom_op(OpRegistry& registry);
void register_print_op(OpRegistry& registry);

}  // namespace kerascpp::ops
