#include "layers/quantizable.hpp"

#include <kerascpp/layers/layer.hpp>
#include <kerascpp/quantizers.hpp>

#include "quantizers/configs.hpp"

namespace kerascpp {

bool is_quantizable(const LayerBase& layer) { return dynamic_cast<const Quantizable*>(&layer) != nullptr; }

Config checked_quantization(std::string_view mode, const Config& config) {
  KCPP_CHECK(!mode.empty() || !config.is_null(), ValueError, "[quantize] expected a mode or a config, received none");
  KCPP_CHECK(mode.empty() || mode == "int8", ValueError,
             "[quantize] layers can be quantized to \"int8\", received mode \"", mode, "\"");
  if (config.is_null()) return quantizers::Int8QuantizationConfig();
  static_cast<void>(quantizers::int8_plan(config));  // its checks
  return config;
}

Config checked_quantization(const LayerBase& layer, std::string_view mode, const Config& config) {
  Config checked = checked_quantization(mode, config);
  const std::string where = text_of("[quantize] layer \"", layer.name(), "\" (", layer.class_name(), ") ");
  KCPP_CHECK(layer.built(), ValueError, where, "is not built yet");
  KCPP_CHECK(layer.quantization_mode().empty(), ValueError, where, "is quantized already: its policy is \"",
             layer.dtype_policy(), "\"");
  KCPP_CHECK(layer.compute_dtype() != DType::Float16, ValueError, where,
             "computes in float16, into which scales of int8 do not fit; use mixed_bfloat16 or float32");
  return checked;
}

}  // namespace kerascpp
