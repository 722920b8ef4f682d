#pragma once

#include <optional>
#include <vector>

#include <kerascpp/graph/symbol.hpp>

namespace kerascpp::metrics {

/// What is counted, and where a prediction counts as positive: above a threshold.
struct ConfusionQuery {
  const char* metric = "";
  std::vector<double> thresholds;
  bool evenly_spaced = false;  ///< thresholds are i / (T - 1), but for an epsilon at both ends: counts go by buckets
  std::optional<std::int64_t> top_k = {};
  std::optional<std::int64_t> class_id = {};
  bool multi_label = false;                ///< counts for each label rather than for all together
  std::vector<double> label_weights = {};  ///< of all together
};

/// Weighted counts of a batch, (T,) or with multi_label (T, L).
struct ConfusionCounts {
  Symbol true_positives, false_positives, true_negatives, false_negatives;
};

/// y_true, y_pred (B, ...); sample_weight (B,) or of their shape, or undefined; counts have the dtype floatx.
/// Source: update_confusion_matrix_variables of keras.src.metrics.metrics_utils.
[[nodiscard]] ConfusionCounts confusion_counts(const ConfusionQuery& query, const Symbol& y_true, const Symbol& y_pred,
                                               const Symbol& sample_weight);

/// Whether `thresholds` are 0, 1 / (T - 1), ..., 1.
[[nodiscard]] bool are_evenly_spaced(const std::vector<double>& thresholds);
/// Throws ValueError naming `metric` for one outside of [0, 1].
void check_thresholds(const char* metric, const std::vector<double>& thresholds);
/// `count` thresholds 0, 1 / (count - 1), ..., 1; 0.5 alone for one. Throws ValueError for less.
[[nodiscard]] std::vector<double> spaced_thresholds(const char* metric, std::int64_t count);

}  // namespace kerascpp::metrics
