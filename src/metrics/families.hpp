#pragma once

#include <kerascpp/saving/object.hpp>

namespace kerascpp::metrics {

void register_accuracies(ObjectRegistry& registry);

/// All metrics, from one list.
void register_metrics(ObjectRegistry& registry);

}  // namespace kerascpp::metrics
