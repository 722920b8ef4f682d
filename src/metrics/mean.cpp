#include "metrics/mean.hpp"

#include <kerascpp/layers/layer.hpp>
#include <kerascpp/ops/elementwise.hpp>
#include <kerascpp/ops/like.hpp>
#include <kerascpp/ops/numeric.hpp>
#include <kerascpp/ops/reductions.hpp>

#include "losses/shapes.hpp"

namespace kerascpp::metrics {
namespace {

Axes axes_from(int first, int ndim) {
  std::vector<std::int64_t> axes;
  for (int axis = first; axis < ndim; ++axis) axes.push_back(axis);
  return axes;
}

/// `weight` (undefined: 1) times the mask, as numbers.
Symbol times_mask(const Symbol& weight, const Symbol& mask, DType dtype) {
  if (!mask.defined()) return weight;
  const Symbol ones = ops::cast(mask, dtype);
  if (!weight.defined()) return ones;
  const auto [m, w] = losses::same_rank(ones, ops::cast(weight, dtype));
  return losses::aligned_weight(w, m) * m;
}

}  // namespace

DType dtype_of(const MetricBase& metric) { return dtype_from_name(metric.dtype()); }

Samplewise samplewise(const Symbol& given, const Symbol& sample_weight, DType dtype,
                      Symbol (*reduce)(const Operand&, const Axes&, bool)) {
  Symbol values = ops::cast(given, dtype), weight;
  if (sample_weight.defined()) {
    std::tie(values, weight) = losses::same_rank(values, ops::cast(sample_weight, dtype));
    if (values.ndim() > weight.ndim()) values = reduce(values, axes_from(weight.ndim(), values.ndim()), false);
    weight = ops::broadcast_like(losses::aligned_weight(weight, values), values);
    values = values * weight;
    if (weight.ndim() > 1) weight = reduce(weight, axes_from(1, weight.ndim()), false);
  }
  if (values.ndim() > 1) values = reduce(values, axes_from(1, values.ndim()), false);
  return {values, weight};
}

std::vector<Symbol> add_to_mean(const std::vector<Symbol>& state, const Symbol& values, const Symbol& sample_weight,
                                DType dtype) {
  const Samplewise batch = samplewise(values, sample_weight, dtype, &ops::mean);
  const Symbol count = batch.weight.defined() ? ops::sum(batch.weight) : ops::cast(ops::axis_size(batch.values), dtype);
  return {state[0] + ops::sum(batch.values), state[1] + count};
}

Symbol mean_of(const std::vector<Symbol>& state) { return ops::divide_no_nan(state[0], state[1]); }

Symbol MeanMetric::value_mask(const Symbol&, const Symbol&, const Symbol&) const { return {}; }

std::vector<Tensor> MeanMetric::initial_state(const Shape&, const Shape&) const {
  return {zeros({}, dtype_of(*this)), zeros({}, dtype_of(*this))};
}

std::vector<Symbol> MeanMetric::update(const std::vector<Symbol>& state, const Symbol& y_true, const Symbol& y_pred,
                                       const Symbol& sample_weight) const {
  const DType dtype = dtype_of(*this);
  const Symbol values = this->values(y_true, y_pred);
  Symbol weight = times_mask(sample_weight, mask_of(y_pred), dtype);
  if (weight.defined()) weight = times_mask(weight, value_mask(y_true, y_pred, values), dtype);
  return add_to_mean(state, values, weight, dtype);
}

Symbol MeanMetric::result(const std::vector<Symbol>& state) const { return mean_of(state); }

}  // namespace kerascpp::metrics
