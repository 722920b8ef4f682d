#pragma once

#include <concepts>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <kerascpp/core/fields.hpp>
#include <kerascpp/layers/image_preprocessing.hpp>
#include <kerascpp/layers/layer.hpp>
#include <kerascpp/ops/sizes.hpp>

/// Layers that change images (B, H, W, C) or (H, W, C) at random in training, and give them as they are, in the dtype
/// of computations, in inference. Each image of a batch is changed by itself where nothing else is said.
///
/// value_range: the lowest and the highest value of a pixel. factor: an interval, or one number. All throw ValueError
/// for factors beyond the bounds that are named.
namespace kerascpp::layers {

struct AutoContrastOptions {
  std::vector<double> value_range = {0, 255};
  std::string data_format = {};
  std::string name = {};
  std::string dtype = {};
  bool trainable = true;
  Shape input_shape = {};
  KCPP_FIELDS(value_range, data_format)
};
/// Each channel of an image stretched to the whole value range, in training and inference.
/// Source: keras.layers.AutoContrast.
[[nodiscard]] KCPP_API Layer AutoContrast(const AutoContrastOptions& options = {});

struct EqualizationOptions {
  std::vector<double> value_range = {0, 255};
  std::int64_t bins = 256;
  std::string data_format = {};
  std::string name = {};
  std::string dtype = {};
  bool trainable = true;
  Shape input_shape = {};
  KCPP_FIELDS(value_range, bins, data_format)
};
/// In training, each channel of a batch with its values spread evenly over the value range.
/// Source: keras.layers.Equalization.
[[nodiscard]] KCPP_API Layer Equalization(const EqualizationOptions& options = {});

struct ContrastLimitedAdaptiveHistogramEqualizationOptions {
  std::vector<double> value_range = {0, 255};
  double clip_limit = 4;  ///< how often a value may occur, relative to an even spread; 0: as often as it does
  Sizes tile_grid_size = {8, 8};
  std::string data_format = {};
  std::string name = {};
  std::string dtype = {};
  bool trainable = true;
  Shape input_shape = {};
  KCPP_FIELDS(value_range, clip_limit, tile_grid_size, data_format)
};
/// Values spread evenly within tiles of an image, with bilinear transitions from tile to tile, in training and
/// inference. The height and width must be known.
/// Source: keras.layers.ContrastLimitedAdaptiveHistogramEqualization; Zuiderveld, Graphics Gems IV (1994).
[[nodiscard]] KCPP_API Layer
ContrastLimitedAdaptiveHistogramEqualization(const ContrastLimitedAdaptiveHistogramEqualizationOptions& options = {});

struct RandomBrightnessOptions {
  std::vector<double> value_range = {0, 255};
  std::optional<std::int64_t> seed = {};
  std::string data_format = {};
  std::string name = {};
  std::string dtype = {};
  bool trainable = true;
  Shape input_shape = {};
  KCPP_FIELDS(value_range, seed, data_format)
};
/// A share of the value range added to each image, drawn from factor (within [-1, 1]; f: from -f to f).
/// Source: keras.layers.RandomBrightness.
[[nodiscard]] KCPP_API Layer RandomBrightness(const FactorRange& factor, const RandomBrightnessOptions& options = {});

struct RandomContrastOptions {
  std::vector<double> value_range = {0, 255};
  std::optional<std::int64_t> seed = {};
  std::string data_format = {};
  std::string name = {};
  std::string dtype = {};
  bool trainable = true;
  Shape input_shape = {};
  KCPP_FIELDS(value_range, seed, data_format)
};
/// Distances from the mean of each channel times a number, drawn from 1 - lower to 1 + upper of factor (within [0, 1]).
/// Source: keras.layers.RandomContrast.
[[nodiscard]] KCPP_API Layer RandomContrast(const FactorRange& factor, const RandomContrastOptions& options = {});

struct RandomHueOptions {
  std::vector<double> value_range = {0, 255};
  std::string data_format = {};
  std::optional<std::int64_t> seed = {};
  std::string name = {};
  std::string dtype = {};
  bool trainable = true;
  Shape input_shape = {};
  KCPP_FIELDS(value_range, data_format, seed)
};
/// Hues turned by up to half a circle in either direction, times factor (within [0, 1]).
/// Source: keras.layers.RandomHue.
[[nodiscard]] KCPP_API Layer RandomHue(const FactorRange& factor, const RandomHueOptions& options = {});

struct RandomSaturationOptions {
  std::vector<double> value_range = {0, 255};
  std::string data_format = {};
  std::optional<std::int64_t> seed = {};
  std::string name = {};
  std::string dtype = {};
  bool trainable = true;
  Shape input_shape = {};
  KCPP_FIELDS(value_range, data_format, seed)
};
/// Saturation times f / (1 - f), f drawn from factor (within [-1, 1]).
/// Source: keras.layers.RandomSaturation.
[[nodiscard]] KCPP_API Layer RandomSaturation(const FactorRange& factor, const RandomSaturationOptions& options = {});

struct RandomColorDegenerationOptions {
  std::vector<double> value_range = {0, 255};
  std::string data_format = {};
  std::optional<std::int64_t> seed = {};
  std::string name = {};
  std::string dtype = {};
  bool trainable = true;
  Shape input_shape = {};
  KCPP_FIELDS(value_range, data_format, seed)
};
/// Images mixed with their gray ones, whose share is drawn from factor (within [-1, 1]).
/// Source: keras.layers.RandomColorDegeneration.
[[nodiscard]] KCPP_API Layer RandomColorDegeneration(const FactorRange& factor,
                                                     const RandomColorDegenerationOptions& options = {});

struct RandomSharpnessOptions {
  std::vector<double> value_range = {0, 255};
  std::string data_format = {};
  std::optional<std::int64_t> seed = {};
  std::string name = {};
  std::string dtype = {};
  bool trainable = true;
  Shape input_shape = {};
  KCPP_FIELDS(value_range, data_format, seed)
};
/// Images sharpened or smoothed: 0.5 leaves them, 0 smooths. factor within [0, 1].
/// Source: keras.layers.RandomSharpness.
[[nodiscard]] KCPP_API Layer RandomSharpness(const FactorRange& factor, const RandomSharpnessOptions& options = {});

struct RandomPosterizationOptions {
  std::vector<double> value_range = {0, 255};
  std::string data_format = {};
  std::optional<std::int64_t> seed = {};
  std::string name = {};
  std::string dtype = {};
  bool trainable = true;
  Shape input_shape = {};
  KCPP_FIELDS(value_range, data_format, seed)
};
/// Values rounded down to so many bits of 8, a number drawn from factor (within [1, 8]; its upper end left out).
/// Source: keras.layers.RandomPosterization.
[[nodiscard]] KCPP_API Layer RandomPosterization(const FactorRange& factor,
                                                 const RandomPosterizationOptions& options = {});

struct RandomGrayscaleOptions {
  double factor = 0.5;
  std::string data_format = {};
  std::optional<std::int64_t> seed = {};
  std::string name = {};
  std::string dtype = {};
  bool trainable = true;
  Shape input_shape = {};
  KCPP_FIELDS(factor, data_format)
};
/// Gray images with probability `factor`. Source: keras.layers.RandomGrayscale.
[[nodiscard]] KCPP_API Layer RandomGrayscale(const RandomGrayscaleOptions& options = {});

struct RandomInvertOptions {
  FactorRange factor = 1.0;  ///< the probability, within [0, 1]
  std::vector<double> value_range = {0, 255};
  std::optional<std::int64_t> seed = {};
  std::string data_format = {};
  std::string name = {};
  std::string dtype = {};
  bool trainable = true;
  Shape input_shape = {};
  KCPP_FIELDS(factor, value_range, seed, data_format)
};
/// max - x with a probability that is drawn from factor. Source: keras.layers.RandomInvert.
[[nodiscard]] KCPP_API Layer RandomInvert(const RandomInvertOptions& options = {});

struct RandomColorJitterOptions {
  std::vector<double> value_range = {0, 255};
  std::optional<FactorRange> brightness_factor = {};
  std::optional<FactorRange> contrast_factor = {};
  std::optional<FactorRange> saturation_factor = {};
  std::optional<FactorRange> hue_factor = {};
  std::optional<std::int64_t> seed = {};
  std::string data_format = {};
  std::string name = {};
  std::string dtype = {};
  bool trainable = true;
  Shape input_shape = {};
  KCPP_FIELDS(value_range, brightness_factor, contrast_factor, saturation_factor, hue_factor, seed, data_format)
};
/// Random brightness, contrast, saturation and hue, those that are given, one after the other.
/// Source: keras.layers.RandomColorJitter.
[[nodiscard]] KCPP_API Layer RandomColorJitter(const RandomColorJitterOptions& options = {});

struct RandomFlipOptions {
  std::string mode = "horizontal_and_vertical";  ///< or "horizontal", "vertical"
  std::optional<std::int64_t> seed = {};
  std::string data_format = {};
  std::string name = {};
  std::string dtype = {};
  bool trainable = true;
  Shape input_shape = {};
  KCPP_FIELDS(mode, seed, data_format)
};
/// Images mirrored with probability 1/2, in both directions together. Source: keras.layers.RandomFlip.
[[nodiscard]] KCPP_API Layer RandomFlip(const RandomFlipOptions& options = {});
template <std::convertible_to<std::string> Mode>  // a template: braces mean options
[[nodiscard]] Layer RandomFlip(const Mode& mode, RandomFlipOptions options = {}) {
  options.mode = mode;
  return RandomFlip(options);
}

struct RandomCropOptions {
  std::optional<std::int64_t> seed = {};
  std::string data_format = {};
  std::string name = {};
  std::string dtype = {};
  bool trainable = true;
  Shape input_shape = {};
  KCPP_FIELDS(seed, data_format)
};
/// In training a part of the images, the same for all of a batch; of images that are not larger both ways, the middle
/// of that size, enlarged where there is less. In inference the largest part of that aspect ratio, resized.
/// The height and width must be known. Source: keras.layers.RandomCrop.
[[nodiscard]] KCPP_API Layer RandomCrop(std::int64_t height, std::int64_t width, const RandomCropOptions& options = {});

struct RandomTranslationOptions {
  std::string fill_mode = "reflect";       ///< as in `ops::affine_transform`
  std::string interpolation = "bilinear";  ///< or "nearest"
  std::optional<std::int64_t> seed = {};
  double fill_value = 0;
  std::string data_format = {};
  std::string name = {};
  std::string dtype = {};
  bool trainable = true;
  Shape input_shape = {};
  KCPP_FIELDS(fill_mode, interpolation, seed, fill_value, data_format)
};
/// Images moved by shares of their height (down) and width (right), drawn from the factors (within [-1, 1]; f: from -f
/// to f). The height and width must be known, as for all that follow.
/// Source: keras.layers.RandomTranslation.
[[nodiscard]] KCPP_API Layer RandomTranslation(const FactorRange& height_factor, const FactorRange& width_factor,
                                               const RandomTranslationOptions& options = {});

struct RandomRotationOptions {
  std::string fill_mode = "reflect";       ///< as in `ops::affine_transform`
  std::string interpolation = "bilinear";  ///< or "nearest"
  std::optional<std::int64_t> seed = {};
  double fill_value = 0;
  std::string data_format = {};
  std::string name = {};
  std::string dtype = {};
  bool trainable = true;
  Shape input_shape = {};
  KCPP_FIELDS(fill_mode, interpolation, seed, fill_value, data_format)
};
/// Images turned by a share of a circle, drawn from factor (within [-1, 1]; f: from -f to f).
/// Source: keras.layers.RandomRotation.
[[nodiscard]] KCPP_API Layer RandomRotation(const FactorRange& factor, const RandomRotationOptions& options = {});

struct RandomZoomOptions {
  std::optional<FactorRange> width_factor = {};  ///< none: as the height
  std::string fill_mode = "reflect";             ///< as in `ops::affine_transform`
  std::string interpolation = "bilinear";        ///< or "nearest"
  std::optional<std::int64_t> seed = {};
  double fill_value = 0;
  std::string data_format = {};
  std::string name = {};
  std::string dtype = {};
  bool trainable = true;
  Shape input_shape = {};
  KCPP_FIELDS(width_factor, fill_mode, interpolation, seed, fill_value, data_format)
};
/// Images made smaller by 1 + a number drawn from the factors (above -1, up to 1; f: from -f to f).
/// Source: keras.layers.RandomZoom.
[[nodiscard]] KCPP_API Layer RandomZoom(const FactorRange& height_factor, const RandomZoomOptions& options = {});

struct RandomShearOptions {
  FactorRange x_factor = 0.0;
  FactorRange y_factor = 0.0;
  std::string interpolation = "bilinear";  ///< or "nearest"
  std::string fill_mode = "reflect";       ///< as in `ops::affine_transform`
  double fill_value = 0;
  std::string data_format = {};
  std::optional<std::int64_t> seed = {};
  std::string name = {};
  std::string dtype = {};
  bool trainable = true;
  Shape input_shape = {};
  KCPP_FIELDS(x_factor, y_factor, interpolation, fill_mode, fill_value, data_format, seed)
};
/// Images sheared by shares drawn from the factors (within [0, 1]; f: from -f to f) times a random sign.
/// Source: keras.layers.RandomShear.
[[nodiscard]] KCPP_API Layer RandomShear(const RandomShearOptions& options = {});

struct RandomPerspectiveOptions {
  FactorRange factor = 1.0;                ///< the probability, within [0, 1]
  double scale = 1;                        ///< how far corners move, in [0, 1]
  std::string interpolation = "bilinear";  ///< or "nearest"
  double fill_value = 0;
  std::optional<std::int64_t> seed = {};
  std::string data_format = {};
  std::string name = {};
  std::string dtype = {};
  bool trainable = true;
  Shape input_shape = {};
  KCPP_FIELDS(factor, scale, interpolation, fill_value, seed, data_format)
};
/// Images seen from another angle: each corner moves by up to half of its coordinates times scale.
/// Source: keras.layers.RandomPerspective.
[[nodiscard]] KCPP_API Layer RandomPerspective(const RandomPerspectiveOptions& options = {});

struct RandomElasticTransformOptions {
  FactorRange factor = 1.0;                ///< the probability, within [0, 1]
  FactorRange scale = 1.0;                 ///< how far pixels move, within [0, 1]
  std::string interpolation = "bilinear";  ///< or "nearest"
  std::string fill_mode = "reflect";       ///< as in `ops::affine_transform`
  double fill_value = 0;
  std::vector<double> value_range = {0, 255};
  std::optional<std::int64_t> seed = {};
  std::string data_format = {};
  std::string name = {};
  std::string dtype = {};
  bool trainable = true;
  Shape input_shape = {};
  KCPP_FIELDS(factor, scale, interpolation, fill_mode, fill_value, value_range, seed, data_format)
};
/// Images whose pixels are moved by smooth random displacements, of up to about scale times a tenth of their length.
/// Source: keras.layers.RandomElasticTransform; Simard et al., ICDAR (2003).
[[nodiscard]] KCPP_API Layer RandomElasticTransform(const RandomElasticTransformOptions& options = {});

struct RandomGaussianBlurOptions {
  FactorRange factor = 1.0;  ///< the probability, within [0, 1]
  Sizes kernel_size = 3;     ///< odd
  FactorRange sigma = 1.0;   ///< within [0, 1]
  std::vector<double> value_range = {0, 255};
  std::string data_format = {};
  std::optional<std::int64_t> seed = {};
  std::string name = {};
  std::string dtype = {};
  bool trainable = true;
  Shape input_shape = {};
  KCPP_FIELDS(factor, kernel_size, sigma, value_range, data_format, seed)
};
/// Images blurred by a Gaussian whose widths are drawn from sigma. Source: keras.layers.RandomGaussianBlur.
[[nodiscard]] KCPP_API Layer RandomGaussianBlur(const RandomGaussianBlurOptions& options = {});

struct RandomErasingOptions {
  FactorRange factor = 1.0;             ///< the probability, within [0, 1]
  FactorRange scale = {0.02, 0.33};     ///< the share of the image's area
  std::vector<double> fill_value = {};  ///< one number, or one for each of three channels; empty: random ones
  std::vector<double> value_range = {0, 255};
  std::optional<std::int64_t> seed = {};
  std::string data_format = {};
  std::string name = {};
  std::string dtype = {};
  bool trainable = true;
  Shape input_shape = {};
  KCPP_FIELDS(factor, scale, value_range, seed, data_format)
};
/// Images with a rectangle painted over. Source: keras.layers.RandomErasing; Zhong et al., arXiv 1708.04896.
[[nodiscard]] KCPP_API Layer RandomErasing(const RandomErasingOptions& options = {});

struct CutMixOptions {
  FactorRange factor = 1.0;  ///< of the Beta distribution that shares are drawn from, within [0, 1]
  std::optional<std::int64_t> seed = {};
  std::string data_format = {};
  std::string name = {};
  std::string dtype = {};
  bool trainable = true;
  Shape input_shape = {};
  KCPP_FIELDS(factor, seed, data_format)
};
/// Images with a rectangle of another image of the batch. Single images stay.
/// Source: keras.layers.CutMix; Yun et al., arXiv 1905.04899.
[[nodiscard]] KCPP_API Layer CutMix(const CutMixOptions& options = {});

struct MixUpOptions {
  double alpha = 0.2;  ///< of the Beta distribution that shares are drawn from
  std::string data_format = {};
  std::optional<std::int64_t> seed = {};
  std::string name = {};
  std::string dtype = {};
  bool trainable = true;
  Shape input_shape = {};
  KCPP_FIELDS(alpha, data_format, seed)
};
/// Images mixed with others of the batch. Source: keras.layers.MixUp; Zhang et al., arXiv 1710.09412.
[[nodiscard]] KCPP_API Layer MixUp(const MixUpOptions& options = {});

struct RandAugmentOptions {
  std::vector<double> value_range = {0, 255};
  std::int64_t num_ops = 2;
  FactorRange factor = 0.5;                ///< how strong they are, within [0, 1]
  std::string interpolation = "bilinear";  ///< or "nearest"
  std::optional<std::int64_t> seed = {};
  std::string data_format = {};
  std::string name = {};
  std::string dtype = {};
  bool trainable = true;
  Shape input_shape = {};
  KCPP_FIELDS(value_range, num_ops, factor, interpolation, seed, data_format)
};
/// num_ops random changes one after the other, each one of: shear, translation, rotation, brightness, color
/// degeneration, contrast, sharpness, posterization, solarization, auto contrast, equalization.
/// Source: keras.layers.RandAugment; Cubuk et al., arXiv 1909.13719.
[[nodiscard]] KCPP_API Layer RandAugment(const RandAugmentOptions& options = {});

struct AugMixOptions {
  std::vector<double> value_range = {0, 255};
  std::int64_t num_chains = 3;
  std::int64_t chain_depth = 3;
  FactorRange factor = 0.3;
  double alpha = 1;                        ///< of the Beta and Dirichlet distributions of the shares
  bool all_ops = true;                     ///< brightness, color degeneration, contrast and sharpness among the changes
  std::string interpolation = "bilinear";  ///< or "nearest"
  std::optional<std::int64_t> seed = {};
  std::string data_format = {};
  std::string name = {};
  std::string dtype = {};
  bool trainable = true;
  Shape input_shape = {};
  KCPP_FIELDS(value_range, num_chains, chain_depth, factor, alpha, all_ops, interpolation, seed, data_format)
};
/// Images mixed with several chains of random changes, those of `RandAugment`; which ones is drawn when the layer is
/// called, as in Keras. Source: keras.layers.AugMix; Hendrycks et al., arXiv 1912.02781.
[[nodiscard]] KCPP_API Layer AugMix(const AugMixOptions& options = {});

struct MaxNumBoundingBoxesOptions {
  std::int64_t fill_value = -1;
  std::string data_format = {};
  std::string name = {};
  std::string dtype = {};
  bool trainable = true;
  KCPP_FIELDS(data_format)
};
/// Gives images as they are; Keras's layer limits the bounding boxes that come with them, and there are none here.
/// Source: keras.layers.MaxNumBoundingBoxes.
[[nodiscard]] KCPP_API Layer MaxNumBoundingBoxes(std::int64_t max_number,
                                                 const MaxNumBoundingBoxesOptions& options = {});

struct PipelineOptions {
  std::string name = {};
};
/// Layers one after the other, as one layer. Source: keras.layers.Pipeline.
[[nodiscard]] KCPP_API Layer Pipeline(const std::vector<Layer>& layers, const PipelineOptions& options = {});

}  // namespace kerascpp::layers
