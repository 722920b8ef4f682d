// Counts of right and wrong binary decisions, and precision and recall made from them.
#include <kerascpp/core/settings.hpp>
#include <kerascpp/ops/elementwise.hpp>
#include <kerascpp/ops/numeric.hpp>
#include <kerascpp/ops/shape.hpp>

#include "metrics/common.hpp"
#include "metrics/confusion.hpp"
#include "metrics/families.hpp"

namespace kerascpp::metrics {

Config to_config(const Thresholds& thresholds) {
  if (thresholds.empty()) return {};
  return thresholds.is_list() ? kerascpp::to_config(thresholds.values()) : Config(thresholds.values().front());
}

void from_config(const Config& config, Thresholds& thresholds) {
  if (config.is_null()) {
    thresholds = {};
  } else if (config.is_number()) {
    thresholds = config.as_double();
  } else {
    std::vector<double> values;
    kerascpp::from_config(config, values);
    thresholds = Thresholds(std::move(values));
  }
}

namespace {

std::vector<double> thresholds_or(const Thresholds& thresholds, double usual) {
  return thresholds.empty() ? std::vector<double>{usual} : thresholds.values();
}

/// A vector for several thresholds, a scalar for one.
Symbol for_thresholds(const Symbol& values) { return values.dim(0) == 1 ? ops::squeeze(values, 0) : values; }

/// One of the four counts.
template <class TraitsOf>
class Count final : public MetricWith<TraitsOf> {
 public:
  explicit Count(const ConfusionOptions& options)
      : MetricWith<TraitsOf>(options), thresholds_(thresholds_or(options.thresholds, 0.5)) {
    check_thresholds(TraitsOf::kClassName, thresholds_);
  }
  [[nodiscard]] std::vector<Tensor> initial_state(const Shape&, const Shape&) const override {
    return {zeros({static_cast<std::int64_t>(thresholds_.size())})};
  }
  [[nodiscard]] std::vector<Symbol> update(const std::vector<Symbol>& state, const Symbol& y_true, const Symbol& y_pred,
                                           const Symbol& sample_weight) const override {
    const ConfusionCounts counts = confusion_counts(
        {.metric = TraitsOf::kClassName, .thresholds = thresholds_, .evenly_spaced = are_evenly_spaced(thresholds_)},
        y_true, y_pred, sample_weight);
    return {state[0] + counts.*TraitsOf::kCount};
  }
  [[nodiscard]] Symbol result(const std::vector<Symbol>& state) const override { return for_thresholds(state[0]); }

 private:
  std::vector<double> thresholds_;
};

struct CountTraits {
  using Options = ConfusionOptions;
};
struct TruePositivesTraits : CountTraits {
  static constexpr const char *kClassName = "TruePositives", *kName = "true_positives";
  static constexpr Symbol ConfusionCounts::*kCount = &ConfusionCounts::true_positives;
};
struct TrueNegativesTraits : CountTraits {
  static constexpr const char *kClassName = "TrueNegatives", *kName = "true_negatives";
  static constexpr Symbol ConfusionCounts::*kCount = &ConfusionCounts::true_negatives;
};
struct FalsePositivesTraits : CountTraits {
  static constexpr const char *kClassName = "FalsePositives", *kName = "false_positives";
  static constexpr Symbol ConfusionCounts::*kCount = &ConfusionCounts::false_positives;
};
struct FalseNegativesTraits : CountTraits {
  static constexpr const char *kClassName = "FalseNegatives", *kName = "false_negatives";
  static constexpr Symbol ConfusionCounts::*kCount = &ConfusionCounts::false_negatives;
};

/// TP / (TP + the other count): precision and recall.
template <class TraitsOf>
class Share final : public MetricWith<TraitsOf> {
 public:
  explicit Share(const PrecisionOptions& options)
      : MetricWith<TraitsOf>(options), thresholds_(thresholds_or(options.thresholds, options.top_k ? -1e10 : 0.5)) {
    check_thresholds(TraitsOf::kClassName, options.thresholds.values());
    KCPP_CHECK(options.top_k.value_or(1) > 0 && options.class_id.value_or(0) >= 0, ValueError, "[",
               TraitsOf::kClassName, "] top_k must be at least 1 and class_id at least 0, received ",
               options.top_k.value_or(1), " and ", options.class_id.value_or(0));
  }
  [[nodiscard]] std::vector<Tensor> initial_state(const Shape&, const Shape&) const override {
    const Tensor each = zeros({static_cast<std::int64_t>(thresholds_.size())});
    return {each, each};
  }
  [[nodiscard]] std::vector<Symbol> update(const std::vector<Symbol>& state, const Symbol& y_true, const Symbol& y_pred,
                                           const Symbol& sample_weight) const override {
    const ConfusionCounts counts = confusion_counts({.metric = TraitsOf::kClassName,
                                                     .thresholds = thresholds_,
                                                     .evenly_spaced = are_evenly_spaced(thresholds_),
                                                     .top_k = this->options_.top_k,
                                                     .class_id = this->options_.class_id},
                                                    y_true, y_pred, sample_weight);
    return {state[0] + counts.true_positives, state[1] + counts.*TraitsOf::kCount};
  }
  [[nodiscard]] Symbol result(const std::vector<Symbol>& state) const override {
    return for_thresholds(ops::divide_no_nan(state[0], state[0] + state[1]));
  }

 private:
  std::vector<double> thresholds_;
};

struct PrecisionTraits {
  using Options = PrecisionOptions;
  static constexpr int kDirection = 1;
  static constexpr const char *kClassName = "Precision", *kName = "precision";
  static constexpr Symbol ConfusionCounts::*kCount = &ConfusionCounts::false_positives;
};
struct RecallTraits {
  using Options = RecallOptions;
  static constexpr int kDirection = 1;
  static constexpr const char *kClassName = "Recall", *kName = "recall";
  static constexpr Symbol ConfusionCounts::*kCount = &ConfusionCounts::false_negatives;
};

}  // namespace

Metric TruePositives(const ConfusionOptions& options) { return make_metric<Count<TruePositivesTraits>>(options); }
Metric TrueNegatives(const ConfusionOptions& options) { return make_metric<Count<TrueNegativesTraits>>(options); }
Metric FalsePositives(const ConfusionOptions& options) { return make_metric<Count<FalsePositivesTraits>>(options); }
Metric FalseNegatives(const ConfusionOptions& options) { return make_metric<Count<FalseNegativesTraits>>(options); }
Metric Precision(const PrecisionOptions& options) { return make_metric<Share<PrecisionTraits>>(options); }
Metric Recall(const RecallOptions& options) { return make_metric<Share<RecallTraits>>(options); }

void register_counts(ObjectRegistry& registry) {
  register_metric<Count<TruePositivesTraits>>(registry, "TruePositives", {"true_positives"});
  register_metric<Count<TrueNegativesTraits>>(registry, "TrueNegatives", {"true_negatives"});
  register_metric<Count<FalsePositivesTraits>>(registry, "FalsePositives", {"false_positives"});
  register_metric<Count<FalseNegativesTraits>>(registry, "FalseNegatives", {"false_negatives"});
  register_metric<Share<PrecisionTraits>>(registry, "Precision", {"precision"});
  register_metric<Share<RecallTraits>>(registry, "Recall", {"recall"});
}

}  // namespace kerascpp::metrics
