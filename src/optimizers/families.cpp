#include "optimizers/families.hpp"

namespace kerascpp::optimizers {

void register_optimizers(ObjectRegistry& registry) {
  register_sgd(registry);
  register_rmsprop(registry);
  register_adam(registry);
}

}  // namespace kerascpp::optimizers
