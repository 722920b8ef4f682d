#include "saving/keras2/training_config.hpp"

#include <algorithm>

#include <kerascpp/core/error.hpp>

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
  const bool is_wrapper = class_name == "MeanMetricWrapper" || class_name == "LossFunctionWrapper";
  if (is_wrapper && config.contains("fn")) return function_name(config.at("fn"));
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

}  // namespace

Config keras3_compile_config(const Config& training) {
  Config config = Config::map();
  if (const Config* optimizer = training.find("optimizer_config"))
    config.set("optimizer", converted_optimizer(*optimizer));
  for (const char* key : {"loss", "metrics", "weighted_metrics"})
    if (const Config* value = training.find(key)) config.set(key, converted_object(*value));
  if (const Config* weights = training.find("loss_weights")) config.set("loss_weights", *weights);
  return config;
}

std::vector<Tensor> keras3_optimizer_state(const OptimizerBase& optimizer, const std::vector<std::string>& names,
                                           const std::vector<Tensor>& stored) {
  const std::vector<Variable> variables = optimizer.variables();
  const bool has_rate = variables.size() > 1 && variables[1].name() == "learning_rate";
  const std::size_t first = has_rate ? 2 : 1, slots = variables.size() - first;
  // Keras 2 keeps the momentum of SGD even where there is none
  KCPP_CHECK(stored.size() == slots + 1 || (slots == 0 && !stored.empty()), FormatError, "the optimizer has ", slots,
             " values beside its counter, the file has ", stored.size(), " arrays");
  std::vector<Tensor> state(variables.size());
  state[0] = stored[0];
  // since 2.11 as in Keras 3; before, the first slots of all variables come first
  const std::string& counter = names.front();
  const bool slot_by_slot = counter.rfind("iteration:", 0) != 0;
  const std::size_t kinds = optimizer.slot_names().size(), count = kinds == 0 ? 0 : slots / kinds;
  const std::size_t together = std::min(optimizer.slots_kept_together(), kinds);
  for (std::size_t slot = 0; slot < kinds; ++slot)
    for (std::size_t i = 0; i < count; ++i) {
      const std::size_t ours = slot < together ? i * together + slot : together * count + (slot - together) * count + i;
      state[first + ours] = stored[1 + (slot_by_slot ? slot * count + i : ours)];
    }
  return state;
}

}  // namespace kerascpp
