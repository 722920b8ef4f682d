#pragma once

#include <string>
#include <vector>

#include <kerascpp/metrics.hpp>

namespace kerascpp::metrics {

/// The weighted mean, over all samples so far, of a function of target and prediction. A mask on the prediction counts
/// as a weight of 0 or 1. Source: keras.metrics.MeanMetricWrapper.
class MeanMetric : public MetricBase {
 public:
  using MetricBase::MetricBase;

  /// One value per sample (and inner position).
  [[nodiscard]] virtual Symbol values(const Symbol& y_true, const Symbol& y_pred) const = 0;
  /// Which of them count where there are weights, as in Keras; undefined: all.
  [[nodiscard]] virtual Symbol value_mask(const Symbol& y_true, const Symbol& y_pred, const Symbol& values) const;

  [[nodiscard]] std::vector<Tensor> initial_state(const Shape& y_true, const Shape& y_pred) const override;
  [[nodiscard]] std::vector<Symbol> update(const std::vector<Symbol>& state, const Symbol& y_true, const Symbol& y_pred,
                                           const Symbol& sample_weight) const override;
  [[nodiscard]] Symbol result(const std::vector<Symbol>& state) const override;
};

/// Values with one number per sample, weighted, and the samples' weights, undefined where there are none.
struct Samplewise {
  Symbol values;
  Symbol weight;
};
/// Inner axes are reduced by `reduce` (ops::mean or ops::sum) before and after weighting, as
/// reduce_to_samplewise_values of keras.src.metrics.reduction_metrics does it.
[[nodiscard]] Samplewise samplewise(const Symbol& values, const Symbol& sample_weight, DType dtype,
                                    Symbol (*reduce)(const Operand&, const Axes&, bool));

/// {total, count} with the values of a batch added.
[[nodiscard]] std::vector<Symbol> add_to_mean(const std::vector<Symbol>& state, const Symbol& values,
                                              const Symbol& sample_weight, DType dtype);
/// total / count, 0 where nothing was counted.
[[nodiscard]] Symbol mean_of(const std::vector<Symbol>& state);

/// The dtype that a metric computes in.
[[nodiscard]] DType dtype_of(const MetricBase& metric);

}  // namespace kerascpp::metrics
