#include "backends/cpu/families.hpp"

namespace kerascpp::cpu {

void register_backend(runtime::KernelRegistry& registry) {
  registry.add_backend({"cpu", "oneDNN, kernels generated at run time, OpenMP", {"reference"}, {}});
}

}  // namespace kerascpp::cpu
