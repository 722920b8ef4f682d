#include "metrics/families.hpp"

namespace kerascpp::metrics {

void register_metrics(ObjectRegistry& registry) {
  register_sums(registry);
  register_wrapper(registry);
  register_accuracies(registry);
  register_means_of_losses(registry);
  register_correlations(registry);
  register_r2_score(registry);
  register_counts(registry);
  register_rates_at_rates(registry);
  register_auc(registry);
  register_f_scores(registry);
  register_ious(registry);
}

}  // namespace kerascpp::metrics
