#include "metrics/wrapper.hpp"

#include "metrics/families.hpp"
#include "saving/config_reader.hpp"

namespace kerascpp::metrics {
namespace {

Config function_config(const std::string& name) {
  return Config::map(
      {{"module", "builtins"}, {"class_name", "function"}, {"config", name}, {"registered_name", "function"}});
}

WrapperMetric::Function function_of(std::shared_ptr<const LossBase> loss) {
  return [loss](const Symbol& y_true, const Symbol& y_pred) { return loss->call(y_true, y_pred); };
}

/// The loss or metric function of that name, with its arguments.
WrapperMetric::Function function_named(const std::string& name, const Config& arguments) {
  if (const ObjectClass* loss = ObjectRegistry::global().find("loss", name))
    return function_of(std::dynamic_pointer_cast<const LossBase>(loss->make(arguments)));
  const auto metric =
      std::dynamic_pointer_cast<const MeanMetric>(ObjectRegistry::global().get("metric", name).make(arguments));
  KCPP_CHECK(metric != nullptr, FormatError, "[MeanMetricWrapper] \"", name,
             "\" is no function of targets and predictions");
  return [metric](const Symbol& y_true, const Symbol& y_pred) { return metric->values(y_true, y_pred); };
}

std::shared_ptr<Object> read_wrapper(const Config& config) {
  Config arguments = Config::map();
  MetricOptions options;
  for (const auto& [key, value] : config.as_map())
    if (key == "name")
      options.name = value.is_null() ? "" : value.as_string();
    else if (key == "dtype")
      options.dtype = value.is_null() ? "" : value.as_string();
    else if (key != "fn")
      arguments.set(key, value);
  const Config& fn = config.at("fn");
  const std::string& name = fn.is_string() ? fn.as_string() : fn.at("config").as_string();
  return std::make_shared<WrapperMetric>(function_named(name, arguments), function_config(name), options);
}

}  // namespace

WrapperMetric::WrapperMetric(Function function, Config function_config, const MetricOptions& options, int direction)
    : MeanMetric(options.name.empty() ? "mean_metric_wrapper" : options.name, options.dtype),
      function_(std::move(function)),
      function_config_(std::move(function_config)),
      direction_(direction) {}

Config WrapperMetric::get_config() const {
  KCPP_CHECK(!function_config_.is_null(), ValueError, "[MeanMetricWrapper] metric \"", name(),
             "\" of a plain callable cannot be saved; derive a class from MetricBase and register it");
  Config config = MeanMetric::get_config();
  config.set("fn", function_config_);
  return config;
}

Metric MeanMetricWrapper(const Loss& fn, const MetricOptions& options) {
  KCPP_CHECK(fn.defined(), ValueError, "[MeanMetricWrapper] expected a function, received an undefined loss");
  const Config config = fn.identifier().empty() ? Config() : function_config(fn.identifier());
  return Metric(std::make_shared<WrapperMetric>(function_of(fn.object()), config, options, config.is_null() ? 0 : -1));
}

void register_wrapper(ObjectRegistry& registry) {
  registry.add({"metric", "MeanMetricWrapper", "keras.metrics", "", {"mean_metric_wrapper"}, read_wrapper});
}

}  // namespace kerascpp::metrics
