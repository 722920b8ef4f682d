#include "metrics/families.hpp"

namespace kerascpp::metrics {

void register_metrics(ObjectRegistry& registry) { register_accuracies(registry); }

}  // namespace kerascpp::metrics
