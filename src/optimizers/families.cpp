#include "optimizers/families.hpp"

namespace kerascpp::optimizers {

void register_optimizers(ObjectRegistry& registry) {
  register_sgd(registry);
  register_rmsprop(registry);
  register_adam_family(registry);
  register_adagrad_family(registry);
  register_adafactor(registry);
  register_muon(registry);
  register_loss_scale(registry);
  register_multi_optimizer(registry);
  schedules::register_schedules(registry);
}

}  // namespace kerascpp::optimizers
