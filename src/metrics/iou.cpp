// Intersection over union, from one confusion matrix of integer classes.
#include <algorithm>
#include <numeric>

#include <kerascpp/core/settings.hpp>
#include <kerascpp/ops/creation.hpp>
#include <kerascpp/ops/elementwise.hpp>
#include <kerascpp/ops/indexing.hpp>
#include <kerascpp/ops/like.hpp>
#include <kerascpp/ops/linear_algebra.hpp>
#include <kerascpp/ops/reductions.hpp>
#include <kerascpp/ops/shape.hpp>

#include "losses/shapes.hpp"
#include "metrics/common.hpp"
#include "metrics/families.hpp"

namespace kerascpp::metrics {
namespace {

/// What all five metrics come down to.
struct IoUSettings {
  std::int64_t num_classes = 2;
  std::vector<std::int64_t> target_class_ids;
  std::optional<std::int64_t> ignore_class = {};
  bool sparse_y_true = true;
  bool sparse_y_pred = true;
  std::int64_t axis = -1;
  std::optional<double> threshold = {};  // BinaryIoU
};

// State: the confusion matrix (C, C), rows by target.
class IoUMetric final : public MetricBase {
 public:
  IoUMetric(const char* class_name, std::string name, const std::string& dtype, IoUSettings settings, Config config)
      : MetricBase(std::move(name), dtype.empty() ? "int64" : dtype),
        class_name_(class_name),
        settings_(std::move(settings)),
        config_(std::move(config)) {
    KCPP_CHECK(settings_.num_classes > 0, ValueError, "[", class_name_, "] num_classes must be at least 1, received ",
               settings_.num_classes);
    KCPP_CHECK(!settings_.target_class_ids.empty(), ValueError, "[", class_name_,
               "] expected at least one of target_class_ids");
    for (const std::int64_t id : settings_.target_class_ids)
      KCPP_CHECK(id >= 0 && id < settings_.num_classes, ValueError, "[", class_name_, "] target class ", id,
                 " is out of range for ", settings_.num_classes, " classes");
  }
  [[nodiscard]] std::string class_name() const override { return class_name_; }
  [[nodiscard]] int direction() const override { return 1; }
  [[nodiscard]] Config get_config() const override {
    Config config = MetricBase::get_config();
    for (const auto& [key, value] : config_.as_map())
      if (!config.contains(key)) config.set(key, value);
    return config;
  }

  [[nodiscard]] std::vector<Tensor> initial_state(const Shape&, const Shape&) const override {
    return {zeros({settings_.num_classes, settings_.num_classes}, dtype_of(*this))};
  }

  [[nodiscard]] std::vector<Symbol> update(const std::vector<Symbol>& state, const Symbol& y_true, const Symbol& y_pred,
                                           const Symbol& sample_weight) const override {
    const std::int64_t classes = settings_.num_classes;
    const Symbol targets = settings_.sparse_y_true ? y_true : ops::argmax(y_true, settings_.axis);
    Symbol predictions = y_pred;
    if (settings_.threshold) predictions = ops::cast(y_pred, DType::Float32) >= *settings_.threshold;
    if (!settings_.sparse_y_pred) predictions = ops::argmax(predictions, settings_.axis);
    const Symbol t = flat(targets), p = flat(predictions);
    KCPP_CHECK(t.dim(0) == p.dim(0) || t.dim(0) == None || p.dim(0) == None, ShapeError, "[", class_name_,
               "] expected a prediction for each target, received y_true ", y_true.shape(), " and y_pred ",
               y_pred.shape());
    Symbol counted = ops::logical_and(ops::logical_and(t >= 0, t < classes), ops::logical_and(p >= 0, p < classes));
    if (settings_.ignore_class) counted = ops::logical_and(counted, t != *settings_.ignore_class);
    const DType dtype = dtype_of(*this);
    Symbol weight = ops::cast(ops::ones_like(t), dtype);
    if (sample_weight.defined()) weight = flat_weight(sample_weight, targets, dtype);
    const Symbol cell = ops::where(counted, t * classes + p, -1);  // -1 is left out
    return {state[0] + ops::reshape(ops::segment_sum(weight, cell, classes * classes), {classes, classes})};
  }

  [[nodiscard]] Symbol result(const std::vector<Symbol>& state) const override {
    const Symbol& matrix = state[0];
    const Tensor ids = Tensor(settings_.target_class_ids);
    const auto of_targets = [&](const Symbol& x) { return ops::cast(ops::take(x, constant(ids), 0), DType::Float32); };
    const Symbol both = ops::diagonal(matrix);
    const Symbol either = ops::sum(matrix, 0) + ops::sum(matrix, 1) - both;
    const Symbol intersection = of_targets(both), size = of_targets(either);
    const Symbol valid = size > 1e-9;
    const Symbol iou = ops::where(valid, intersection / (size + epsilon()), 0);
    return ops::sum(iou) / (ops::sum(ops::cast(valid, DType::Float32)) + epsilon());
  }

 private:
  [[nodiscard]] static Symbol flat(const Symbol& x) { return ops::reshape(ops::cast(x, DType::Int32), {-1}); }
  /// One weight per target; those per sample are spread over the positions of the sample.
  [[nodiscard]] static Symbol flat_weight(const Symbol& weight, const Symbol& targets, DType dtype) {
    const Symbol aligned = weight.ndim() > targets.ndim() ? ops::squeeze(weight, -1) : weight;
    const Symbol spread = ops::broadcast_like(losses::aligned_weight(ops::cast(aligned, dtype), targets), targets);
    return ops::reshape(spread, {-1});
  }

