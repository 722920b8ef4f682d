#include "backends/cpu/families.hpp"

#include "backends/cpu/fused/fused_kernel.hpp"
#include "backends/cpu/image/families.hpp"
#include "backends/cpu/matmul/families.hpp"
#include "backends/cpu/onednn/epilogue.hpp"
#include "backends/cpu/onednn/families.hpp"
#include "backends/cpu/sparse/families.hpp"
#include "backends/cpu/winograd/families.hpp"

namespace kerascpp::cpu {

namespace {

bool takes_epilogue(const OpDef& op, const TensorSpec& output, std::string_view step) {
  if (op.name == "batch_normalization_training") return step == "relu";
  return onednn::takes_epilogue(op, output, step);
}

}  // namespace

void register_backend(runtime::KernelRegistry& registry) {
  runtime::BackendDef backend{"cpu", "oneDNN, kernels generated at run time, OpenMP", {"reference"}, {}};
  backend.can_fuse = can_fuse;
  backend.takes_epilogue = takes_epilogue;
  registry.add_backend(std::move(backend));
  register_panel_reorder_kernels(registry);
  onednn::register_reorder_kernels(registry);
  register_thin_matmul_kernels(registry);
  register_panel_matmul_kernels(registry);
  onednn::register_matmul_kernels(registry);
  register_int8_matmul_kernels(registry);
  register_winograd_kernels(registry);
  register_image_convolution_kernels(registry);
  onednn::register_convolution_kernels(registry);
  register_pooling_kernels(registry);
  register_random_kernels(registry);
  register_fused_kernels(registry);
  register_single_operation_kernels(registry);
  register_batch_normalization_kernels(registry);
  register_softmax_kernels(registry);
  register_attention_kernels(registry);
  register_index_of_extremum_kernels(registry);
  register_accumulation_kernels(registry);
  register_arrangement_kernels(registry);
  register_joining_kernels(registry);
  register_take_kernels(registry);
  register_scatter_kernels(registry);
  register_sparse_pattern_kernels(registry);
  register_sparse_product_kernels(registry);
  register_fourier_kernels(registry);
}

}  // namespace kerascpp::cpu
