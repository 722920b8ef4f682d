#include "backends/cuda/families.hpp"

#include "backends/cuda/kernels/epilogue.hpp"
#include "backends/cuda/kernels/fused.hpp"
#include "backends/cuda/libraries/nvrtc.hpp"
#include "backends/cuda/runtime/device.hpp"
#include "compiler/control_flow_kernels.hpp"

namespace kerascpp::cuda {
namespace {

std::string why_unavailable() {
  std::string why_not;
  if (Gpu::count(why_not) == 0) return why_not;
  return nvrtc().unavailable();
}

}  // namespace

void register_backend(runtime::KernelRegistry& registry) {
  runtime::BackendDef backend{"cuda", "NVIDIA GPUs: kernels generated at run time, cuBLASLt, cuDNN", {}, {}};
  backend.unavailable = why_unavailable();
  backend.can_fuse = can_fuse;
  backend.takes_epilogue = takes_epilogue;
  backend.accelerator = [](int index) { return std::static_pointer_cast<runtime::Accelerator>(Gpu::get(index)); };
  registry.add_backend(std::move(backend));
  register_fused_kernels(registry);
  register_movement_kernels(registry);
  register_cublaslt_kernels(registry);
  register_matmul_kernels(registry);
  register_cudnn_kernels(registry);
  register_cudnn_attention_kernels(registry);
  register_convolution_kernels(registry);
  register_pooling_kernels(registry);
  register_softmax_kernels(registry);
  register_normalization_kernels(registry);
  register_accumulation_kernels(registry);
  register_indexing_kernels(registry);
  register_random_kernels(registry);
  register_sorting_kernels(registry);
  register_printing_kernels(registry);
  register_element_kernels(registry);
  register_fourier_kernels(registry);
  register_linear_algebra_kernels(registry);
  register_sparse_kernels(registry);
  register_ctc_kernel(registry);
  register_custom_op_kernel(registry);
  compiler::register_scan_kernel(registry, "cuda",
                                 [](std::int64_t parts, void (*body)(void*, std::int64_t), void* context) {
                                   for (std::int64_t part = 0; part < parts; ++part) body(context, part);
                                 });
  compiler::register_inner_graph_kernels(registry, "cuda");
}

}  // namespace kerascpp::cuda