  const char* class_name_;
  IoUSettings settings_;
  Config config_;
};

template <class Options>
Config config_of(const Options& options) {
  Config config = Config::map();
  add_fields(config, options);
  config.erase("name");
  config.erase("dtype");
  return config;
}

std::string named(const std::string& name, const char* usual) { return name.empty() ? usual : name; }

std::vector<std::int64_t> all_classes(std::int64_t num_classes) {
  std::vector<std::int64_t> ids(static_cast<std::size_t>(std::max<std::int64_t>(num_classes, 0)));
  std::iota(ids.begin(), ids.end(), 0);
  return ids;
}

template <class Options, class Make>
void add(ObjectRegistry& registry, const char* class_name, std::vector<std::string> aliases, Make make) {
  registry.add({"metric", class_name, "keras.metrics", "", std::move(aliases),
                [class_name, make](const Config& config) -> std::shared_ptr<Object> {
                  ConfigReader reader(config, class_name);
                  Options options;
                  reader.fields(options);
                  const Metric metric = make(reader, options);
                  reader.finish();
                  return metric.object();
                }});
}

}  // namespace

Metric IoU(std::int64_t num_classes, const std::vector<std::int64_t>& target_class_ids, const IoUOptions& options) {
  Config config = config_of(options);
  config.set("num_classes", kerascpp::to_config(num_classes));
  config.set("target_class_ids", kerascpp::to_config(target_class_ids));
  const IoUSettings settings{num_classes,           target_class_ids,      options.ignore_class,
                             options.sparse_y_true, options.sparse_y_pred, options.axis};
  return Metric(std::make_shared<IoUMetric>("IoU", named(options.name, "io_u"), options.dtype, settings, config));
}

Metric MeanIoU(std::int64_t num_classes, const IoUOptions& options) {
  Config config = config_of(options);
  config.set("num_classes", kerascpp::to_config(num_classes));
  const IoUSettings settings{num_classes,           all_classes(num_classes), options.ignore_class,
                             options.sparse_y_true, options.sparse_y_pred,    options.axis};
  return Metric(
      std::make_shared<IoUMetric>("MeanIoU", named(options.name, "mean_io_u"), options.dtype, settings, config));
}

Metric BinaryIoU(const BinaryIoUOptions& options) {
  IoUSettings settings{.num_classes = 2, .target_class_ids = options.target_class_ids};
  settings.threshold = options.threshold;
  return Metric(std::make_shared<IoUMetric>("BinaryIoU", named(options.name, "binary_io_u"), options.dtype, settings,
                                            config_of(options)));
}

Metric OneHotIoU(std::int64_t num_classes, const std::vector<std::int64_t>& target_class_ids,
                 const OneHotIoUOptions& options) {
  Config config = config_of(options);
  config.set("num_classes", kerascpp::to_config(num_classes));
  config.set("target_class_ids", kerascpp::to_config(target_class_ids));
  const IoUSettings settings{num_classes, target_class_ids,      options.ignore_class,
                             false,       options.sparse_y_pred, options.axis};
  return Metric(
      std::make_shared<IoUMetric>("OneHotIoU", named(options.name, "one_hot_io_u"), options.dtype, settings, config));
}

Metric OneHotMeanIoU(std::int64_t num_classes, const OneHotIoUOptions& options) {
  Config config = config_of(options);
  config.set("num_classes", kerascpp::to_config(num_classes));
  const IoUSettings settings{num_classes, all_classes(num_classes), options.ignore_class,
                             false,       options.sparse_y_pred,    options.axis};
  return Metric(std::make_shared<IoUMetric>("OneHotMeanIoU", named(options.name, "one_hot_mean_io_u"), options.dtype,
                                            settings, config));
}

void register_ious(ObjectRegistry& registry) {
  const auto classes = [](ConfigReader& reader) { return reader.required<std::int64_t>("num_classes"); };
  const auto ids = [](ConfigReader& reader) { return reader.required<std::vector<std::int64_t>>("target_class_ids"); };
  add<IoUOptions>(registry, "IoU", {"io_u", "iou"}, [=](ConfigReader& reader, const IoUOptions& options) {
    return IoU(classes(reader), ids(reader), options);
  });
  add<IoUOptions>(registry, "MeanIoU", {"mean_io_u", "mean_iou"},
                  [=](ConfigReader& reader, const IoUOptions& options) { return MeanIoU(classes(reader), options); });
  add<BinaryIoUOptions>(registry, "BinaryIoU", {"binary_io_u", "binary_iou"},
                        [](ConfigReader&, const BinaryIoUOptions& options) { return BinaryIoU(options); });
  add<OneHotIoUOptions>(registry, "OneHotIoU", {"one_hot_io_u", "one_hot_iou"},
                        [=](ConfigReader& reader, const OneHotIoUOptions& options) {
                          return OneHotIoU(classes(reader), ids(reader), options);
                        });
  add<OneHotIoUOptions>(
      registry, "OneHotMeanIoU", {"one_hot_mean_io_u", "one_hot_mean_iou"},
      [=](ConfigReader& reader, const OneHotIoUOptions& options) { return OneHotMeanIoU(classes(reader), options); });
}

}  // namespace kerascpp::metrics
