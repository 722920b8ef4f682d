#include "losses/families.hpp"

namespace kerascpp::losses {

void register_losses(ObjectRegistry& registry) {
  register_regression_losses(registry);
  register_hinge_losses(registry);
  register_crossentropies(registry);
  register_focal_losses(registry);
  register_overlap_losses(registry);
  register_label_losses(registry);
}

}  // namespace kerascpp::losses
