#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include <kerascpp/core/config.hpp>
#include <kerascpp/core/fields.hpp>
#include <kerascpp/layers/layer.hpp>

/// Layers on images (B, H, W, C), or one image (H, W, C); with data_format "channels_first" (B, C, H, W) and (C, H, W).
/// Those that are random change images in training only; a seed makes them repeat.
namespace kerascpp::layers {

/// From which numbers one is drawn: those of an interval, or of the one that a layer makes of a single number.
class KCPP_API FactorRange {
 public:
  FactorRange() = default;
  template <class T>
  requires std::is_arithmetic_v<T> FactorRange(T factor) : single_(static_cast<double>(factor)) {}  // NOLINT
  FactorRange(double lower, double upper) : pair_{lower, upper}, is_pair_(true) {}
  FactorRange(std::pair<double, double> interval) : pair_(interval), is_pair_(true) {}  // NOLINT

  [[nodiscard]] bool is_pair() const { return is_pair_; }
  [[nodiscard]] double single() const { return single_; }
  [[nodiscard]] const std::pair<double, double>& pair() const { return pair_; }

 private:
  double single_ = 0;
  std::pair<double, double> pair_ = {0, 0};
  bool is_pair_ = false;
};
/// A number, or a list of two.
[[nodiscard]] KCPP_API Config to_config(const FactorRange& range);
KCPP_API void from_config(const Config& config, FactorRange& range);

struct ResizingOptions {
  std::string interpolation = "bilinear";  ///< as in `ops::resize`
  bool crop_to_aspect_ratio = false;
  bool pad_to_aspect_ratio = false;
  std::string fill_mode = "constant";
  double fill_value = 0;
  bool antialias = false;
  std::string data_format = {};
  std::string name = {};
  std::string dtype = {};
  bool trainable = true;
  Shape input_shape = {};
  KCPP_FIELDS(interpolation, crop_to_aspect_ratio, pad_to_aspect_ratio, fill_mode, fill_value, antialias, data_format)
};
/// Images of another size, in the dtype of the images. Source: keras.layers.Resizing, `ops::resize`.
[[nodiscard]] KCPP_API Layer Resizing(std::int64_t height, std::int64_t width, const ResizingOptions& options = {});

struct CenterCropOptions {
  std::string data_format = {};
  std::string name = {};
  std::string dtype = {};
  bool trainable = true;
  Shape input_shape = {};
  KCPP_FIELDS(data_format)
};
/// The middle of images; of smaller ones the largest part of that aspect ratio, enlarged.
///
/// The height and width must be known. Source: keras.layers.CenterCrop.
[[nodiscard]] KCPP_API Layer CenterCrop(std::int64_t height, std::int64_t width, const CenterCropOptions& options = {});

struct SolarizationOptions {
  FactorRange addition_factor = 0.0;           ///< in [0, 1]; added to pixels first, as a share of their range
  FactorRange threshold_factor = 0.0;          ///< in [0, 1]; what is above is turned into its negative
  std::vector<double> value_range = {0, 255};  ///< the lowest and the highest value of a pixel
  std::optional<std::int64_t> seed = {};
  std::string data_format = {};
  std::string name = {};
  std::string dtype = {};
  bool trainable = true;
  Shape input_shape = {};
  KCPP_FIELDS(addition_factor, threshold_factor, value_range, seed, data_format)
};
/// max - x where x + addition is at least a threshold; both are drawn for each image.
///
/// As in Keras, an interval's lower end counts on the scale of 0 to 255 and its upper end as a share of it.
/// Source: keras.layers.Solarization.
[[nodiscard]] KCPP_API Layer Solarization(const SolarizationOptions& options = {});

}  // namespace kerascpp::layers
