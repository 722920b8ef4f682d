#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <kerascpp/core/config.hpp>
#include <kerascpp/core/export.hpp>
#include <kerascpp/core/fields.hpp>
#include <kerascpp/graph/symbol.hpp>
#include <kerascpp/ops/axes.hpp>

/// How layers are kept in 8 bits: see `Layer::quantize`.
namespace kerascpp::quantizers {

struct AbsMaxQuantizeOptions {
  std::vector<std::int64_t> value_range = {-127, 127};
  std::string dtype = "int8";
  double epsilon = 1e-7;
};
/// `inputs` in `dtype`, and the scale that they were multiplied by: value_range[1] / (max |x| + epsilon), with the
/// maximum over `axis`, whose length becomes 1. Rounds half to even. No gradient.
/// Source: keras.quantizers.abs_max_quantize.
[[nodiscard]] KCPP_API SymbolList abs_max_quantize(const Symbol& inputs, const Axes& axis,
                                                   const AbsMaxQuantizeOptions& options = {});

struct AbsMaxQuantizerOptions {
  std::optional<std::vector<std::int64_t>> axis = {};  ///< of a weight; inputs know theirs
  std::vector<std::int64_t> value_range = {-127, 127};
  double epsilon = 1e-7;
  std::string output_dtype = "int8";
  KCPP_FIELDS(axis, value_range, epsilon, output_dtype)
};
/// The config of a quantizer that does as `abs_max_quantize`. Throws ValueError for a range that int8 does not hold.
/// Source: keras.quantizers.AbsMaxQuantizer.
[[nodiscard]] KCPP_API Config AbsMaxQuantizer(const AbsMaxQuantizerOptions& options = {});

struct Int8QuantizationConfigOptions {
  Config weight_quantizer = {};                     ///< null: an AbsMaxQuantizer over the axes that a layer sums over
  Config activation_quantizer = AbsMaxQuantizer();  ///< null: inputs stay as they are
};
/// What `QuantizeOptions::config` takes. Source: keras.quantizers.Int8QuantizationConfig.
[[nodiscard]] KCPP_API Config Int8QuantizationConfig(const Int8QuantizationConfigOptions& options = {});

}  // namespace kerascpp::quantizers
