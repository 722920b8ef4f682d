#pragma once

#include <string>

#include <kerascpp/layers/layer.hpp>

/// The small layers that a FeatureSpace makes, in Keras's files under names of their own.
namespace kerascpp::layers {

struct FeatureLayerOptions {
  std::string name = {};
  std::string dtype = {};
  bool trainable = true;
};

/// x as it is, in the dtype of the layer. Source: TFDIdentity of keras.utils.FeatureSpace.
[[nodiscard]] Layer FeatureIdentity(const FeatureLayerOptions& options = {});
/// Its inputs side by side along `axis`. Source: TFDConcat of keras.utils.FeatureSpace.
[[nodiscard]] Layer FeatureConcat(std::int64_t axis, const FeatureLayerOptions& options = {});

/// The module of all classes that belong to a FeatureSpace.
inline constexpr const char* kFeatureSpaceModule = "keras.src.layers.preprocessing.feature_space";

}  // namespace kerascpp::layers
