#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <kerascpp/core/callable.hpp>
#include <kerascpp/core/config.hpp>
#include <kerascpp/core/export.hpp>
#include <kerascpp/core/fields.hpp>
#include <kerascpp/graph/symbol.hpp>
#include <kerascpp/graph/variable.hpp>
#include <kerascpp/losses.hpp>
#include <kerascpp/saving/object.hpp>
#include <kerascpp/target_function.hpp>

namespace kerascpp {

/// Base of metrics; inherit from it to make your own.
///
/// A metric is written as pure functions of its state, so that it becomes part of the training graph.
class KCPP_API MetricBase : public Object {
 public:
  /// name: empty for that of the class in snake_case, "my_metric" for MyMetric
  /// dtype: that of the computation; empty for floatx
  explicit MetricBase(std::string name = {}, std::string dtype = {});

  /// Initial values of the state, such as {total, count}; the shapes of targets and predictions, without dimensions
  /// where they are not known yet, may decide its shape.
  [[nodiscard]] virtual std::vector<Tensor> initial_state(const Shape& y_true, const Shape& y_pred) const = 0;
  /// The state after a batch. `sample_weight` is undefined where there is none, `y_pred` for metrics of values alone.
  [[nodiscard]] virtual std::vector<Symbol> update(const std::vector<Symbol>& state, const Symbol& y_true,
                                                   const Symbol& y_pred, const Symbol& sample_weight) const = 0;
  /// The value, a scalar (or a vector for those of Keras that give one).
  [[nodiscard]] virtual Symbol result(const std::vector<Symbol>& state) const = 0;

  /// 1 when larger values are better, -1 when smaller ones are, 0 when that is not known.
  [[nodiscard]] virtual int direction() const { return 0; }

  [[nodiscard]] std::string name() const;
  void set_name(std::string name) { name_ = std::move(name); }
  /// "float32", ...
  [[nodiscard]] const std::string& dtype() const { return dtype_; }
  [[nodiscard]] Config get_config() const override;

  // --- stand-alone use, as in Keras

  /// Adds a batch to the metric's own state. Metrics of values alone (Mean, Sum) take no y_pred.
  void update_state(const Tensor& y_true, const Tensor& y_pred = {}, const Tensor& sample_weight = {});
  /// Throws ValueError before the first update where that decides the shape of the state.
  [[nodiscard]] Tensor result() const;
  void reset_state();
  /// Adds a batch and gives the result.
  Tensor operator()(const Tensor& y_true, const Tensor& y_pred = {}, const Tensor& sample_weight = {});
  /// The metric's own state; made at the first update.
  [[nodiscard]] const std::vector<Variable>& variables() const { return variables_; }

 private:
  std::string name_;
  std::string dtype_;
  std::vector<Variable> variables_;
  std::vector<Tensor> initial_;
};

/// A metric: an object, a name ("accuracy", "mae"), a function of namespace `metrics`, or a callable (y_true, y_pred)
/// -> values per sample, whose mean is taken. "accuracy" and "crossentropy" are resolved by the shapes of the output
/// they watch.
class KCPP_API Metric {
 public:
  Metric() = default;
  Metric(const char* name) : Metric(std::string(name)) {}  // NOLINT: implicit by design
  /// Throws LookupError for an unknown name.
  Metric(const std::string& name);  // NOLINT
  template <class Arguments>
  Metric(const TargetFunction<Arguments>& function) : Metric(std::string(function.name())) {}  // NOLINT
  template <class T>
  requires std::is_base_of_v<MetricBase, T> Metric(std::shared_ptr<T> object) : object_(std::move(object)) {}  // NOLINT
  template <class F>
  requires std::is_invocable_r_v<Symbol, F&, Symbol, Symbol> &&
      (!std::is_base_of_v<Metric, std::remove_cvref_t<F>> &&
       !std::is_base_of_v<Loss, std::remove_cvref_t<F>>)Metric(F function)  // NOLINT
      : Metric(from_function(std::move(function))) {}

  [[nodiscard]] bool defined() const { return object_ != nullptr || !identifier_.empty(); }
  /// The object for an output of this shape: settles what "accuracy" and "crossentropy" mean. Throws LookupError.
  [[nodiscard]] std::shared_ptr<MetricBase> resolve(const TensorSpec& y_true, const TensorSpec& y_pred) const;
  [[nodiscard]] const std::shared_ptr<MetricBase>& object() const { return object_; }
  [[nodiscard]] MetricBase* operator->() const { return object_.get(); }
  [[nodiscard]] const std::string& identifier() const { return identifier_; }

