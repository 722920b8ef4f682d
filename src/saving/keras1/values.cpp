#include "saving/keras1/values.hpp"

#include <string_view>

#include <kerascpp/core/error.hpp>

namespace kerascpp {
namespace {

bool ends_with(std::string_view text, std::string_view end) {
  return text.size() >= end.size() && text.substr(text.size() - end.size()) == end;
}

Config number_in(const Config& config, std::string_view key, double fallback) {
  const Config* value = config.find(key);
  return value == nullptr || value->is_null() ? Config(fallback) : *value;
}

/// {"name": "WeightRegularizer", "l1", "l2"}; called L1L2Regularizer later, ActivityRegularizer on outputs.
Config regularizer(const Config& given) {
  if (!given.is_map() || !given.contains("name")) return given;
  const std::string& name = given.at("name").as_string();
  KCPP_CHECK(name == "WeightRegularizer" || name == "L1L2Regularizer" || name == "ActivityRegularizer", FormatError,
             "the regularizer \"", name, "\" has no counterpart in Keras 3");
  return Config::map(
      {{"class_name", "L1L2"},
       {"config", Config::map({{"l1", number_in(given, "l1", 0.0)}, {"l2", number_in(given, "l2", 0.0)}})}});
}

/// {"name": "MaxNorm", "m", "axis"} and the like; a name alone stays.
Config constraint(const Config& given) {
  if (!given.is_map() || !given.contains("name")) return given;
  const std::string& name = given.at("name").as_string();
  Config config = Config::map();
  if (name == "MaxNorm") config.set("max_value", number_in(given, "m", 2));
  if (name == "MaxNorm" || name == "UnitNorm") config.set("axis", number_in(given, "axis", 0));
  KCPP_CHECK(name == "MaxNorm" || name == "UnitNorm" || name == "NonNeg", FormatError, "the constraint \"", name,
             "\" has no counterpart in Keras 3");
  return Config::map({{"class_name", name}, {"config", std::move(config)}});
}

}  // namespace

void convert_keras1_values(Config& config) {
  for (auto& [key, value] : config.as_map()) {
    if (ends_with(key, "_regularizer")) value = regularizer(value);
    if (ends_with(key, "_constraint")) value = constraint(value);
    if (key == "unit_forget_bias" && value.is_string()) value = Config(value.as_string() == "one");
    if (key == "data_format" && value.is_string()) {
      if (value.as_string() == "th") value = Config("channels_first");
      if (value.as_string() == "tf") value = Config("channels_last");
    }
  }
  // of the processor's settings, when the file was written
  if (const Config* format = config.find("data_format"); format != nullptr && *format == Config("default"))
    config.erase("data_format");
}

}  // namespace kerascpp
