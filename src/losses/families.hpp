#pragma once

#include <kerascpp/saving/object.hpp>

namespace kerascpp::losses {

void register_regression_losses(ObjectRegistry& registry);
void register_hinge_losses(ObjectRegistry& registry);
void register_crossentropies(ObjectRegistry& registry);
void register_focal_losses(ObjectRegistry& registry);
void register_overlap_losses(ObjectRegistry& registry);
void register_label_losses(ObjectRegistry& registry);

/// All losses, from one list.
void register_losses(ObjectRegistry& registry);

}  // namespace kerascpp::losses
