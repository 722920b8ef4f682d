#include "metrics/confusion.hpp"

#include <cmath>

#include <kerascpp/core/settings.hpp>
#include <kerascpp/graph/node.hpp>
#include <kerascpp/ops/accumulations.hpp>
#include <kerascpp/ops/classes.hpp>
#include <kerascpp/ops/creation.hpp>
#include <kerascpp/ops/elementwise.hpp>
#include <kerascpp/ops/indexing.hpp>
#include <kerascpp/ops/like.hpp>
#include <kerascpp/ops/reductions.hpp>
#include <kerascpp/ops/shape.hpp>
#include <kerascpp/ops/sorting.hpp>

#include "losses/shapes.hpp"

namespace kerascpp::metrics {
namespace {

/// Targets, predictions and weights, all in one shape: (N,), or (B, L) with multi_label.
struct Values {
  Symbol labels;  // bool
  Symbol predictions;
  Symbol weights;
};

Symbol column(const Symbol& x, std::int64_t i) { return ops::take(x, constant(Tensor({i})), -1); }

/// Predictions other than the k largest of each sample become lower than any threshold.
Symbol only_top(const Symbol& y_pred, std::int64_t k, const char* metric) {
  const std::int64_t classes = y_pred.shape().back();
  KCPP_CHECK(classes != None && k <= classes, ValueError, "[", metric, "] top_k ", k,
             " needs as many classes, received y_pred ", y_pred.shape());
  const Symbol chosen = ops::sum(ops::one_hot(ops::top_k(y_pred, k).indices, classes), -2);
  return ops::where(chosen > 0, y_pred, -1e10);
}

Symbol weights_for(const ConfusionQuery& query, const Symbol& y_true, const Symbol& y_pred,
                   const Symbol& sample_weight) {
  const DType dtype = y_pred.dtype();
  Symbol weights = ops::ones_like(y_pred);
  if (sample_weight.defined()) {
    const Symbol given = ops::expand_dims(ops::cast(sample_weight, dtype), -1);
    const auto [matched, weight] = losses::same_rank(y_true, given, false);
    weights = weights * losses::aligned_weight(weight, y_pred);
  }
  if (!query.label_weights.empty()) {
    KCPP_CHECK(y_pred.shape().back() == static_cast<std::int64_t>(query.label_weights.size()), ShapeError, "[",
               query.metric, "] expected ", query.label_weights.size(), " labels, as many as label_weights, received ",
               y_pred.shape());
    weights = weights * constant(Tensor(query.label_weights).astype(dtype));
  }
  return weights;
}

Values prepared(const ConfusionQuery& query, const Symbol& y_true, const Symbol& y_pred, const Symbol& sample_weight) {
  auto [prediction, target] = losses::same_rank(ops::cast(y_pred, floatx()), ops::cast(y_true, floatx()));
  KCPP_CHECK(prediction.ndim() == target.ndim() && prediction.ndim() > 0, ShapeError, "[", query.metric,
             "] expected y_true of the shape of y_pred, ", y_pred.shape(), ", received ", y_true.shape());
  if (query.top_k) prediction = only_top(prediction, *query.top_k, query.metric);
  if (query.class_id) {
    const std::int64_t classes = prediction.shape().back();
    KCPP_CHECK(prediction.ndim() > 1 && (classes == None || *query.class_id < classes), ShapeError, "[", query.metric,
               "] class_id ", *query.class_id, " needs predictions of shape (B, classes), received ", y_pred.shape());
    prediction = column(prediction, *query.class_id);
    target = column(target, *query.class_id);
  }
  Values values{target != 0, prediction, weights_for(query, target, prediction, sample_weight)};
  KCPP_CHECK(!query.multi_label || prediction.ndim() == 2, ShapeError, "[", query.metric,
             "] multi_label expects predictions of shape (B, labels), received ", y_pred.shape());
  if (!query.multi_label && prediction.ndim() > 1)
    values = {ops::reshape(values.labels, {-1}), ops::reshape(values.predictions, {-1}),
              ops::reshape(values.weights, {-1})};
  return values;
}

/// Sums of `weights` by bucket and of all buckets above it: (T,) or (T, L).
Symbol counts_above(const Symbol& weights, const Symbol& buckets, std::int64_t count) {
  if (weights.ndim() == 1) return ops::cumsum(ops::segment_sum(weights, buckets, count), 0, {.reverse = true});
  // the buckets of label l are those from l T on
  const std::int64_t labels = weights.shape().back();
  KCPP_CHECK(labels != None, ShapeError, "[AUC] multi_label needs a known number of labels, received ",
             weights.shape());
  const Tensor first = arange(0, static_cast<double>(labels * count), static_cast<double>(count), DType::Int32);
  const Symbol shifted = ops::where(buckets < 0, -1, buckets + constant(first));
  const Symbol sums = ops::segment_sum(ops::reshape(weights, {-1}), ops::reshape(shifted, {-1}), labels * count);
  return ops::transpose(ops::cumsum(ops::reshape(sums, {labels, count}), 1, {.reverse = true}));
}

/// A prediction p lies above the thresholds 0, ..., b for b = ceil(p (T - 1)) - 1.
ConfusionCounts counts_by_bucket(const ConfusionQuery& query, const Values& values) {
  const auto count = static_cast<std::int64_t>(query.thresholds.size());
  const bool below_zero = query.thresholds.front() < 0 || query.thresholds.back() > 1;
  const DType dtype = values.predictions.dtype();
  Symbol bucket = ops::ceil(ops::clip(values.predictions, 0, 1) * static_cast<double>(count - 1)) - 1;
  if (below_zero) bucket = ops::maximum(bucket, 0);
  bucket = ops::cast(bucket, DType::Int32);
  const Symbol positive = ops::cast(values.labels, dtype) * values.weights;
  const Symbol negative = (1 - ops::cast(values.labels, dtype)) * values.weights;
  const Symbol tp = counts_above(positive, bucket, count), fp = counts_above(negative, bucket, count);
  return {tp, fp, ops::sum(negative, 0) - fp, ops::sum(positive, 0) - tp};
}

ConfusionCounts counts_by_comparison(const ConfusionQuery& query, const Values& values) {
  const auto count = static_cast<std::int64_t>(query.thresholds.size());
  Shape along{count};
  for (int i = 0; i < values.predictions.ndim(); ++i) along.push_back(1);
  const Tensor thresholds = Tensor(query.thresholds).astype(values.predictions.dtype()).reshape(along);
  const Symbol above = ops::expand_dims(values.predictions, 0) > constant(thresholds);
  const Symbol labels = ops::expand_dims(values.labels, 0), weights = ops::expand_dims(values.weights, 0);
  const auto total = [&](const Symbol& chosen) { return ops::sum(ops::where(chosen, weights, 0), 1); };
  const Symbol below = ops::logical_not(above), negatives = ops::logical_not(labels);
  return {total(ops::logical_and(labels, above)), total(ops::logical_and(negatives, above)),
          total(ops::logical_and(negatives, below)), total(ops::logical_and(labels, below))};
}

}  // namespace

ConfusionCounts confusion_counts(const ConfusionQuery& query, const Symbol& y_true, const Symbol& y_pred,
                                 const Symbol& sample_weight) {
  const Values values = prepared(query, y_true, y_pred, sample_weight);
  return query.evenly_spaced ? counts_by_bucket(query, values) : counts_by_comparison(query, values);
}

bool are_evenly_spaced(const std::vector<double>& thresholds) {
  if (thresholds.size() < 3) return false;
  const auto last = static_cast<double>(thresholds.size() - 1);
  for (std::size_t i = 0; i < thresholds.size(); ++i) {
    const double even = static_cast<double>(i) / last;
    if (std::abs(thresholds[i] - even) > epsilon() + 1e-5 * even) return false;  // as numpy.allclose
  }
  return true;
}

void check_thresholds(const char* metric, const std::vector<double>& thresholds) {
  for (const double threshold : thresholds)
    KCPP_CHECK(threshold >= 0 && threshold <= 1, ValueError, "[", metric, "] thresholds must be in [0, 1], received ",
               threshold);
}

std::vector<double> spaced_thresholds(const char* metric, std::int64_t count) {
  constexpr std::int64_t kMost = 10000000;
  KCPP_CHECK(count > 0 && count <= kMost, ValueError, "[", metric, "] num_thresholds must be at least 1 and at most ",
             kMost, ", received ", count);
  if (count == 1) return {0.5};
  std::vector<double> thresholds;
  for (std::int64_t i = 0; i < count; ++i)
    thresholds.push_back(static_cast<double>(i) / static_cast<double>(count - 1));
  return thresholds;
}

}  // namespace kerascpp::metrics
