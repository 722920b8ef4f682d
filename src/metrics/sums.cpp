// Metrics of values alone: Mean and Sum; and the one whose result is more than a mean: RootMeanSquaredError.
#include <kerascpp/ops/elementwise.hpp>
#include <kerascpp/ops/reductions.hpp>

#include "losses/shapes.hpp"
#include "metrics/common.hpp"
#include "metrics/families.hpp"

namespace kerascpp::metrics {
namespace {

void check_values_alone(const char* metric, const Symbol& y_pred) {
  KCPP_CHECK(!y_pred.defined(), ValueError, "[", metric,
             "] takes values alone, received targets and predictions; a metric of both is MeanMetricWrapper");
}

struct MeanTraits {
  using Options = MetricOptions;
  static constexpr const char *kClassName = "Mean", *kName = "mean";
};

class MeanOfValues final : public MetricWith<MeanTraits> {
 public:
  using MetricWith::MetricWith;
  [[nodiscard]] std::vector<Tensor> initial_state(const Shape&, const Shape&) const override {
    return {zeros({}, dtype_of(*this)), zeros({}, dtype_of(*this))};
  }
  [[nodiscard]] std::vector<Symbol> update(const std::vector<Symbol>& state, const Symbol& values, const Symbol& y_pred,
                                           const Symbol& sample_weight) const override {
    check_values_alone("Mean", y_pred);
    return add_to_mean(state, values, sample_weight, dtype_of(*this));
  }
  [[nodiscard]] Symbol result(const std::vector<Symbol>& state) const override { return mean_of(state); }
};

struct SumTraits {
  using Options = MetricOptions;
  static constexpr const char *kClassName = "Sum", *kName = "sum";
};

class SumOfValues final : public MetricWith<SumTraits> {
 public:
  using MetricWith::MetricWith;
  [[nodiscard]] std::vector<Tensor> initial_state(const Shape&, const Shape&) const override {
    return {zeros({}, dtype_of(*this))};
  }
  [[nodiscard]] std::vector<Symbol> update(const std::vector<Symbol>& state, const Symbol& values, const Symbol& y_pred,
                                           const Symbol& sample_weight) const override {
    check_values_alone("Sum", y_pred);
    return {state[0] + ops::sum(samplewise(values, sample_weight, dtype_of(*this), &ops::sum).values)};
  }
  [[nodiscard]] Symbol result(const std::vector<Symbol>& state) const override { return state[0]; }
};

struct RootMeanSquaredErrorTraits {
  using Options = MetricOptions;
  static constexpr int kDirection = -1;
  static constexpr const char *kClassName = "RootMeanSquaredError", *kName = "root_mean_squared_error";
};

class RootMeanSquaredErrorMetric final : public MetricWith<RootMeanSquaredErrorTraits> {
 public:
  using MetricWith::MetricWith;
  [[nodiscard]] std::vector<Tensor> initial_state(const Shape&, const Shape&) const override {
    return {zeros({}, dtype_of(*this)), zeros({}, dtype_of(*this))};
  }
  [[nodiscard]] std::vector<Symbol> update(const std::vector<Symbol>& state, const Symbol& y_true, const Symbol& y_pred,
                                           const Symbol& sample_weight) const override {
    const DType dtype = dtype_of(*this);
    const auto [t, p] = losses::matched("RootMeanSquaredError", ops::cast(y_true, dtype), ops::cast(y_pred, dtype));
    return add_to_mean(state, ops::square(p - t), sample_weight, dtype);
  }
  [[nodiscard]] Symbol result(const std::vector<Symbol>& state) const override { return ops::sqrt(mean_of(state)); }
};

}  // namespace

Metric Mean(const MetricOptions& options) { return make_metric<MeanOfValues>(options); }
Metric Sum(const MetricOptions& options) { return make_metric<SumOfValues>(options); }
Metric RootMeanSquaredError(const MetricOptions& options) { return make_metric<RootMeanSquaredErrorMetric>(options); }

void register_sums(ObjectRegistry& registry) {
  register_metric<MeanOfValues>(registry, "Mean", {"mean"});
  register_metric<SumOfValues>(registry, "Sum", {"sum"});
  register_metric<RootMeanSquaredErrorMetric>(registry, "RootMeanSquaredError", {"root_mean_squared_error"});
}

}  // namespace kerascpp::metrics
