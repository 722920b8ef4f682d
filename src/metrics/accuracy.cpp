#include <kerascpp/core/settings.hpp>
#include <kerascpp/ops/classes.hpp>
#include <kerascpp/ops/elementwise.hpp>
#include <kerascpp/ops/indexing.hpp>
#include <kerascpp/ops/reductions.hpp>
#include <kerascpp/ops/shape.hpp>

#include "losses/shapes.hpp"
#include "metrics/common.hpp"
#include "metrics/families.hpp"

namespace kerascpp::metrics {
namespace {

Symbol as_numbers(const Symbol& matches) { return ops::cast(matches, floatx()); }

/// Labels (...) of scores (..., C); a last axis of length 1 is dropped.
Symbol labels_of(const char* metric, const Symbol& y_true, const Symbol& y_pred) {
  const bool column = y_true.ndim() == y_pred.ndim() && y_true.shape().back() == 1;
  const Symbol labels = column ? ops::squeeze(y_true, -1) : y_true;
  KCPP_CHECK(labels.ndim() + 1 == y_pred.ndim(), ShapeError, "[", metric,
             "] expected labels in the shape of y_pred without its last axis, ", y_pred.shape(), ", received ",
             y_true.shape());
  return ops::cast(labels, DType::Int32);
}

/// Whether labels (...) are among the k largest scores (..., C).
Symbol among_top(const Symbol& labels, const Symbol& scores, std::int64_t k) {
  const Symbol rows = scores.ndim() == 2 ? scores : ops::reshape(scores, {-1, scores.shape().back()});
  const Symbol flat = labels.ndim() == 1 ? labels : ops::reshape(labels, {-1});
  const Symbol matches = as_numbers(ops::in_top_k(flat, rows, k));
  return labels.ndim() == 1 ? matches : ops::reshape_like(matches, labels);
}

void check_k(const char* metric, std::int64_t k) {
  KCPP_CHECK(k > 0, ValueError, "[", metric, "] k must be at least 1, received ", k);
}

}  // namespace

namespace values {

Symbol accuracy(const Symbol& y_true, const Symbol& y_pred, const NoArguments&) {
  const auto [t, p] = losses::matched("accuracy", y_true, y_pred);
  return as_numbers(ops::equal(t, p));
}

Symbol binary_accuracy(const Symbol& y_true, const Symbol& y_pred, const ThresholdArguments& arguments) {
  const auto [t, p] = losses::matched("binary_accuracy", y_true, y_pred);
  return as_numbers(ops::equal(t, ops::cast(ops::greater(p, arguments.threshold), t.dtype())));
}

Symbol categorical_accuracy(const Symbol& y_true, const Symbol& y_pred, const NoArguments&) {
  KCPP_CHECK(y_true.ndim() == y_pred.ndim() && y_pred.ndim() > 0, ShapeError,
             "[categorical_accuracy] expected y_true of the shape of y_pred, ", y_pred.shape(), ", received ",
             y_true.shape(), "; integer labels go with sparse_categorical_accuracy");
  return as_numbers(ops::equal(ops::argmax(y_true, -1), ops::argmax(y_pred, -1)));
}

Symbol sparse_categorical_accuracy(const Symbol& y_true, const Symbol& y_pred, const NoArguments&) {
  const Symbol labels = labels_of("sparse_categorical_accuracy", y_true, y_pred);
  return as_numbers(ops::equal(labels, ops::argmax(y_pred, -1)));
}

Symbol top_k_categorical_accuracy(const Symbol& y_true, const Symbol& y_pred, const TopKArguments& arguments) {
  KCPP_CHECK(y_true.ndim() == y_pred.ndim() && y_pred.ndim() > 1, ShapeError,
             "[top_k_categorical_accuracy] expected y_true of the shape of y_pred, ", y_pred.shape(), ", received ",
             y_true.shape(), "; integer labels go with sparse_top_k_categorical_accuracy");
  check_k("top_k_categorical_accuracy", arguments.k);
  return among_top(ops::argmax(y_true, -1), y_pred, arguments.k);
}

Symbol sparse_top_k_categorical_accuracy(const Symbol& y_true, const Symbol& y_pred,
                                         const SparseTopKArguments& arguments) {
  check_k("sparse_top_k_categorical_accuracy", arguments.k);
  const Symbol labels = labels_of("sparse_top_k_categorical_accuracy", y_true, y_pred);
  if (!arguments.from_sorted_ids) return among_top(labels, y_pred, arguments.k);
  const Symbol first = ops::slice_axis(ops::cast(y_pred, DType::Int32), -1, Slice(0, arguments.k));
  return as_numbers(ops::any(ops::equal(ops::expand_dims(labels, -1), first), -1));
}

}  // namespace values

namespace {

struct AccuracyTraits : PlainMean<values::accuracy, 1> {
  static constexpr const char *kClassName = "Accuracy", *kName = "accuracy";
};
struct CategoricalAccuracyTraits : PlainMean<values::categorical_accuracy, 1> {
  static constexpr const char *kClassName = "CategoricalAccuracy", *kName = "categorical_accuracy";
};
struct SparseCategoricalAccuracyTraits : PlainMean<values::sparse_categorical_accuracy, 1> {
  static constexpr const char *kClassName = "SparseCategoricalAccuracy", *kName = "sparse_categorical_accuracy";
};

struct BinaryAccuracyTraits {
  using Options = BinaryAccuracyOptions;
  static constexpr int kDirection = 1;
  static constexpr const char *kClassName = "BinaryAccuracy", *kName = "binary_accuracy";
  static void check(const Options& options) {
    KCPP_CHECK(options.threshold > 0 && options.threshold < 1, ValueError,
               "[BinaryAccuracy] threshold must be in (0, 1), received ", options.threshold);
  }
  static Symbol values(const Symbol& y_true, const Symbol& y_pred, const Options& options) {
    return values::binary_accuracy(y_true, y_pred, {options.threshold});
  }
};

struct TopKTraits {
  using Options = TopKCategoricalAccuracyOptions;
  static constexpr int kDirection = 1;
  static constexpr const char *kClassName = "TopKCategoricalAccuracy", *kName = "top_k_categorical_accuracy";
  static void check(const Options& options) { check_k(kClassName, options.k); }
  static Symbol values(const Symbol& y_true, const Symbol& y_pred, const Options& options) {
    return values::top_k_categorical_accuracy(y_true, y_pred, {options.k});
  }
};

struct SparseTopKTraits {
  using Options = SparseTopKCategoricalAccuracyOptions;
  static constexpr int kDirection = 1;
  static constexpr const char *kClassName = "SparseTopKCategoricalAccuracy",
                              *kName = "sparse_top_k_categorical_accuracy";
  static constexpr std::string_view kLeftOut = "from_sorted_ids";
  static void check(const Options& options) { check_k(kClassName, options.k); }
  static Symbol values(const Symbol& y_true, const Symbol& y_pred, const Options& options) {
    return values::sparse_top_k_categorical_accuracy(y_true, y_pred, {options.k, options.from_sorted_ids});
  }
};

}  // namespace

Metric Accuracy(const MetricOptions& options) { return make_metric<MeanOf<AccuracyTraits>>(options); }
Metric CategoricalAccuracy(const MetricOptions& options) {
  return make_metric<MeanOf<CategoricalAccuracyTraits>>(options);
}
Metric SparseCategoricalAccuracy(const MetricOptions& options) {
  return make_metric<MeanOf<SparseCategoricalAccuracyTraits>>(options);
}
Metric BinaryAccuracy(const BinaryAccuracyOptions& options) {
  return make_metric<MeanOf<BinaryAccuracyTraits>>(options);
}
Metric TopKCategoricalAccuracy(const TopKCategoricalAccuracyOptions& options) {
  return make_metric<MeanOf<TopKTraits>>(options);
}
Metric SparseTopKCategoricalAccuracy(const SparseTopKCategoricalAccuracyOptions& options) {
  return make_metric<MeanOf<SparseTopKTraits>>(options);
}

void register_accuracies(ObjectRegistry& registry) {
  // "accuracy" as an identifier means the accuracy that fits an output, see Metric
  register_mean<AccuracyTraits>(registry, {"accuracy"});
  register_mean<CategoricalAccuracyTraits>(registry, {"categorical_accuracy"});
  register_mean<SparseCategoricalAccuracyTraits>(registry, {"sparse_categorical_accuracy"});
  register_mean<BinaryAccuracyTraits>(registry, {"binary_accuracy"});
  register_mean<TopKTraits>(registry, {"top_k_categorical_accuracy"});
  register_mean<SparseTopKTraits>(registry, {"sparse_top_k_categorical_accuracy"});
}

}  // namespace kerascpp::metrics
