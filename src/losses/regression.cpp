#include <cmath>

#include <kerascpp/core/settings.hpp>
#include <kerascpp/ops/activations.hpp>
#include <kerascpp/ops/elementwise.hpp>
#include <kerascpp/ops/normalization.hpp>
#include <kerascpp/ops/reductions.hpp>

#include "losses/common.hpp"
#include "losses/families.hpp"
#include "losses/shapes.hpp"

namespace kerascpp::losses {

namespace values {

Symbol mean_squared_error(const Symbol& y_true, const Symbol& y_pred, const NoArguments&) {
  const auto [t, p] = matched("mean_squared_error", y_true, y_pred);
  return ops::mean(ops::square(t - p), -1);
}

Symbol mean_absolute_error(const Symbol& y_true, const Symbol& y_pred, const NoArguments&) {
  const auto [t, p] = matched("mean_absolute_error", y_true, y_pred);
  return ops::mean(ops::abs(t - p), -1);
}

Symbol mean_absolute_percentage_error(const Symbol& y_true, const Symbol& y_pred, const NoArguments&) {
  const auto [t, p] = matched("mean_absolute_percentage_error", y_true, y_pred);
  return 100 * ops::mean(ops::abs((t - p) / ops::maximum(ops::abs(t), epsilon())), -1);
}

Symbol mean_squared_logarithmic_error(const Symbol& y_true, const Symbol& y_pred, const NoArguments&) {
  const auto [t, p] = matched("mean_squared_logarithmic_error", y_true, y_pred);
  const auto logarithm = [](const Symbol& x) { return ops::log(ops::maximum(x, epsilon()) + 1); };
  return ops::mean(ops::square(logarithm(p) - logarithm(t)), -1);
}

Symbol log_cosh(const Symbol& y_true, const Symbol& y_pred, const NoArguments&) {
  const auto [t, p] = matched("log_cosh", y_true, y_pred);
  const Symbol x = p - t;
  return ops::mean(x + ops::softplus(-2 * x) - std::log(2.0), -1);  // log((exp(x) + exp(-x)) / 2)
}

Symbol poisson(const Symbol& y_true, const Symbol& y_pred, const NoArguments&) {
  const auto [t, p] = matched("poisson", y_true, y_pred);
  return ops::mean(p - t * ops::log(p + epsilon()), -1);
}

Symbol huber(const Symbol& y_true, const Symbol& y_pred, const HuberArguments& arguments) {
  const auto [t, p] = matched("huber", y_true, y_pred);
  const double delta = arguments.delta;
  const Symbol error = p - t, size = ops::abs(error);
  return ops::mean(ops::where(size <= delta, 0.5 * ops::square(error), delta * size - 0.5 * delta * delta), -1);
}

Symbol cosine_similarity(const Symbol& y_true, const Symbol& y_pred, const AxisArguments& arguments) {
  const auto [t, p] = matched("cosine_similarity", y_true, y_pred);
  return -ops::sum(ops::normalize(t, arguments.axis) * ops::normalize(p, arguments.axis), arguments.axis);
}

Symbol kl_divergence(const Symbol& y_true, const Symbol& y_pred, const NoArguments&) {
  const auto [target, prediction] = matched("kl_divergence", y_true, y_pred);
  const Symbol t = ops::clip(target, epsilon(), 1), p = ops::clip(prediction, epsilon(), 1);
  return ops::sum(t * ops::log(t / p), -1);
}

}  // namespace values

namespace {

struct MeanSquaredErrorLoss : PlainLoss<values::mean_squared_error> {
  static constexpr const char *kClassName = "MeanSquaredError", *kName = "mean_squared_error";
};
struct MeanAbsoluteErrorLoss : PlainLoss<values::mean_absolute_error> {
  static constexpr const char *kClassName = "MeanAbsoluteError", *kName = "mean_absolute_error";
};
struct MeanAbsolutePercentageErrorLoss : PlainLoss<values::mean_absolute_percentage_error> {
  static constexpr const char *kClassName = "MeanAbsolutePercentageError", *kName = "mean_absolute_percentage_error";
};
struct MeanSquaredLogarithmicErrorLoss : PlainLoss<values::mean_squared_logarithmic_error> {
  static constexpr const char *kClassName = "MeanSquaredLogarithmicError", *kName = "mean_squared_logarithmic_error";
};
struct LogCoshLoss : PlainLoss<values::log_cosh> {
  static constexpr const char *kClassName = "LogCosh", *kName = "log_cosh";
};
struct PoissonLoss : PlainLoss<values::poisson> {
  static constexpr const char *kClassName = "Poisson", *kName = "poisson";
};
struct KLDivergenceLoss : PlainLoss<values::kl_divergence> {
  static constexpr const char *kClassName = "KLDivergence", *kName = "kl_divergence";
};

struct HuberLoss {
  using Options = HuberOptions;
  static constexpr const char *kClassName = "Huber", *kName = "huber_loss";
  static constexpr std::string_view kLeftOut = "delta";
  static void check(const Options& options) {
    KCPP_CHECK(std::isfinite(options.delta) && options.delta >= 0, ValueError,
               "[Huber] delta must be a finite number of at least 0, received ", options.delta);
  }
  static Symbol values(const Symbol& y_true, const Symbol& y_pred, const Options& options) {
    return values::huber(y_true, y_pred, {options.delta});
  }
};

struct CosineSimilarityLoss {
  using Options = CosineSimilarityOptions;
  static constexpr const char *kClassName = "CosineSimilarity", *kName = "cosine_similarity";
  static constexpr std::string_view kLeftOut = "axis";
  static Symbol values(const Symbol& y_true, const Symbol& y_pred, const Options& options) {
    return values::cosine_similarity(y_true, y_pred, {options.axis});
  }
};

}  // namespace

Loss MeanSquaredError(const LossOptions& options) { return make_loss<MeanSquaredErrorLoss>(options); }
Loss MeanAbsoluteError(const LossOptions& options) { return make_loss<MeanAbsoluteErrorLoss>(options); }
Loss MeanAbsolutePercentageError(const LossOptions& options) {
  return make_loss<MeanAbsolutePercentageErrorLoss>(options);
}
Loss MeanSquaredLogarithmicError(const LossOptions& options) {
  return make_loss<MeanSquaredLogarithmicErrorLoss>(options);
}
Loss LogCosh(const LossOptions& options) { return make_loss<LogCoshLoss>(options); }
Loss Poisson(const LossOptions& options) { return make_loss<PoissonLoss>(options); }
Loss KLDivergence(const LossOptions& options) { return make_loss<KLDivergenceLoss>(options); }
Loss Huber(const HuberOptions& options) { return make_loss<HuberLoss>(options); }
Loss CosineSimilarity(const CosineSimilarityOptions& options) { return make_loss<CosineSimilarityLoss>(options); }

void register_regression_losses(ObjectRegistry& registry) {
  register_loss<MeanSquaredErrorLoss>(registry, {"mean_squared_error", "mse", "MSE"});
  register_loss<MeanAbsoluteErrorLoss>(registry, {"mean_absolute_error", "mae", "MAE"});
  register_loss<MeanAbsolutePercentageErrorLoss>(registry, {"mean_absolute_percentage_error", "mape", "MAPE"});
  register_loss<MeanSquaredLogarithmicErrorLoss>(registry, {"mean_squared_logarithmic_error", "msle", "MSLE"});
  // the last of each row are names of Keras 1 and 2
  register_loss<LogCoshLoss>(registry, {"log_cosh", "logcosh"});
  register_loss<PoissonLoss>(registry, {"poisson"});
  register_loss<KLDivergenceLoss>(registry, {"kl_divergence", "kld", "KLD", "kullback_leibler_divergence"});
  register_loss<HuberLoss>(registry, {"huber", "huber_loss"});
  register_loss<CosineSimilarityLoss>(registry, {"cosine_similarity", "cosine_proximity"});
}

}  // namespace kerascpp::losses
