#include "backend/builtin.hpp"

#include "backends/cpu/families.hpp"
#include "backends/reference/families.hpp"
#include "compiler/control_flow_kernels.hpp"

namespace kerascpp::runtime {

void register_builtin_backends(KernelRegistry& registry) {
  reference::register_backend(registry);
  cpu::register_backend(registry);
  for (const char* backend : {"reference", "cpu"}) {
    compiler::register_scan_kernel(registry, backend);
    compiler::register_switch_kernel(registry, backend);
  }
}

}  // namespace kerascpp::runtime
