#include "metrics/mean.hpp"

#include <kerascpp/graph/node.hpp>
#include <kerascpp/ops/elementwise.hpp>
#include <kerascpp/ops/reductions.hpp>
#include <kerascpp/ops/shape.hpp>

namespace kerascpp::metrics {

std::vector<Tensor> MeanMetric::initial_state(const Shape&, const Shape&) const { return {zeros({}), zeros({})}; }

std::vector<Symbol> MeanMetric::update(const std::vector<Symbol>& state, const Symbol& y_true, const Symbol& y_pred,
                                       const Symbol& sample_weight) const {
  const Symbol values = make_symbol("cast", {this->values(y_true, y_pred)}, {{"dtype", DType::Float32}});
  Symbol weight = make_symbol("broadcast_like", {constant(ones({})), values});
  Symbol weighted = values;
  if (sample_weight.defined()) {
    Symbol aligned = make_symbol("cast", {sample_weight}, {{"dtype", DType::Float32}});
    while (aligned.ndim() > values.ndim() && aligned.shape().back() == 1) aligned = ops::squeeze(aligned, {-1});
    while (aligned.ndim() < values.ndim()) aligned = ops::expand_dims(aligned, {-1});
    weight = weight * aligned;
    weighted = values * aligned;
  }
  return {state[0] + ops::sum(weighted), state[1] + ops::sum(weight)};
}

Symbol MeanMetric::result(const std::vector<Symbol>& state) const {
  // 0 before the first sample, as Keras gives
  return ops::where(ops::equal(state[1], 0.0), 0.0, state[0] / ops::where(ops::equal(state[1], 0.0), 1.0, state[1]));
}

}  // namespace kerascpp::metrics
