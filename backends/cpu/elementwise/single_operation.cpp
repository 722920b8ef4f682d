#include "compiler/single_operation.hpp"

#include "backends/cpu/families.hpp"
#include "backends/cpu/fused/fused_kernel.hpp"

namespace kerascpp::cpu {

void register_single_operation_kernels(runtime::KernelRegistry& registry) {
  compiler::register_single_operations(
      registry, {"cpu", "fused", can_fuse, [](const runtime::KernelQuery& query) { return prepare_fused(query); }});
}

}  // namespace kerascpp::cpu
