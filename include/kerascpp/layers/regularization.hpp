#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include <kerascpp/core/fields.hpp>
#include <kerascpp/layers/layer.hpp>

/// Layers that act in training only. Shapes stay, and masks are passed on. In every struct of options:
///
/// seed   of the layer's stream of random numbers; unset: drawn from the global stream
namespace kerascpp::layers {

struct DropoutOptions {
  /// None or the input's length where each element is kept or dropped by itself, 1 where an axis shares one choice:
  /// {None, 1, None} drops whole channels of (B, T, C). Empty: all by themselves.
  Shape noise_shape = {};
  std::optional<std::int64_t> seed = {};
  std::string name = {};
  std::string dtype = {};
  bool trainable = true;
  Shape input_shape = {};
  KCPP_FIELDS(seed)
};
using AlphaDropoutOptions = DropoutOptions;
/// Sets elements to 0 with probability `rate` in [0, 1], and divides the others by 1 - rate.
/// Source: keras.layers.Dropout; Srivastava et al., "Dropout", JMLR 2014.
[[nodiscard]] KCPP_API Layer Dropout(double rate, const DropoutOptions& options = {});
/// Dropout to the negative saturation of selu, which keeps mean and variance.
/// Source: keras.layers.AlphaDropout; Klambauer et al., arXiv 1706.02515.
[[nodiscard]] KCPP_API Layer AlphaDropout(double rate, const AlphaDropoutOptions& options = {});

struct GaussianDropoutOptions {
  std::optional<std::int64_t> seed = {};
  std::string name = {};
  std::string dtype = {};
  bool trainable = true;
  Shape input_shape = {};
  KCPP_FIELDS(seed)
};
using GaussianNoiseOptions = GaussianDropoutOptions;
/// Multiplies elements by normal numbers of mean 1 and variance rate / (1 - rate), for rate in [0, 1).
/// Source: keras.layers.GaussianDropout.
[[nodiscard]] KCPP_API Layer GaussianDropout(double rate, const GaussianDropoutOptions& options = {});
/// Adds normal numbers of mean 0 and deviation `stddev` in [0, 1]. Source: keras.layers.GaussianNoise.
[[nodiscard]] KCPP_API Layer GaussianNoise(double stddev, const GaussianNoiseOptions& options = {});

struct SpatialDropout1DOptions {
  std::optional<std::int64_t> seed = {};
  std::string name = {};
  std::string dtype = {};
  Shape input_shape = {};
  KCPP_FIELDS(seed)
};
/// Dropout of whole channels: x (B, T, C). Source: keras.layers.SpatialDropout1D; Tompson et al., arXiv 1411.4280.
[[nodiscard]] KCPP_API Layer SpatialDropout1D(double rate, const SpatialDropout1DOptions& options = {});

struct SpatialDropout2DOptions {
  std::string data_format = {};
  std::optional<std::int64_t> seed = {};
  std::string name = {};
  std::string dtype = {};
  Shape input_shape = {};
  KCPP_FIELDS(data_format, seed)
};
using SpatialDropout3DOptions = SpatialDropout2DOptions;
/// The same with x (B, H, W, C). Source: keras.layers.SpatialDropout2D.
[[nodiscard]] KCPP_API Layer SpatialDropout2D(double rate, const SpatialDropout2DOptions& options = {});
/// The same with x (B, D, H, W, C). Source: keras.layers.SpatialDropout3D.
[[nodiscard]] KCPP_API Layer SpatialDropout3D(double rate, const SpatialDropout3DOptions& options = {});

struct ActivityRegularizationOptions {
  double l1 = 0.0;
  double l2 = 0.0;
  std::string name = {};
  std::string dtype = {};
  bool trainable = true;
  Shape input_shape = {};
  KCPP_FIELDS(l1, l2)
};
/// Passes its input on and adds (l1 * sum(|x|) + l2 * sum(x^2)) / B to the loss.
/// Source: keras.layers.ActivityRegularization.
[[nodiscard]] KCPP_API Layer ActivityRegularization(const ActivityRegularizationOptions& options = {});

}  // namespace kerascpp::layers
