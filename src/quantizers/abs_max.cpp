#include <kerascpp/core/fields_config.hpp>
#include <kerascpp/ops/elementwise.hpp>
#include <kerascpp/ops/numeric.hpp>
#include <kerascpp/ops/reductions.hpp>

#include "quantizers/configs.hpp"
#include "saving/config_reader.hpp"

namespace kerascpp::quantizers {
namespace {

void check(const AbsMaxQuantizerOptions& options) {
  const std::vector<std::int64_t>& range = options.value_range;
  KCPP_CHECK(range.size() == 2 && range[0] < range[1], ValueError,
             "[AbsMaxQuantizer] value_range must be the smallest and the largest value, received ", to_config(range));
  KCPP_CHECK(options.output_dtype == "int8", ValueError, "[AbsMaxQuantizer] output_dtype must be \"int8\", received \"",
             options.output_dtype, "\"");
  KCPP_CHECK(range[0] >= -128 && range[1] <= 127, ValueError,
             "[AbsMaxQuantizer] with output_dtype \"int8\" value_range must be within [-128, 127], received ",
             to_config(range));
}

Config object_config(std::string_view class_name, Config fields) {
  return Config::map({{"module", "keras.quantizers"},
                      {"class_name", class_name},
                      {"config", std::move(fields)},
                      {"registered_name", Config()}});
}

std::optional<AbsMaxQuantizerOptions> quantizer_from(const Config& config) {
  if (config.is_null()) return {};
  const std::string& kind = config.at("class_name").as_string();
  KCPP_CHECK(kind == "AbsMaxQuantizer", ValueError,
             "[quantize] expected a quantizer of class AbsMaxQuantizer, received ", kind);
  AbsMaxQuantizerOptions options;
  ConfigReader reader(config.at("config"), "AbsMaxQuantizer");
  reader.fields(options);
  reader.finish();
  check(options);
  return options;
}

}  // namespace

Quantized abs_max_quantized(const Symbol& inputs, const std::vector<std::int64_t>& axes,
                            const AbsMaxQuantizerOptions& options) {
  const Symbol magnitude = ops::abs(inputs);
  const Symbol largest = axes.empty() ? magnitude : ops::max(magnitude, Axes(axes), true);
  const auto low = static_cast<double>(options.value_range[0]), high = static_cast<double>(options.value_range[1]);
  const Symbol scale = ops::stop_gradient(ops::divide(high, ops::add(largest, options.epsilon)));
  const Symbol rounded = ops::clip(ops::round(ops::multiply(inputs, scale)), low, high);
  return {ops::cast(rounded, dtype_from_name(options.output_dtype)), scale};
}

SymbolList abs_max_quantize(const Symbol& inputs, const Axes& axis, const AbsMaxQuantizeOptions& options) {
  const AbsMaxQuantizerOptions quantizer{
      .value_range = options.value_range, .epsilon = options.epsilon, .output_dtype = options.dtype};
  check(quantizer);
  const Quantized result = abs_max_quantized(inputs, axis.normalized(inputs.ndim()), quantizer);
  return {result.values, result.scale};
}

Config AbsMaxQuantizer(const AbsMaxQuantizerOptions& options) {
  check(options);
  Config fields = Config::map();
  add_fields(fields, options);
  if (!options.axis) fields.erase("axis");
  return object_config("AbsMaxQuantizer", std::move(fields));
}

Config Int8QuantizationConfig(const Int8QuantizationConfigOptions& options) {
  Config config =
      object_config("Int8QuantizationConfig", Config::map({{"weight_quantizer", options.weight_quantizer},
                                                           {"activation_quantizer", options.activation_quantizer}}));
  static_cast<void>(int8_plan(config));  // its checks
  return config;
}

Int8Plan int8_plan(const Config& config) {
  Int8Plan plan;
  if (config.is_null()) return plan;
  const std::string& kind = config.at("class_name").as_string();
  KCPP_CHECK(kind == "Int8QuantizationConfig", ValueError,
             "[quantize] expected a config of class Int8QuantizationConfig, received ", kind,
             ": layers can be quantized to int8");
  ConfigReader reader(config.at("config"), kind);
  const Config* weight = reader.use("weight_quantizer");
  const Config* activation = reader.use("activation_quantizer");
  reader.finish();
  plan.weight = weight == nullptr ? std::nullopt : quantizer_from(*weight);
  plan.activation = activation == nullptr ? std::nullopt : quantizer_from(*activation);
  return plan;
}

}  // namespace kerascpp::quantizers
