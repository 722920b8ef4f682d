// The best of one rate at a threshold where another one is high enough.
#include <kerascpp/ops/elementwise.hpp>
#include <kerascpp/ops/numeric.hpp>
#include <kerascpp/ops/reductions.hpp>

#include "metrics/common.hpp"
#include "metrics/confusion.hpp"
#include "metrics/families.hpp"

namespace kerascpp::metrics {
namespace {

using Rate = Symbol (*)(const ConfusionCounts& counts);

Symbol sensitivity(const ConfusionCounts& c) {
  return ops::divide_no_nan(c.true_positives, c.true_positives + c.false_negatives);
}
Symbol specificity(const ConfusionCounts& c) {
  return ops::divide_no_nan(c.true_negatives, c.true_negatives + c.false_positives);
}
Symbol precision(const ConfusionCounts& c) {
  return ops::divide_no_nan(c.true_positives, c.true_positives + c.false_positives);
}

/// kRequired is the name of the rate that must be at least so high, kWanted the rate whose best value is the result.
struct SensitivityAtSpecificityTraits {
  static constexpr const char *kClassName = "SensitivityAtSpecificity", *kName = "sensitivity_at_specificity",
                              *kRequired = "specificity";
  static constexpr Rate kRequiredRate = specificity, kWanted = sensitivity;
};
struct SpecificityAtSensitivityTraits {
  static constexpr const char *kClassName = "SpecificityAtSensitivity", *kName = "specificity_at_sensitivity",
                              *kRequired = "sensitivity";
  static constexpr Rate kRequiredRate = sensitivity, kWanted = specificity;
};
struct PrecisionAtRecallTraits {
  static constexpr const char *kClassName = "PrecisionAtRecall", *kName = "precision_at_recall", *kRequired = "recall";
  static constexpr Rate kRequiredRate = sensitivity, kWanted = precision;
};
struct RecallAtPrecisionTraits {
  static constexpr const char *kClassName = "RecallAtPrecision", *kName = "recall_at_precision",
                              *kRequired = "precision";
  static constexpr Rate kRequiredRate = precision, kWanted = sensitivity;
};

// State: true positives, false positives, true negatives, false negatives, each (T,).
template <class Traits>
class RateAtRate final : public MetricBase {
 public:
  RateAtRate(double required, const AtThresholdOptions& options)
      : MetricBase(options.name.empty() ? Traits::kName : options.name, options.dtype),
        required_(required),
        options_(options),
        thresholds_(spaced_thresholds(Traits::kClassName, options.num_thresholds)) {
    KCPP_CHECK(required >= 0 && required <= 1, ValueError, "[", Traits::kClassName, "] ", Traits::kRequired,
               " must be in [0, 1], received ", required);
  }
  [[nodiscard]] std::string class_name() const override { return Traits::kClassName; }
  [[nodiscard]] int direction() const override { return 1; }
  [[nodiscard]] Config get_config() const override {
    Config config = MetricBase::get_config();
    config.set("class_id", kerascpp::to_config(options_.class_id));
    config.set("num_thresholds", kerascpp::to_config(options_.num_thresholds));
    config.set(Traits::kRequired, required_);
    return config;
  }
  [[nodiscard]] std::vector<Tensor> initial_state(const Shape&, const Shape&) const override {
    return std::vector<Tensor>(4, zeros({static_cast<std::int64_t>(thresholds_.size())}));
  }
  [[nodiscard]] std::vector<Symbol> update(const std::vector<Symbol>& state, const Symbol& y_true, const Symbol& y_pred,
                                           const Symbol& sample_weight) const override {
    const ConfusionCounts counts = confusion_counts({.metric = Traits::kClassName,
                                                     .thresholds = thresholds_,
                                                     .evenly_spaced = thresholds_.size() > 1,
                                                     .class_id = options_.class_id},
                                                    y_true, y_pred, sample_weight);
    return {state[0] + counts.true_positives, state[1] + counts.false_positives, state[2] + counts.true_negatives,
            state[3] + counts.false_negatives};
  }
  [[nodiscard]] Symbol result(const std::vector<Symbol>& state) const override {
    const ConfusionCounts counts{state[0], state[1], state[2], state[3]};
    const Symbol enough = Traits::kRequiredRate(counts) >= required_;
    return ops::max(ops::where(enough, Traits::kWanted(counts), 0), {}, false, 0.0);
  }

 private:
  double required_;
  AtThresholdOptions options_;
  std::vector<double> thresholds_;
};

template <class Traits>
void add(ObjectRegistry& registry) {
  registry.add({"metric",
                Traits::kClassName,
                "keras.metrics",
                "",
                {Traits::kName},
                [](const Config& config) -> std::shared_ptr<Object> {
                  ConfigReader reader(config, Traits::kClassName);
                  AtThresholdOptions options;
                  reader.fields(options);
                  const auto required = reader.required<double>(Traits::kRequired);
                  reader.finish();
                  return std::make_shared<RateAtRate<Traits>>(required, options);
                }});
}

}  // namespace

Metric SensitivityAtSpecificity(double specificity, const AtThresholdOptions& options) {
  return Metric(std::make_shared<RateAtRate<SensitivityAtSpecificityTraits>>(specificity, options));
}
Metric SpecificityAtSensitivity(double sensitivity, const AtThresholdOptions& options) {
  return Metric(std::make_shared<RateAtRate<SpecificityAtSensitivityTraits>>(sensitivity, options));
}
Metric PrecisionAtRecall(double recall, const AtThresholdOptions& options) {
  return Metric(std::make_shared<RateAtRate<PrecisionAtRecallTraits>>(recall, options));
}
Metric RecallAtPrecision(double precision, const AtThresholdOptions& options) {
  return Metric(std::make_shared<RateAtRate<RecallAtPrecisionTraits>>(precision, options));
}

void register_rates_at_rates(ObjectRegistry& registry) {
  add<SensitivityAtSpecificityTraits>(registry);
  add<SpecificityAtSensitivityTraits>(registry);
  add<PrecisionAtRecallTraits>(registry);
  add<RecallAtPrecisionTraits>(registry);
}

}  // namespace kerascpp::metrics
