#include <kerascpp/core/fields_config.hpp>
#include <kerascpp/graph/node.hpp>
#include <kerascpp/ops/elementwise.hpp>
#include <kerascpp/ops/reductions.hpp>
#include <kerascpp/ops/shape.hpp>

#include "metrics/families.hpp"
#include "metrics/mean.hpp"

namespace kerascpp::metrics {
namespace {

Symbol cast(const Symbol& x, DType dtype) {
  return x.dtype() == dtype ? x : make_symbol("cast", {x}, {{"dtype", dtype}});
}

Symbol argmax_last(const Symbol& x) { return cast(ops::argmax(x, -1), DType::Int32); }

/// Whether the predicted class is the label. Source: keras.metrics.SparseCategoricalAccuracy.
class SparseCategoricalAccuracy final : public MeanMetric {
 public:
  using MeanMetric::MeanMetric;
  [[nodiscard]] std::string class_name() const override { return "SparseCategoricalAccuracy"; }
  [[nodiscard]] Symbol values(const Symbol& y_true, const Symbol& y_pred) const override {
    Symbol labels = y_true;
    if (labels.ndim() == y_pred.ndim() && labels.shape().back() == 1) labels = ops::squeeze(labels, {-1});
    return ops::equal(cast(labels, DType::Int32), argmax_last(y_pred));
  }
};

/// Whether target and prediction have their largest value at the same class. Source: keras.metrics.CategoricalAccuracy.
class CategoricalAccuracy final : public MeanMetric {
 public:
  using MeanMetric::MeanMetric;
  [[nodiscard]] std::string class_name() const override { return "CategoricalAccuracy"; }
  [[nodiscard]] Symbol values(const Symbol& y_true, const Symbol& y_pred) const override {
    return ops::equal(argmax_last(y_true), argmax_last(y_pred));
  }
};

/// Whether the prediction lies on the target's side of `threshold`. Source: keras.metrics.BinaryAccuracy.
class BinaryAccuracy final : public MeanMetric {
 public:
  BinaryAccuracy(std::string name, double threshold) : MeanMetric(std::move(name)), threshold_(threshold) {
    KCPP_CHECK(threshold > 0 && threshold < 1, ValueError, "[BinaryAccuracy] threshold must be in (0, 1), received ",
               threshold);
  }
  [[nodiscard]] std::string class_name() const override { return "BinaryAccuracy"; }
  [[nodiscard]] Symbol values(const Symbol& y_true, const Symbol& y_pred) const override {
    const Symbol decided = cast(ops::greater(y_pred, threshold_), y_pred.dtype());
    return ops::equal(cast(y_true, y_pred.dtype()), decided);
  }
  [[nodiscard]] Config get_config() const override {
    Config config = MetricBase::get_config();
    config.set("threshold", threshold_);
    return config;
  }

 private:
  double threshold_;
};

std::string name_in(const Config& config, const char* fallback) {
  const Config* name = config.find("name");
  return name != nullptr && name->is_string() ? name->as_string() : fallback;
}

template <class T>
void add(ObjectRegistry& registry, const char* class_name, const char* name) {
  registry.add(
      {"metric", class_name, "keras.metrics", "", {name}, [name](const Config& config) -> std::shared_ptr<Object> {
         return std::make_shared<T>(name_in(config, name));
       }});
}

}  // namespace

void register_accuracies(ObjectRegistry& registry) {
  add<SparseCategoricalAccuracy>(registry, "SparseCategoricalAccuracy", "sparse_categorical_accuracy");
  add<CategoricalAccuracy>(registry, "CategoricalAccuracy", "categorical_accuracy");
  registry.add({"metric",
                "BinaryAccuracy",
                "keras.metrics",
                "",
                {"binary_accuracy"},
                [](const Config& config) -> std::shared_ptr<Object> {
                  const Config* threshold = config.find("threshold");
                  return std::make_shared<BinaryAccuracy>(name_in(config, "binary_accuracy"),
                                                          threshold == nullptr ? 0.5 : threshold->as_double());
                }});
}

}  // namespace kerascpp::metrics
