#include "saving/compile_config.hpp"

#include <kerascpp/core/fields_config.hpp>

namespace kerascpp {
namespace {

Config loss_config(const Loss& loss) {
  if (!loss.defined()) return {};
  if (!loss.identifier().empty()) return loss.identifier();
  return serialize_object("loss", *loss.object());
}

/// Values by position or by name, as they were given.
template <class T, class F>
Config arranged(const std::vector<T>& values, const std::vector<std::string>& names, bool is_list, F&& one) {
  if (values.empty()) return {};
  if (!names.empty()) {
    Config config = Config::map();
    for (std::size_t i = 0; i < names.size(); ++i) config.set(names[i], one(values[i]));
    return config;
  }
  if (!is_list) return one(values.front());
  Config::List list;
  for (const T& value : values) list.push_back(one(value));
  return Config(std::move(list));
}

Loss loss_from(const Config& config) {
  if (config.is_null()) return {};
  if (config.is_string()) return Loss(config.as_string());
  auto object = std::dynamic_pointer_cast<LossBase>(deserialize_object("loss", config));
  KCPP_CHECK(object != nullptr, FormatError, "expected a loss, received ", config);
  return Loss(std::move(object));
}

Metric metric_from(const Config& config) {
  if (config.is_string()) return Metric(config.as_string());
  auto object = std::dynamic_pointer_cast<MetricBase>(deserialize_object("metric", config));
  KCPP_CHECK(object != nullptr, FormatError, "expected a metric, received ", config);
  return Metric(std::move(object));
}

bool is_object(const Config& config) { return config.is_map() && config.contains("class_name"); }

LossArgument losses_from(const Config& config) {
  if (config.is_null()) return {};
  if (config.is_list()) {
    std::vector<Loss> losses;
    for (const Config& item : config.as_list()) losses.push_back(loss_from(item));
    return losses;
  }
  if (config.is_map() && !is_object(config)) {
    Dict by_name;
    for (const auto& [name, value] : config.as_map()) by_name.set(name, DictValue(loss_from(value)));
    return by_name;
  }
  return loss_from(config);
}

NumbersArgument numbers_from(const Config& config) {
  if (config.is_null()) return {};
  if (config.is_map()) {
    Dict by_name;
    for (const auto& [name, value] : config.as_map())
      by_name.set(name, DictValue(Tensor(std::vector<double>{value.as_double()})));
    return by_name;
  }
  if (config.is_number()) return config.as_double();
  std::vector<double> numbers;
  for (const Config& item : config.as_list()) numbers.push_back(item.as_double());
  return numbers;
}

std::vector<Metric> metric_list(const Config& config) {
  std::vector<Metric> metrics;
  if (config.is_null()) return metrics;
  if (!config.is_list()) return {metric_from(config)};
  for (const Config& item : config.as_list())
    if (!item.is_null()) metrics.push_back(metric_from(item));
  return metrics;
}

MetricsArgument metrics_from(const Config& config) {
  if (config.is_null()) return {};
  if (config.is_map() && !is_object(config)) {
    Dict by_name;
    for (const auto& [name, value] : config.as_map()) {
      std::vector<DictValue> values;
      for (const Metric& metric : metric_list(value)) values.emplace_back(metric);
      by_name.set(name, DictValue(std::move(values)));
    }
    return by_name;
  }
  return MetricsArgument::from_items(config, metric_list);
}

}  // namespace

Config compile_config(const CompileOptions& options) {
  Config config = Config::map();
  config.set("optimizer", serialize_object("optimizer", *options.optimizer.object()));
  config.set("loss", arranged(options.loss.losses(), options.loss.names(), options.loss.is_list(), loss_config));
  config.set("loss_weights", arranged(options.loss_weights.numbers(), options.loss_weights.names(), true,
                                      [](double number) { return Config(number); }));
  config.set("metrics", options.metrics.to_config());
  config.set("weighted_metrics", options.weighted_metrics.to_config());
  config.set("run_eagerly", options.run_eagerly);
  config.set("steps_per_execution", to_config(options.steps_per_execution));
  config.set("jit_compile", options.jit_compile == "auto" ? Config(false) : Config(options.jit_compile == "true"));
  return config;
}

CompileOptions compile_options(const Config& config) {
  KCPP_CHECK(config.is_map(), FormatError, "expected a map as compile_config, received ", config);
  CompileOptions options;
  const auto value = [&config](const char* key) {
    const Config* found = config.find(key);
    return found == nullptr ? Config() : *found;
  };
  if (const Config optimizer = value("optimizer"); optimizer.is_string()) {
    options.optimizer = Optimizer(optimizer.as_string());
  } else if (!optimizer.is_null()) {
    auto object = std::dynamic_pointer_cast<OptimizerBase>(deserialize_object("optimizer", optimizer));
    KCPP_CHECK(object != nullptr, FormatError, "expected an optimizer, received ", optimizer);
    options.optimizer = Optimizer(std::move(object));
  }
  options.loss = losses_from(value("loss"));
  options.loss_weights = numbers_from(value("loss_weights"));
  options.metrics = metrics_from(value("metrics"));
  options.weighted_metrics = metrics_from(value("weighted_metrics"));
  if (const Config steps = value("steps_per_execution"); steps.is_int()) options.steps_per_execution = steps.as_int();
  return options;
}

}  // namespace kerascpp