  // --- stand-alone use, as that of MetricBase. Throws ValueError for a name whose meaning shapes decide.

  void update_state(const Tensor& y_true, const Tensor& y_pred = {}, const Tensor& sample_weight = {}) const {
    alone().update_state(y_true, y_pred, sample_weight);
  }
  [[nodiscard]] Tensor result() const { return alone().result(); }
  void reset_state() const { alone().reset_state(); }
  Tensor operator()(const Tensor& y_true, const Tensor& y_pred = {}, const Tensor& sample_weight = {}) const {
    return alone()(y_true, y_pred, sample_weight);
  }

 private:
  [[nodiscard]] MetricBase& alone() const;
  static Metric from_function(Callable<Symbol(Symbol, Symbol)> function);
  std::shared_ptr<MetricBase> object_;
  std::string identifier_;
};

/// Metrics under their Keras names. An empty name is the class's own in snake_case ("true_positives").
///
/// Results are scalars unless said otherwise. All throw ShapeError when targets and predictions do not fit, and
/// ValueError for an argument out of its range.
namespace metrics {

/// Arguments of metrics that have none but those of every metric.
struct MetricOptions {
  std::string name = {};
  std::string dtype = {};
  KCPP_FIELDS(name, dtype)
};

// --- of values alone: metric->update_state(values)

/// The mean of all values so far, each sample's weighted with its sample_weight. Source: keras.metrics.Mean.
[[nodiscard]] KCPP_API Metric Mean(const MetricOptions& options = {});
/// Their sum. Source: keras.metrics.Sum.
[[nodiscard]] KCPP_API Metric Sum(const MetricOptions& options = {});

// --- means of a function of targets and predictions

/// The mean of `fn(y_true, y_pred)`: a loss, a loss or metric function, or a callable. Source:
/// keras.metrics.MeanMetricWrapper.
[[nodiscard]] KCPP_API Metric MeanMetricWrapper(const Loss& fn, const MetricOptions& options = {});

/// How often prediction and target are equal. Source: keras.metrics.Accuracy.
[[nodiscard]] KCPP_API Metric Accuracy(const MetricOptions& options = {});
/// How often prediction and target have their largest value at the same class. Source: keras.metrics.
[[nodiscard]] KCPP_API Metric CategoricalAccuracy(const MetricOptions& options = {});
/// How often the predicted class is the label. Source: keras.metrics.SparseCategoricalAccuracy.
[[nodiscard]] KCPP_API Metric SparseCategoricalAccuracy(const MetricOptions& options = {});

struct BinaryAccuracyOptions {
  std::string name = {};
  std::string dtype = {};
  double threshold = 0.5;  ///< in (0, 1)
  KCPP_FIELDS(name, dtype, threshold)
};
/// How often the prediction lies on the target's side of `threshold`. Source: keras.metrics.BinaryAccuracy.
[[nodiscard]] KCPP_API Metric BinaryAccuracy(const BinaryAccuracyOptions& options = {});

struct TopKCategoricalAccuracyOptions {
  std::int64_t k = 5;
  std::string name = {};
  std::string dtype = {};
  KCPP_FIELDS(k, name, dtype)
};
/// How often the target's class is among the `k` largest predictions. Source: keras.metrics.TopKCategoricalAccuracy.
[[nodiscard]] KCPP_API Metric TopKCategoricalAccuracy(const TopKCategoricalAccuracyOptions& options = {});

struct SparseTopKCategoricalAccuracyOptions {
  std::int64_t k = 5;
  std::string name = {};
  std::string dtype = {};
  bool from_sorted_ids = false;  ///< predictions are class numbers, the most probable first
  KCPP_FIELDS(k, name, dtype, from_sorted_ids)
};
/// How often the label is among the `k` largest predictions. Source: keras.metrics.SparseTopKCategoricalAccuracy.
[[nodiscard]] KCPP_API Metric SparseTopKCategoricalAccuracy(const SparseTopKCategoricalAccuracyOptions& options = {});

// The losses of the same names (see losses.hpp).

[[nodiscard]] KCPP_API Metric MeanSquaredError(const MetricOptions& options = {});
[[nodiscard]] KCPP_API Metric MeanAbsoluteError(const MetricOptions& options = {});
[[nodiscard]] KCPP_API Metric MeanAbsolutePercentageError(const MetricOptions& options = {});
[[nodiscard]] KCPP_API Metric MeanSquaredLogarithmicError(const MetricOptions& options = {});
/// The loss LogCosh; its name is "logcosh".
[[nodiscard]] KCPP_API Metric LogCoshError(const MetricOptions& options = {});
[[nodiscard]] KCPP_API Metric Hinge(const MetricOptions& options = {});
[[nodiscard]] KCPP_API Metric SquaredHinge(const MetricOptions& options = {});
[[nodiscard]] KCPP_API Metric CategoricalHinge(const MetricOptions& options = {});
[[nodiscard]] KCPP_API Metric KLDivergence(const MetricOptions& options = {});
[[nodiscard]] KCPP_API Metric Poisson(const MetricOptions& options = {});

struct BinaryCrossentropyOptions {
  std::string name = {};
  std::string dtype = {};
  bool from_logits = false;
  double label_smoothing = 0;
  KCPP_FIELDS(name, dtype, from_logits, label_smoothing)
};
[[nodiscard]] KCPP_API Metric BinaryCrossentropy(const BinaryCrossentropyOptions& options = {});

struct CategoricalCrossentropyOptions {
  std::string name = {};
  std::string dtype = {};
  bool from_logits = false;
  double label_smoothing = 0;
  std::int64_t axis = -1;
  KCPP_FIELDS(name, dtype, from_logits, label_smoothing, axis)
};
[[nodiscard]] KCPP_API Metric CategoricalCrossentropy(const CategoricalCrossentropyOptions& options = {});

struct SparseCategoricalCrossentropyOptions {
  std::string name = {};
  std::string dtype = {};
  bool from_logits = false;
  std::optional<std::int64_t> ignore_class = {};
  std::int64_t axis = -1;
  KCPP_FIELDS(name, dtype, from_logits, ignore_class, axis)
};
[[nodiscard]] KCPP_API Metric SparseCategoricalCrossentropy(const SparseCategoricalCrossentropyOptions& options = {});

struct AxisOptions {
  std::string name = {};
  std::string dtype = {};
  std::int64_t axis = -1;
  KCPP_FIELDS(name, dtype, axis)
};
/// The cosine of the angle between target and prediction along `axis`. Source: keras.metrics.CosineSimilarity.
[[nodiscard]] KCPP_API Metric CosineSimilarity(const AxisOptions& options = {});
/// Pearson's correlation along `axis`. Source: keras.metrics.PearsonCorrelation.
[[nodiscard]] KCPP_API Metric PearsonCorrelation(const AxisOptions& options = {});
/// The concordance correlation along `axis`. Source: keras.metrics.ConcordanceCorrelation.
[[nodiscard]] KCPP_API Metric ConcordanceCorrelation(const AxisOptions& options = {});

// --- regression

/// sqrt(mean((y_true - y_pred)^2)) over everything so far. Source: keras.metrics.RootMeanSquaredError.
[[nodiscard]] KCPP_API Metric RootMeanSquaredError(const MetricOptions& options = {});

struct R2ScoreOptions {
  std::optional<std::string> class_aggregation = "uniform_average";  ///< or "variance_weighted_average"; {}: (C,)
  std::int64_t num_regressors = 0;                                   ///< above 0: the adjusted score
  std::string name = {};
  std::string dtype = {};
  KCPP_FIELDS(class_aggregation, num_regressors, name, dtype)
};
/// The share of the targets' variance that predictions (B, C) explain. Source: keras.metrics.R2Score.
[[nodiscard]] KCPP_API Metric R2Score(const R2ScoreOptions& options = {});

// --- counts of a binary decision at one or several thresholds

/// One number, a list of them, or nothing: the argument `thresholds`.
class KCPP_API Thresholds {
 public:
  Thresholds() = default;
  Thresholds(double value) : values_{value} {}                                            // NOLINT: implicit by design
  Thresholds(std::initializer_list<double> values) : values_(values), is_list_(true) {}   // NOLINT
  Thresholds(std::vector<double> values) : values_(std::move(values)), is_list_(true) {}  // NOLINT

