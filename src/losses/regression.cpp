#include <kerascpp/ops/elementwise.hpp>
#include <kerascpp/ops/reductions.hpp>

#include "losses/common.hpp"
#include "losses/families.hpp"

namespace kerascpp::losses {
namespace {

/// A mean over the last axis of a function of target and prediction.
struct RegressionLoss {
  const char* class_name;
  const char* name;
  Symbol (*values)(const Symbol& y_true, const Symbol& y_pred);
};

constexpr RegressionLoss kMeanSquaredError = {
    "MeanSquaredError", "mean_squared_error",
    [](const Symbol& y_true, const Symbol& y_pred) -> Symbol { return ops::square(y_true - y_pred); }};
constexpr RegressionLoss kMeanAbsoluteError = {
    "MeanAbsoluteError", "mean_absolute_error",
    [](const Symbol& y_true, const Symbol& y_pred) -> Symbol { return ops::abs(y_true - y_pred); }};

template <const RegressionLoss& Row>
class Regression final : public LossWith<LossOptions> {
 public:
  using LossWith::LossWith;
  [[nodiscard]] std::string class_name() const override { return Row.class_name; }
  [[nodiscard]] Symbol call(const Symbol& y_true, const Symbol& y_pred) const override {
    return ops::mean(Row.values(y_true, y_pred), -1);
  }
};

template <const RegressionLoss& Row>
Loss make(LossOptions options) {
  if (options.name.empty()) options.name = Row.name;
  return Loss(std::make_shared<Regression<Row>>(options));
}

}  // namespace

Loss MeanSquaredError(const LossOptions& options) { return make<kMeanSquaredError>(options); }
Loss MeanAbsoluteError(const LossOptions& options) { return make<kMeanAbsoluteError>(options); }

void register_regression_losses(ObjectRegistry& registry) {
  register_loss<Regression<kMeanSquaredError>>(registry, "MeanSquaredError", {"mean_squared_error", "mse", "MSE"},
                                               LossOptions{.name = kMeanSquaredError.name});
  register_loss<Regression<kMeanAbsoluteError>>(registry, "MeanAbsoluteError", {"mean_absolute_error", "mae", "MAE"},
                                                LossOptions{.name = kMeanAbsoluteError.name});
}

}  // namespace kerascpp::losses
