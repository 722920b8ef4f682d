#pragma once

#include <kerascpp/saving/object.hpp>

namespace kerascpp::optimizers {

void register_sgd(ObjectRegistry& registry);
void register_rmsprop(ObjectRegistry& registry);
void register_adam_family(ObjectRegistry& registry);
void register_adagrad_family(ObjectRegistry& registry);
void register_adafactor(ObjectRegistry& registry);
void register_muon(ObjectRegistry& registry);
void register_loss_scale(ObjectRegistry& registry);
void register_multi_optimizer(ObjectRegistry& registry);
namespace schedules {
void register_schedules(ObjectRegistry& registry);
}

/// All optimizers and schedules, from one list.
void register_optimizers(ObjectRegistry& registry);

}  // namespace kerascpp::optimizers
