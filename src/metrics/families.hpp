#pragma once

#include <kerascpp/saving/object.hpp>

namespace kerascpp::metrics {

void register_accuracies(ObjectRegistry& registry);
void register_regression_metrics(ObjectRegistry& registry);

/// All metrics, from one list.
void register_metrics(ObjectRegistry& registry);

}  // namespace kerascpp::metrics
