#include "backend/builtin.hpp"

#include "backends/cpu/families.hpp"
#include "backends/cpu/parallel.hpp"
#if defined(KERASCPP_HAVE_CUDA)
#include "backends/cuda/families.hpp"
#endif
#include "backends/reference/families.hpp"
#include "compiler/control_flow_kernels.hpp"

namespace kerascpp::runtime {

void register_builtin_backends(KernelRegistry& registry) {
  reference::register_backend(registry);
  cpu::register_backend(registry);
  const compiler::RunParts one_by_one = [](std::int64_t parts, void (*body)(void*, std::int64_t), void* context) {
    for (std::int64_t part = 0; part < parts; ++part) body(context, part);
  };
  compiler::register_scan_kernel(registry, "reference", one_by_one);
  compiler::register_scan_kernel(registry, "cpu", cpu::detail::run_chunks);
  compiler::register_table_row_kernels(registry, "reference", one_by_one);
  compiler::register_table_row_kernels(registry, "cpu", cpu::detail::run_chunks);
  for (const char* backend : {"reference", "cpu"}) compiler::register_inner_graph_kernels(registry, backend);
#if defined(KERASCPP_HAVE_CUDA)
  cuda::register_backend(registry);
#endif
}

}  // namespace kerascpp::runtime
