#include "metrics/families.hpp"

namespace kerascpp::metrics {

void register_metrics(ObjectRegistry& registry) {
  register_accuracies(registry);
  register_regression_metrics(registry);
}

}  // namespace kerascpp::metrics
