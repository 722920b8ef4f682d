#include "backends/reference/families.hpp"

namespace kerascpp::reference {

void register_backend(runtime::KernelRegistry& registry) {
  registry.add_backend({"reference", "xtensor and xtensor-blas: plain loops, the oracle of the tests", {}, {}});
}

}  // namespace kerascpp::reference
