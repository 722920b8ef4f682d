#include "backend/builtin.hpp"

#include "backends/cpu/families.hpp"
#include "backends/reference/families.hpp"

namespace kerascpp::runtime {

void register_builtin_backends(KernelRegistry& registry) {
  reference::register_backend(registry);
  cpu::register_backend(registry);
}

}  // namespace kerascpp::runtime
