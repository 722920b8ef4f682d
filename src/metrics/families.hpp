#pragma once

#include <kerascpp/saving/object.hpp>

namespace kerascpp::metrics {

void register_sums(ObjectRegistry& registry);
void register_wrapper(ObjectRegistry& registry);
void register_accuracies(ObjectRegistry& registry);
void register_means_of_losses(ObjectRegistry& registry);
void register_correlations(ObjectRegistry& registry);
void register_r2_score(ObjectRegistry& registry);
void register_counts(ObjectRegistry& registry);
void register_rates_at_rates(ObjectRegistry& registry);
void register_auc(ObjectRegistry& registry);
void register_f_scores(ObjectRegistry& registry);
void register_ious(ObjectRegistry& registry);

/// All metrics, from one list.
void register_metrics(ObjectRegistry& registry);

}  // namespace kerascpp::metrics
