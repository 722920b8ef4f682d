#pragma once

#include <cstdint>
#include <string>

#include <kerascpp/layers/layer.hpp>

/// Layers that Keras defines for single applications. They stand in no module of Keras's interface, yet in its files.
namespace kerascpp::layers {

struct ApplicationLayerOptions {
  std::string name = {};
  std::string dtype = {};
  bool trainable = true;
};
using LayerScaleOptions = ApplicationLayerOptions;
using StochasticDepthOptions = ApplicationLayerOptions;
using CustomScaleLayerOptions = ApplicationLayerOptions;

/// x * gamma, with a gamma for each channel that starts at `init_values`.
///
/// x (B, ..., C) -> the same; projection_dim: C
/// Source: keras.src.applications.convnext.LayerScale; Touvron et al., arXiv 2103.17239.
[[nodiscard]] KCPP_API Layer LayerScale(double init_values, std::int64_t projection_dim,
                                        const LayerScaleOptions& options = {});

/// In training each sample becomes 0 with probability `drop_path_rate` and x / (1 - drop_path_rate) otherwise.
///
/// drop_path_rate: at least 0 and below 1
/// Source: keras.src.applications.convnext.StochasticDepth; Huang et al., arXiv 1603.09382.
[[nodiscard]] KCPP_API Layer StochasticDepth(double drop_path_rate, const StochasticDepthOptions& options = {});

/// inputs[0] + inputs[1] * scale.
///
/// Source: keras.src.applications.inception_resnet_v2.CustomScaleLayer.
[[nodiscard]] KCPP_API Layer CustomScaleLayer(double scale, const CustomScaleLayerOptions& options = {});

}  // namespace kerascpp::layers
