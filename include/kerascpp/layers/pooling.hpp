#pragma once

#include <string>

#include <kerascpp/core/fields.hpp>
#include <kerascpp/layers/layer.hpp>
#include <kerascpp/ops/sizes.hpp>

/// Maxima and means over windows or whole axes; channels stay apart. In every struct of options:
///
/// data_format   "channels_last": x is (B, H, W, C); "channels_first": (B, C, H, W); empty: the format of
///               `image_data_format()`
/// padding       "valid": H' = floor((H - pool_size) / stride) + 1; "same": H' = ceil(H / stride)
namespace kerascpp::layers {

struct MaxPooling2DOptions {
  Sizes strides = {};  ///< empty: pool_size
  std::string padding = "valid";
  std::string data_format = {};
  std::string name = {};
  std::string dtype = {};
  bool trainable = true;
  Shape input_shape = {};
  KCPP_FIELDS(strides, padding, data_format)
};
using MaxPooling1DOptions = MaxPooling2DOptions;
using MaxPooling3DOptions = MaxPooling2DOptions;
using AveragePooling1DOptions = MaxPooling2DOptions;
using AveragePooling2DOptions = MaxPooling2DOptions;
using AveragePooling3DOptions = MaxPooling2DOptions;

/// The largest element of each window: x (B, T, C) -> (B, T', C). Source: keras.layers.MaxPooling1D.
[[nodiscard]] KCPP_API Layer MaxPooling1D(const Sizes& pool_size = 2, const MaxPooling1DOptions& options = {});
/// x (B, H, W, C) -> (B, H', W', C). Source: keras.layers.MaxPooling2D.
[[nodiscard]] KCPP_API Layer MaxPooling2D(const Sizes& pool_size = 2, const MaxPooling2DOptions& options = {});
/// x (B, D, H, W, C) -> (B, D', H', W', C). Source: keras.layers.MaxPooling3D.
[[nodiscard]] KCPP_API Layer MaxPooling3D(const Sizes& pool_size = 2, const MaxPooling3DOptions& options = {});
/// The mean of each window, over what lies inside x: x (B, T, C) -> (B, T', C).
/// Source: keras.layers.AveragePooling1D.
[[nodiscard]] KCPP_API Layer AveragePooling1D(const Sizes& pool_size = 2, const AveragePooling1DOptions& options = {});
/// x (B, H, W, C) -> (B, H', W', C). Source: keras.layers.AveragePooling2D.
[[nodiscard]] KCPP_API Layer AveragePooling2D(const Sizes& pool_size = 2, const AveragePooling2DOptions& options = {});
/// x (B, D, H, W, C) -> (B, D', H', W', C). Source: keras.layers.AveragePooling3D.
[[nodiscard]] KCPP_API Layer AveragePooling3D(const Sizes& pool_size = 2, const AveragePooling3DOptions& options = {});

struct GlobalMaxPooling2DOptions {
  std::string data_format = {};
  bool keepdims = false;  ///< spatial axes stay with length 1
  std::string name = {};
  std::string dtype = {};
  bool trainable = true;
  Shape input_shape = {};
  KCPP_FIELDS(data_format, keepdims)
};
using GlobalMaxPooling1DOptions = GlobalMaxPooling2DOptions;
using GlobalMaxPooling3DOptions = GlobalMaxPooling2DOptions;
using GlobalAveragePooling1DOptions = GlobalMaxPooling2DOptions;
using GlobalAveragePooling2DOptions = GlobalMaxPooling2DOptions;
using GlobalAveragePooling3DOptions = GlobalMaxPooling2DOptions;

/// The largest element of each channel: x (B, T, C) -> (B, C). Source: keras.layers.GlobalMaxPooling1D.
[[nodiscard]] KCPP_API Layer GlobalMaxPooling1D(const GlobalMaxPooling1DOptions& options = {});
/// x (B, H, W, C) -> (B, C). Source: keras.layers.GlobalMaxPooling2D.
[[nodiscard]] KCPP_API Layer GlobalMaxPooling2D(const GlobalMaxPooling2DOptions& options = {});
/// x (B, D, H, W, C) -> (B, C). Source: keras.layers.GlobalMaxPooling3D.
[[nodiscard]] KCPP_API Layer GlobalMaxPooling3D(const GlobalMaxPooling3DOptions& options = {});
/// The mean of each channel, over the time steps that a mask leaves: x (B, T, C) -> (B, C).
/// Source: keras.layers.GlobalAveragePooling1D.
[[nodiscard]] KCPP_API Layer GlobalAveragePooling1D(const GlobalAveragePooling1DOptions& options = {});
/// x (B, H, W, C) -> (B, C). Source: keras.layers.GlobalAveragePooling2D.
[[nodiscard]] KCPP_API Layer GlobalAveragePooling2D(const GlobalAveragePooling2DOptions& options = {});
/// x (B, D, H, W, C) -> (B, C). Source: keras.layers.GlobalAveragePooling3D.
[[nodiscard]] KCPP_API Layer GlobalAveragePooling3D(const GlobalAveragePooling3DOptions& options = {});

struct AdaptiveMaxPooling2DOptions {
  std::string data_format = {};
  std::string name = {};
  std::string dtype = {};
  bool trainable = true;
  Shape input_shape = {};
  KCPP_FIELDS(data_format)
};
using AdaptiveMaxPooling1DOptions = AdaptiveMaxPooling2DOptions;
using AdaptiveMaxPooling3DOptions = AdaptiveMaxPooling2DOptions;
using AdaptiveAveragePooling1DOptions = AdaptiveMaxPooling2DOptions;
using AdaptiveAveragePooling2DOptions = AdaptiveMaxPooling2DOptions;
using AdaptiveAveragePooling3DOptions = AdaptiveMaxPooling2DOptions;

/// The largest element of each of `output_size` windows that cover an axis evenly: x (B, T, C) -> (B, T', C).
/// Source: keras.layers.AdaptiveMaxPooling1D.
[[nodiscard]] KCPP_API Layer AdaptiveMaxPooling1D(const Sizes& output_size,
                                                  const AdaptiveMaxPooling1DOptions& options = {});
/// x (B, H, W, C) -> (B, H', W', C). Source: keras.layers.AdaptiveMaxPooling2D.
[[nodiscard]] KCPP_API Layer AdaptiveMaxPooling2D(const Sizes& output_size,
                                                  const AdaptiveMaxPooling2DOptions& options = {});
/// x (B, D, H, W, C) -> (B, D', H', W', C). Source: keras.layers.AdaptiveMaxPooling3D.
[[nodiscard]] KCPP_API Layer AdaptiveMaxPooling3D(const Sizes& output_size,
                                                  const AdaptiveMaxPooling3DOptions& options = {});
/// The mean of each of `output_size` windows that cover an axis evenly: x (B, T, C) -> (B, T', C).
/// Source: keras.layers.AdaptiveAveragePooling1D.
[[nodiscard]] KCPP_API Layer AdaptiveAveragePooling1D(const Sizes& output_size,
                                                      const AdaptiveAveragePooling1DOptions& options = {});
/// x (B, H, W, C) -> (B, H', W', C). Source: keras.layers.AdaptiveAveragePooling2D.
[[nodiscard]] KCPP_API Layer AdaptiveAveragePooling2D(const Sizes& output_size,
                                                      const AdaptiveAveragePooling2DOptions& options = {});
/// x (B, D, H, W, C) -> (B, D', H', W', C). Source: keras.layers.AdaptiveAveragePooling3D.
[[nodiscard]] KCPP_API Layer AdaptiveAveragePooling3D(const Sizes& output_size,
                                                      const AdaptiveAveragePooling3DOptions& options = {});

// Other names of the same layers.
[[nodiscard]] inline Layer MaxPool1D(const Sizes& pool_size = 2, const MaxPooling1DOptions& options = {}) {
  return MaxPooling1D(pool_size, options);
}
[[nodiscard]] inline Layer AvgPool1D(const Sizes& pool_size = 2, const AveragePooling1DOptions& options = {}) {
  return AveragePooling1D(pool_size, options);
}
[[nodiscard]] inline Layer GlobalMaxPool1D(const GlobalMaxPooling1DOptions& options = {}) {
  return GlobalMaxPooling1D(options);
}
[[nodiscard]] inline Layer GlobalAvgPool1D(const GlobalAveragePooling1DOptions& options = {}) {
  return GlobalAveragePooling1D(options);
}
[[nodiscard]] inline Layer MaxPool2D(const Sizes& pool_size = 2, const MaxPooling2DOptions& options = {}) {
  return MaxPooling2D(pool_size, options);
}
[[nodiscard]] inline Layer AvgPool2D(const Sizes& pool_size = 2, const AveragePooling2DOptions& options = {}) {
  return AveragePooling2D(pool_size, options);
}
[[nodiscard]] inline Layer GlobalMaxPool2D(const GlobalMaxPooling2DOptions& options = {}) {
  return GlobalMaxPooling2D(options);
}
[[nodiscard]] inline Layer GlobalAvgPool2D(const GlobalAveragePooling2DOptions& options = {}) {
  return GlobalAveragePooling2D(options);
}
[[nodiscard]] inline Layer MaxPool3D(const Sizes& pool_size = 2, const MaxPooling3DOptions& options = {}) {
  return MaxPooling3D(pool_size, options);
}
[[nodiscard]] inline Layer AvgPool3D(const Sizes& pool_size = 2, const AveragePooling3DOptions& options = {}) {
  return AveragePooling3D(pool_size, options);
}
[[nodiscard]] inline Layer GlobalMaxPool3D(const GlobalMaxPooling3DOptions& options = {}) {
  return GlobalMaxPooling3D(options);
}
[[nodiscard]] inline Layer GlobalAvgPool3D(const GlobalAveragePooling3DOptions& options = {}) {
  return GlobalAveragePooling3D(options);
}

}  // namespace kerascpp::layers
