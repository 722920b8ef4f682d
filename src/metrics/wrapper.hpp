#pragma once

#include "metrics/mean.hpp"

namespace kerascpp::metrics {

/// The mean of a given function of targets and predictions.
class WrapperMetric final : public MeanMetric {
 public:
  using Function = Callable<Symbol(Symbol, Symbol)>;
  /// function_config: how the function is found again when the metric is loaded; null for a user's.
  WrapperMetric(Function function, Config function_config, const MetricOptions& options, int direction = 0);
  [[nodiscard]] int direction() const override { return direction_; }
  [[nodiscard]] std::string class_name() const override { return "MeanMetricWrapper"; }
  [[nodiscard]] Symbol values(const Symbol& y_true, const Symbol& y_pred) const override {
    return function_(y_true, y_pred);
  }
  /// Throws ValueError for a user's function.
  [[nodiscard]] Config get_config() const override;

 private:
  Function function_;
  Config function_config_;
  int direction_;
};

}  // namespace kerascpp::metrics
