#pragma once

#include <string>
#include <vector>

#include <kerascpp/metrics.hpp>

namespace kerascpp::metrics {

/// The weighted mean, over all samples so far, of a function of target and prediction.
class MeanMetric : public MetricBase {
 public:
  using MetricBase::MetricBase;

  /// One value per sample (and inner position).
  [[nodiscard]] virtual Symbol values(const Symbol& y_true, const Symbol& y_pred) const = 0;

  [[nodiscard]] std::vector<Tensor> initial_state(const Shape& y_true, const Shape& y_pred) const override;
  [[nodiscard]] std::vector<Symbol> update(const std::vector<Symbol>& state, const Symbol& y_true, const Symbol& y_pred,
                                           const Symbol& sample_weight) const override;
  [[nodiscard]] Symbol result(const std::vector<Symbol>& state) const override;
};

/// The mean of a user's function.
class FunctionMetric final : public MeanMetric {
 public:
  explicit FunctionMetric(Callable<Symbol(Symbol, Symbol)> function)
      : MeanMetric("metric"), function_(std::move(function)) {}
  [[nodiscard]] std::string class_name() const override { return "MeanMetricWrapper"; }
  [[nodiscard]] Symbol values(const Symbol& y_true, const Symbol& y_pred) const override {
    return function_(y_true, y_pred);
  }

 private:
  Callable<Symbol(Symbol, Symbol)> function_;
};

}  // namespace kerascpp::metrics
