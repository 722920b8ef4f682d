#pragma once

#include <kerascpp/saving/object.hpp>

namespace kerascpp::optimizers {

void register_sgd(ObjectRegistry& registry);
void register_rmsprop(ObjectRegistry& registry);
void register_adam(ObjectRegistry& registry);

/// All optimizers and schedules, from one list.
void register_optimizers(ObjectRegistry& registry);

}  // namespace kerascpp::optimizers
