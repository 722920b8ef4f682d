#pragma once

#include <optional>

#include <kerascpp/quantizers.hpp>

namespace kerascpp::quantizers {

/// What a config says of how to quantize a layer to int8.
struct Int8Plan {
  std::optional<AbsMaxQuantizerOptions> weight;  ///< none: over the axes that the layer sums over
  std::optional<AbsMaxQuantizerOptions> activation = AbsMaxQuantizerOptions{};  ///< none: inputs stay as they are
};
/// Null gives the defaults. Throws ValueError for configs of other ways of quantization and for quantizers of one's
/// own.
[[nodiscard]] Int8Plan int8_plan(const Config& config);

/// `inputs` in integers and the scale that they were multiplied by, whose length along `axes` is 1; no axes: every
/// element has a scale of its own.
struct Quantized {
  Symbol values, scale;
};
[[nodiscard]] Quantized abs_max_quantized(const Symbol& inputs, const std::vector<std::int64_t>& axes,
                                          const AbsMaxQuantizerOptions& options);

}  // namespace kerascpp::quantizers
