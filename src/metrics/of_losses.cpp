// The means of loss functions: one struct and one line of registration each.
#include <kerascpp/ops/elementwise.hpp>
#include <kerascpp/ops/shape.hpp>

#include "metrics/common.hpp"
#include "metrics/families.hpp"

namespace kerascpp::metrics {
namespace {

struct MeanSquaredErrorTraits : PlainMean<losses::values::mean_squared_error, -1> {
  static constexpr const char *kClassName = "MeanSquaredError", *kName = "mean_squared_error";
};
struct MeanAbsoluteErrorTraits : PlainMean<losses::values::mean_absolute_error, -1> {
  static constexpr const char *kClassName = "MeanAbsoluteError", *kName = "mean_absolute_error";
};
struct MeanAbsolutePercentageErrorTraits : PlainMean<losses::values::mean_absolute_percentage_error, -1> {
  static constexpr const char *kClassName = "MeanAbsolutePercentageError", *kName = "mean_absolute_percentage_error";
};
struct MeanSquaredLogarithmicErrorTraits : PlainMean<losses::values::mean_squared_logarithmic_error, -1> {
  static constexpr const char *kClassName = "MeanSquaredLogarithmicError", *kName = "mean_squared_logarithmic_error";
};
struct LogCoshErrorTraits : PlainMean<losses::values::log_cosh, -1> {
  static constexpr const char *kClassName = "LogCoshError", *kName = "logcosh";
};
struct HingeTraits : PlainMean<losses::values::hinge, -1> {
  static constexpr const char *kClassName = "Hinge", *kName = "hinge";
};
struct SquaredHingeTraits : PlainMean<losses::values::squared_hinge, -1> {
  static constexpr const char *kClassName = "SquaredHinge", *kName = "squared_hinge";
};
struct CategoricalHingeTraits : PlainMean<losses::values::categorical_hinge, -1> {
  static constexpr const char *kClassName = "CategoricalHinge", *kName = "categorical_hinge";
};
struct KLDivergenceTraits : PlainMean<losses::values::kl_divergence, -1> {
  static constexpr const char *kClassName = "KLDivergence", *kName = "kl_divergence";
};
struct PoissonTraits : PlainMean<losses::values::poisson, -1> {
  static constexpr const char *kClassName = "Poisson", *kName = "poisson";
};

struct CosineSimilarityTraits {
  using Options = AxisOptions;
  static constexpr int kDirection = 1;
  static constexpr const char *kClassName = "CosineSimilarity", *kName = "cosine_similarity";
  static constexpr std::string_view kLeftOut = "axis";
  static Symbol values(const Symbol& y_true, const Symbol& y_pred, const Options& options) {
    return -losses::values::cosine_similarity(y_true, y_pred, {options.axis});
  }
};

struct BinaryCrossentropyTraits {
  using Options = BinaryCrossentropyOptions;
  static constexpr int kDirection = -1;
  static constexpr const char *kClassName = "BinaryCrossentropy", *kName = "binary_crossentropy";
  static Symbol values(const Symbol& y_true, const Symbol& y_pred, const Options& options) {
    return losses::values::binary_crossentropy(y_true, y_pred, {options.from_logits, options.label_smoothing});
  }
};

struct CategoricalCrossentropyTraits {
  using Options = CategoricalCrossentropyOptions;
  static constexpr int kDirection = -1;
  static constexpr const char *kClassName = "CategoricalCrossentropy", *kName = "categorical_crossentropy";
  static Symbol values(const Symbol& y_true, const Symbol& y_pred, const Options& options) {
    return losses::values::categorical_crossentropy(y_true, y_pred,
                                                    {options.from_logits, options.label_smoothing, options.axis});
  }
};

struct SparseCategoricalCrossentropyTraits {
  using Options = SparseCategoricalCrossentropyOptions;
  static constexpr int kDirection = -1;
  static constexpr const char *kClassName = "SparseCategoricalCrossentropy", *kName = "sparse_categorical_crossentropy";
  static Symbol values(const Symbol& y_true, const Symbol& y_pred, const Options& options) {
    return losses::values::sparse_categorical_crossentropy(y_true, y_pred,
                                                           {options.from_logits, options.ignore_class, options.axis});
  }
  static Symbol value_mask(const Symbol& y_true, const Symbol& values, const Options& options) {
    if (!options.ignore_class) return {};
    const Symbol valid = ops::not_equal(ops::cast(y_true, DType::Int32), *options.ignore_class);
    return valid.ndim() > values.ndim() ? ops::squeeze(valid, options.axis) : valid;
  }
};

}  // namespace

Metric MeanSquaredError(const MetricOptions& options) { return make_metric<MeanOf<MeanSquaredErrorTraits>>(options); }
Metric MeanAbsoluteError(const MetricOptions& options) { return make_metric<MeanOf<MeanAbsoluteErrorTraits>>(options); }
Metric MeanAbsolutePercentageError(const MetricOptions& options) {
  return make_metric<MeanOf<MeanAbsolutePercentageErrorTraits>>(options);
}
Metric MeanSquaredLogarithmicError(const MetricOptions& options) {
  return make_metric<MeanOf<MeanSquaredLogarithmicErrorTraits>>(options);
}
Metric LogCoshError(const MetricOptions& options) { return make_metric<MeanOf<LogCoshErrorTraits>>(options); }
Metric Hinge(const MetricOptions& options) { return make_metric<MeanOf<HingeTraits>>(options); }
Metric SquaredHinge(const MetricOptions& options) { return make_metric<MeanOf<SquaredHingeTraits>>(options); }
Metric CategoricalHinge(const MetricOptions& options) { return make_metric<MeanOf<CategoricalHingeTraits>>(options); }
Metric KLDivergence(const MetricOptions& options) { return make_metric<MeanOf<KLDivergenceTraits>>(options); }
Metric Poisson(const MetricOptions& options) { return make_metric<MeanOf<PoissonTraits>>(options); }
Metric CosineSimilarity(const AxisOptions& options) { return make_metric<MeanOf<CosineSimilarityTraits>>(options); }
Metric BinaryCrossentropy(const BinaryCrossentropyOptions& options) {
  return make_metric<MeanOf<BinaryCrossentropyTraits>>(options);
}
Metric CategoricalCrossentropy(const CategoricalCrossentropyOptions& options) {
  return make_metric<MeanOf<CategoricalCrossentropyTraits>>(options);
}
Metric SparseCategoricalCrossentropy(const SparseCategoricalCrossentropyOptions& options) {
  return make_metric<MeanOf<SparseCategoricalCrossentropyTraits>>(options);
}

void register_means_of_losses(ObjectRegistry& registry) {
  register_mean<MeanSquaredErrorTraits>(registry, {"mean_squared_error", "mse", "MSE"});
  register_mean<MeanAbsoluteErrorTraits>(registry, {"mean_absolute_error", "mae", "MAE"});
  register_mean<MeanAbsolutePercentageErrorTraits>(registry, {"mean_absolute_percentage_error", "mape", "MAPE"});
  register_mean<MeanSquaredLogarithmicErrorTraits>(registry, {"mean_squared_logarithmic_error", "msle", "MSLE"});
  // "logcosh", "kld", "KLD" and "cosine_proximity" are names of Keras 1 and 2
  register_mean<LogCoshErrorTraits>(registry, {"log_cosh_error", "log_cosh", "logcosh"});
  register_mean<HingeTraits>(registry, {"hinge"});
  register_mean<SquaredHingeTraits>(registry, {"squared_hinge"});
  register_mean<CategoricalHingeTraits>(registry, {"categorical_hinge"});
  register_mean<KLDivergenceTraits>(registry, {"kl_divergence", "kld", "KLD", "kullback_leibler_divergence"});
  register_mean<PoissonTraits>(registry, {"poisson"});
  register_mean<CosineSimilarityTraits>(registry, {"cosine_similarity", "cosine_proximity"});
  register_mean<BinaryCrossentropyTraits>(registry, {"binary_crossentropy", "bce", "BCE"});
  register_mean<CategoricalCrossentropyTraits>(registry, {"categorical_crossentropy"});
  register_mean<SparseCategoricalCrossentropyTraits>(registry, {"sparse_categorical_crossentropy"});
}

}  // namespace kerascpp::metrics
