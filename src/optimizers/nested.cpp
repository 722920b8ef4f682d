#include "optimizers/nested.hpp"

#include <kerascpp/core/error.hpp>

namespace kerascpp::optimizers {

Optimizer optimizer_from(const Config& config) {
  auto object = std::dynamic_pointer_cast<OptimizerBase>(deserialize_object("optimizer", config));
  KCPP_CHECK(object != nullptr, FormatError, "expected an optimizer, received ", config);
  return object;
}

}  // namespace kerascpp::optimizers
