#include <kerascpp/graph/node.hpp>
#include <kerascpp/ops/elementwise.hpp>
#include <kerascpp/ops/reductions.hpp>

#include "metrics/families.hpp"
#include "metrics/mean.hpp"

namespace kerascpp::metrics {
namespace {

/// A mean over the last axis of a function of target and prediction.
struct RegressionMetric {
  const char* class_name;
  const char* name;
  const char* short_name;
  Symbol (*values)(const Symbol& y_true, const Symbol& y_pred);
};

constexpr RegressionMetric kMeanSquaredError = {
    "MeanSquaredError", "mean_squared_error", "mse",
    [](const Symbol& y_true, const Symbol& y_pred) -> Symbol { return ops::square(y_true - y_pred); }};
constexpr RegressionMetric kMeanAbsoluteError = {
    "MeanAbsoluteError", "mean_absolute_error", "mae",
    [](const Symbol& y_true, const Symbol& y_pred) -> Symbol { return ops::abs(y_true - y_pred); }};

template <const RegressionMetric& Row>
class Regression final : public MeanMetric {
 public:
  using MeanMetric::MeanMetric;
  [[nodiscard]] std::string class_name() const override { return Row.class_name; }
  [[nodiscard]] Symbol values(const Symbol& y_true, const Symbol& y_pred) const override {
    const Symbol target = make_symbol("cast", {y_true}, {{"dtype", y_pred.dtype()}});
    return ops::mean(Row.values(target, y_pred), -1);
  }
};

template <const RegressionMetric& Row>
void add(ObjectRegistry& registry) {
  registry.add({"metric",
                Row.class_name,
                "keras.metrics",
                "",
                {Row.name, Row.short_name},
                [](const Config& config) -> std::shared_ptr<Object> {
                  const Config* name = config.find("name");
                  return std::make_shared<Regression<Row>>(name != nullptr && name->is_string() ? name->as_string()
                                                                                                : Row.name);
                }});
}

}  // namespace

void register_regression_metrics(ObjectRegistry& registry) {
  add<kMeanSquaredError>(registry);
  add<kMeanAbsoluteError>(registry);
}

}  // namespace kerascpp::metrics
