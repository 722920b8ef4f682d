#include <kerascpp/core/settings.hpp>
#include <kerascpp/ops/elementwise.hpp>
#include <kerascpp/ops/reductions.hpp>

#include "losses/shapes.hpp"
#include "metrics/common.hpp"
#include "metrics/families.hpp"

namespace kerascpp::metrics {

namespace values {

Symbol pearson_correlation(const Symbol& y_true, const Symbol& y_pred, const AxisArguments& arguments) {
  const auto [t, p] = losses::matched("pearson_correlation", y_true, y_pred);
  const auto standardized = [axis = arguments.axis](const Symbol& x) {
    const Symbol centered = x - ops::mean(x, axis, true);
    return centered / ops::std(centered, axis, true);
  };
  return ops::mean(standardized(t) * standardized(p), arguments.axis);
}

Symbol concordance_correlation(const Symbol& y_true, const Symbol& y_pred, const AxisArguments& arguments) {
  const auto [t, p] = losses::matched("concordance_correlation", y_true, y_pred);
  const std::int64_t axis = arguments.axis;
  const Symbol mean_t = ops::mean(t, axis, true), mean_p = ops::mean(p, axis, true);
  // Keras takes the mean of the predictions off both factors; over the axis it gives the covariance all the same
  const Symbol products = (t - mean_p) * (p - mean_p);
  const Symbol spread =
      ops::var(t - mean_t, axis, true) + ops::var(p - mean_p, axis, true) + ops::square(mean_t - mean_p);
  return ops::mean(2 * products / (spread + epsilon()), axis);
}

}  // namespace values

namespace {

struct PearsonCorrelationTraits {
  using Options = AxisOptions;
  static constexpr int kDirection = 1;
  static constexpr const char *kClassName = "PearsonCorrelation", *kName = "pearson_correlation";
  static Symbol values(const Symbol& y_true, const Symbol& y_pred, const Options& options) {
    return values::pearson_correlation(y_true, y_pred, {options.axis});
  }
};

struct ConcordanceCorrelationTraits {
  using Options = AxisOptions;
  static constexpr int kDirection = 1;
  static constexpr const char *kClassName = "ConcordanceCorrelation", *kName = "concordance_correlation";
  static Symbol values(const Symbol& y_true, const Symbol& y_pred, const Options& options) {
    return values::concordance_correlation(y_true, y_pred, {options.axis});
  }
};

}  // namespace

Metric PearsonCorrelation(const AxisOptions& options) { return make_metric<MeanOf<PearsonCorrelationTraits>>(options); }
Metric ConcordanceCorrelation(const AxisOptions& options) {
  return make_metric<MeanOf<ConcordanceCorrelationTraits>>(options);
}

void register_correlations(ObjectRegistry& registry) {
  register_mean<PearsonCorrelationTraits>(registry, {"pearson_correlation"});
  register_mean<ConcordanceCorrelationTraits>(registry, {"concordance_correlation"});
}

}  // namespace kerascpp::metrics
