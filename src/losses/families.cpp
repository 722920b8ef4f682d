#include "losses/families.hpp"

namespace kerascpp::losses {

void register_losses(ObjectRegistry& registry) {
  register_regression_losses(registry);
  register_crossentropies(registry);
}

}  // namespace kerascpp::losses
