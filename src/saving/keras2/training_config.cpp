#include "saving/keras2/training_config.hpp"

#include <algorithm>

#include <kerascpp/core/error.hpp>
#include <kerascpp/saving/object.hpp>

namespace kerascpp {
namespace {

std::string text_in(const Config& config, std::string_view key) {
  const Config* value = config.find(key);
  return value != nullptr && value->is_string() ? value->as_string() : std::string();
}

std::string without_package(std::string class_name) {
  return class_name.rfind("Custom>", 0) == 0 ? class_name.substr(7) : class_name;
}

/// A function's name stands alone, or in the config of a plain function.
Config function_name(const Config& function) {
  if (function.is_map() && text_in(function, "class_name") == "function") return function.at("config");
  return function;
}

/// A metric function under the name that it was compiled with: "accuracy" of categorical_accuracy, for instance.
Config named_metric(const Config& given, Config config) {
  const Config function = function_name(config.at("fn"));
  Config result = given;
  const ObjectClass* metric =
      function.is_string() ? ObjectRegistry::global().find("metric", function.as_string()) : nullptr;
  if (metric != nullptr) {
    config.erase("fn");
    result.set("class_name", metric->class_name);
  } else {
    config.set("fn", function);
  }
  result.set("config", std::move(config));
  return result;
}

/// Losses and metrics in any arrangement.
Config converted_object(const Config& given) {
  if (given.is_list()) {
    Config::List list;
    for (const Config& item : given.as_list()) list.push_back(converted_object(item));
    return Config(std::move(list));
  }
  if (!given.is_map()) return given;
  if (!given.contains("class_name")) {  // by output
    Config map = Config::map();
    for (const auto& [key, value] : given.as_map()) map.set(key, converted_object(value));
    return map;
  }
  const std::string class_name = without_package(text_in(given, "class_name"));
  const Config* inner = given.find("config");
  if (class_name == "function") return function_name(given);
  Config config = inner == nullptr || !inner->is_map() ? Config::map() : *inner;
  if (class_name == "LossFunctionWrapper" && config.contains("fn")) return function_name(config.at("fn"));
  if (class_name == "MeanMetricWrapper" && config.contains("fn")) return named_metric(given, config);
  config.erase("fn");
  if (text_in(config, "reduction") == "auto") config.set("reduction", "sum_over_batch_size");
  Config result = given;
  result.set("class_name", class_name);
  result.set("config", std::move(config));
  return result;
}

Config converted_optimizer(const Config& given) {
  if (!given.is_map()) return given;
  Config config = given.at("config");
  for (const char* key : {"jit_compile", "is_legacy_optimizer", "schedule_decay"}) config.erase(key);
  if (const Config* rate = config.find("lr")) {
    config.set("learning_rate", Config(*rate));
    config.erase("lr");
  }
  if (const Config* epsilon = config.find("epsilon"); epsilon != nullptr && epsilon->is_null()) config.erase("epsilon");
  if (const Config* decay = config.find("decay")) {
    const double rate = decay->as_double();
    config.erase("decay");
    if (rate > 0)  // lr / (1 + decay * iterations)
      config.set("learning_rate",
                 Config::map({{"class_name", "InverseTimeDecay"},
                              {"config", Config::map({{"initial_learning_rate", config.at("learning_rate")},
                                                      {"decay_steps", 1},
                                                      {"decay_rate", rate}})}}));
  }
  return Config::map({{"class_name", without_package(text_in(given, "class_name"))}, {"config", std::move(config)}});
}

/// "score_mae" of output "score" is called "mae".
void drop_output_name(Config& metrics, const std::string& output) {
  if (metrics.is_list())
    for (Config& metric : metrics.as_list()) drop_output_name(metric, output);
  Config* config = metrics.is_map() ? metrics.find("config") : nullptr;
  const std::string name = config == nullptr ? std::string() : text_in(*config, "name");
  if (name.rfind(output + "_", 0) == 0) config->set("name", name.substr(output.size() + 1));
}

/// The same of the metrics of each output, in order or by name.
void drop_output_names(Config& metrics, const std::vector<std::string>& names) {
  if (metrics.is_list())
    for (std::size_t i = 0; i < std::min(metrics.size(), names.size()); ++i)
      drop_output_name(metrics.as_list()[i], names[i]);
  else if (metrics.is_map() && !metrics.contains("class_name"))
    for (auto& [output, value] : metrics.as_map()) drop_output_name(value, output);
}

bool is_for_one_output(const Config& item) { return item.is_list() || item.is_null(); }

/// Not what Nadam has beside its slots, nor the placeholders of Adafactor.
bool is_kept(const OptimizerBase& optimizer, const Variable& variable) {
  return variable.name() != optimizer.arguments().name + "_shared" && variable.dtype() != DType::Int32;
}

}  // namespace

void convert_keras2_metrics(Config& compile, const std::vector<std::string>& output_names) {
  if (output_names.size() < 2) return;
  for (const char* key : {"metrics", "weighted_metrics"}) {
    Config* metrics = compile.find(key);
    if (metrics == nullptr) continue;
    if (metrics->is_list() && metrics->size() > 0 &&
        std::none_of(metrics->as_list().begin(), metrics->as_list().end(), is_for_one_output))
      *metrics = Config(Config::List(output_names.size(), *metrics));
    drop_output_names(*metrics, output_names);
  }
}

Config keras3_compile_config(const Config& training, const std::vector<std::string>& output_names) {
  Config config = Config::map();
  if (const Config* optimizer = training.find("optimizer_config"))
    config.set("optimizer", converted_optimizer(*optimizer));
  for (const char* key : {"loss", "metrics", "weighted_metrics"})
    if (const Config* value = training.find(key)) config.set(key, converted_object(*value));
  convert_keras2_metrics(config, output_names);
  if (const Config* weights = training.find("loss_weights")) config.set("loss_weights", *weights);
  return config;
}

std::vector<Tensor> keras3_optimizer_state(const OptimizerBase& optimizer, const std::vector<std::string>& names,
                                           const std::vector<Tensor>& stored) {
  const std::vector<Variable> variables = optimizer.variables();
  const bool has_rate = variables.size() > 1 && variables[1].name() == "learning_rate";
  std::vector<std::size_t> kept;  // places of the variables that Keras 2 keeps behind its counter
  for (std::size_t i = has_rate ? 2 : 1; i < variables.size(); ++i)
    if (is_kept(optimizer, variables[i])) kept.push_back(i);
  const std::size_t kinds = optimizer.slot_names().size(), count = kinds == 0 ? 0 : kept.size() / kinds;
  // Keras 2 keeps the momentum of SGD even where there is none
  KCPP_CHECK(stored.size() == kept.size() + 1 || (kinds == 0 && !stored.empty()), FormatError, "the optimizer has ",
             kept.size(), " values beside its counter, the file has ",
             stored.size() - std::min<std::size_t>(stored.size(), 1));
  std::vector<Tensor> state(variables.size());
  state[0] = stored[0];
  // since 2.11 as in Keras 3; before, the first slots of all variables come first
  if (names.front().rfind("iteration:", 0) == 0) {
    if (stored.size() == kept.size() + 1)
      for (std::size_t i = 0; i < kept.size(); ++i) state[kept[i]] = stored[1 + i];
    return state;
  }
  const std::size_t together = std::min(optimizer.slots_kept_together(), kinds);
  for (std::size_t slot = 0; slot < kinds; ++slot)
    for (std::size_t i = 0; i < count; ++i) {
      const std::size_t ours = slot < together ? i * together + slot : together * count + (slot - together) * count + i;
      state[kept[ours]] = stored[1 + slot * count + i];
    }
  return state;
}

void set_optimizer_state(const OptimizerBase& optimizer, const std::vector<Tensor>& values) {
  std::vector<Variable> variables = optimizer.variables();
  KCPP_CHECK(values.size() == variables.size(), FormatError, "the optimizer has ", variables.size(),
             " values, the file has ", values.size());
  for (std::size_t i = 0; i < values.size(); ++i)
    KCPP_CHECK(!values[i].defined() || values[i].shape() == variables[i].shape(), FormatError, "value ", i, " (\"",
               variables[i].name(), "\") of the optimizer has shape ", variables[i].shape(), ", the file has ",
               values[i].shape());
  for (std::size_t i = 0; i < values.size(); ++i)
    if (values[i].defined()) variables[i].set_value(values[i].astype(variables[i].dtype()));
}

}  // namespace kerascpp