  [[nodiscard]] bool empty() const { return values_.empty(); }
  [[nodiscard]] bool is_list() const { return is_list_; }
  [[nodiscard]] const std::vector<double>& values() const { return values_; }

 private:
  std::vector<double> values_;
  bool is_list_ = false;
};
[[nodiscard]] KCPP_API Config to_config(const Thresholds& thresholds);
KCPP_API void from_config(const Config& config, Thresholds& thresholds);

struct ConfusionOptions {
  Thresholds thresholds = {};  ///< 0.5 unless given; a list gives a result for each
  std::string name = {};
  std::string dtype = {};
  KCPP_FIELDS(thresholds, name, dtype)
};
/// How many predictions above the threshold have a target of 1, weighted. Source: keras.metrics.TruePositives.
[[nodiscard]] KCPP_API Metric TruePositives(const ConfusionOptions& options = {});
[[nodiscard]] KCPP_API Metric TrueNegatives(const ConfusionOptions& options = {});
[[nodiscard]] KCPP_API Metric FalsePositives(const ConfusionOptions& options = {});
[[nodiscard]] KCPP_API Metric FalseNegatives(const ConfusionOptions& options = {});

struct PrecisionOptions {
  Thresholds thresholds = {};                 ///< 0.5 unless given, without top_k
  std::optional<std::int64_t> top_k = {};     ///< only the k largest predictions of a sample count
  std::optional<std::int64_t> class_id = {};  ///< only this class counts
  std::string name = {};
  std::string dtype = {};
  KCPP_FIELDS(thresholds, top_k, class_id, name, dtype)
};
using RecallOptions = PrecisionOptions;
/// TP / (TP + FP). Source: keras.metrics.Precision.
[[nodiscard]] KCPP_API Metric Precision(const PrecisionOptions& options = {});
/// TP / (TP + FN). Source: keras.metrics.Recall.
[[nodiscard]] KCPP_API Metric Recall(const RecallOptions& options = {});

struct AtThresholdOptions {
  std::int64_t num_thresholds = 200;
  std::optional<std::int64_t> class_id = {};
  std::string name = {};
  std::string dtype = {};
  KCPP_FIELDS(num_thresholds, class_id, name, dtype)
};
/// The best sensitivity (recall) at a threshold whose specificity is at least `specificity`.
/// Source: keras.metrics.SensitivityAtSpecificity.
[[nodiscard]] KCPP_API Metric SensitivityAtSpecificity(double specificity, const AtThresholdOptions& options = {});
[[nodiscard]] KCPP_API Metric SpecificityAtSensitivity(double sensitivity, const AtThresholdOptions& options = {});
[[nodiscard]] KCPP_API Metric PrecisionAtRecall(double recall, const AtThresholdOptions& options = {});
[[nodiscard]] KCPP_API Metric RecallAtPrecision(double precision, const AtThresholdOptions& options = {});

struct AUCOptions {
  std::int64_t num_thresholds = 200;
  std::string curve = "ROC";                       ///< "ROC", "PR" or "PRGAIN"
  std::string summation_method = "interpolation";  ///< or "minoring", "majoring"
  std::string name = {};
  std::string dtype = {};
  std::vector<double> thresholds = {};  ///< in [0, 1], in place of num_thresholds evenly spaced ones
  bool multi_label = false;             ///< the mean of an area for each label
  std::optional<std::int64_t> num_labels = {};
  std::vector<double> label_weights = {};
  bool from_logits = false;
  KCPP_FIELDS(num_thresholds, curve, summation_method, name, dtype, thresholds, multi_label, num_labels, label_weights,
              from_logits)
};
/// The area under a curve, approximated by counts at thresholds. Source: keras.metrics.AUC.
[[nodiscard]] KCPP_API Metric AUC(const AUCOptions& options = {});

// --- F scores

struct FBetaScoreOptions {
  std::optional<std::string> average = {};  ///< {}: one per class, (C,); "micro", "macro", "weighted"
  double beta = 1.0;
  std::optional<double> threshold = {};  ///< none: the largest prediction of a sample counts
  std::string name = {};
  std::string dtype = {};
  KCPP_FIELDS(average, beta, threshold, name, dtype)
};
/// (1 + beta^2) precision recall / (beta^2 precision + recall) of one-hot targets and predictions (B, C).
/// Source: keras.metrics.FBetaScore.
[[nodiscard]] KCPP_API Metric FBetaScore(const FBetaScoreOptions& options = {});

struct F1ScoreOptions {
  std::optional<std::string> average = {};
  std::optional<double> threshold = {};
  std::string name = {};
  std::string dtype = {};
  KCPP_FIELDS(average, threshold, name, dtype)
};
/// FBetaScore with beta 1. Source: keras.metrics.F1Score.
[[nodiscard]] KCPP_API Metric F1Score(const F1ScoreOptions& options = {});

// --- intersection over union of classes; dtype is that of the counts, "int64" unless given

struct IoUOptions {
  std::string name = {};
  std::string dtype = {};
  std::optional<std::int64_t> ignore_class = {};  ///< values whose target is this one do not count
  bool sparse_y_true = true;                      ///< targets are class numbers rather than one-hot
  bool sparse_y_pred = true;
  std::int64_t axis = -1;  ///< of the classes where they are one-hot
  KCPP_FIELDS(name, dtype, ignore_class, sparse_y_true, sparse_y_pred, axis)
};
/// The mean IoU of the classes `target_class_ids` of `num_classes`. Source: keras.metrics.IoU.
[[nodiscard]] KCPP_API Metric IoU(std::int64_t num_classes, const std::vector<std::int64_t>& target_class_ids,
                                  const IoUOptions& options = {});
/// The mean IoU of all classes. Source: keras.metrics.MeanIoU.
[[nodiscard]] KCPP_API Metric MeanIoU(std::int64_t num_classes, const IoUOptions& options = {});

struct BinaryIoUOptions {
  std::vector<std::int64_t> target_class_ids = {0, 1};
  double threshold = 0.5;
  std::string name = {};
  std::string dtype = {};
  KCPP_FIELDS(target_class_ids, threshold, name, dtype)
};
/// The IoU of predictions at or above `threshold` with targets 0 and 1. Source: keras.metrics.BinaryIoU.
[[nodiscard]] KCPP_API Metric BinaryIoU(const BinaryIoUOptions& options = {});

struct OneHotIoUOptions {
  std::string name = {};
  std::string dtype = {};
  std::optional<std::int64_t> ignore_class = {};
  bool sparse_y_pred = false;
  std::int64_t axis = -1;
  KCPP_FIELDS(name, dtype, ignore_class, sparse_y_pred, axis)
};
/// IoU of one-hot targets and scores. Source: keras.metrics.OneHotIoU.
[[nodiscard]] KCPP_API Metric OneHotIoU(std::int64_t num_classes, const std::vector<std::int64_t>& target_class_ids,
                                        const OneHotIoUOptions& options = {});
/// Source: keras.metrics.OneHotMeanIoU.
[[nodiscard]] KCPP_API Metric OneHotMeanIoU(std::int64_t num_classes, const OneHotIoUOptions& options = {});

// --- functions: a value per sample

using losses::binary_crossentropy;
using losses::binary_focal_crossentropy;
using losses::categorical_crossentropy;
using losses::categorical_focal_crossentropy;
using losses::categorical_hinge;
using losses::hinge;
using losses::huber;
using losses::kl_divergence;
using losses::log_cosh;
using losses::mean_absolute_error;
using losses::mean_absolute_percentage_error;
using losses::mean_squared_error;
using losses::mean_squared_logarithmic_error;
using losses::poisson;
using losses::sparse_categorical_crossentropy;
using losses::squared_hinge;

struct ThresholdArguments {
  double threshold = 0.5;
};
struct TopKArguments {
  std::int64_t k = 5;
};
struct SparseTopKArguments {
  std::int64_t k = 5;
  bool from_sorted_ids = false;
};
using losses::AxisArguments;

/// What the functions of namespace `metrics` compute.
namespace values {
KCPP_API TargetValues<NoArguments> accuracy, categorical_accuracy, sparse_categorical_accuracy;
KCPP_API TargetValues<ThresholdArguments> binary_accuracy;
KCPP_API TargetValues<TopKArguments> top_k_categorical_accuracy;
KCPP_API TargetValues<SparseTopKArguments> sparse_top_k_categorical_accuracy;
KCPP_API TargetValues<AxisArguments> pearson_correlation, concordance_correlation;
}  // namespace values

inline constexpr TargetFunction<NoArguments> categorical_accuracy{"categorical_accuracy",
                                                                  &values::categorical_accuracy};
inline constexpr TargetFunction<NoArguments> sparse_categorical_accuracy{"sparse_categorical_accuracy",
                                                                         &values::sparse_categorical_accuracy};
inline constexpr TargetFunction<ThresholdArguments> binary_accuracy{"binary_accuracy", &values::binary_accuracy};
inline constexpr TargetFunction<TopKArguments> top_k_categorical_accuracy{"top_k_categorical_accuracy",
                                                                          &values::top_k_categorical_accuracy};
inline constexpr TargetFunction<SparseTopKArguments> sparse_top_k_categorical_accuracy{
    "sparse_top_k_categorical_accuracy", &values::sparse_top_k_categorical_accuracy};
inline constexpr TargetFunction<AxisArguments> pearson_correlation{"pearson_correlation", &values::pearson_correlation};
inline constexpr TargetFunction<AxisArguments> concordance_correlation{"concordance_correlation",
                                                                       &values::concordance_correlation};

}  // namespace metrics

}  // namespace kerascpp
