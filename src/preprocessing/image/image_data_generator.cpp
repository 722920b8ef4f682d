#include <algorithm>
#include <cmath>

#include <kerascpp/core/error.hpp>
#include <kerascpp/core/settings.hpp>
#include <kerascpp/ops/joining.hpp>
#include <kerascpp/ops/linalg.hpp>
#include <kerascpp/ops/operators.hpp>
#include <kerascpp/ops/shape.hpp>

#include "preprocessing/image/transforms.hpp"

namespace kerascpp::preprocessing::image {
namespace {

constexpr double kLeastDeviation = 1e-6;

double mean_of(const std::vector<double>& values) {
  double sum = 0;
  for (const double value : values) sum += value;
  return sum / static_cast<double>(values.size());
}

double deviation_of(const std::vector<double>& values) {
  const double mean = mean_of(values);
  double sum = 0;
  for (const double value : values) sum += (value - mean) * (value - mean);
  return std::sqrt(sum / static_cast<double>(values.size()));
}

/// (1, 1, C) or (C, 1, 1): `statistic` of each channel of images (N, H, W, C) or (N, C, H, W).
Tensor of_channels(const Tensor& x, bool first, double (*statistic)(const std::vector<double>&)) {
  const std::int64_t channels = x.dim(first ? 1 : 3), inner = first ? x.dim(2) * x.dim(3) : 1;
  const std::vector<double> values = x.to_vector<double>();
  std::vector<double> result;
  for (std::int64_t channel = 0; channel < channels; ++channel) {
    std::vector<double> of_channel;
    for (std::int64_t i = 0; i < x.size(); ++i)
      if (i / inner % channels == channel) of_channel.push_back(values[static_cast<std::size_t>(i)]);
    result.push_back(statistic(of_channel));
  }
  return Tensor(result).astype(x.dtype()).reshape(first ? Shape{channels, 1, 1} : Shape{1, 1, channels});
}

void check_fitted(const Tensor& statistic, const char* option) {
  KCPP_CHECK(statistic.defined(), ValueError, "[ImageDataGenerator] ", option,
             " needs what fit() learns: call it first");
}

}  // namespace

ImageDataGenerator::ImageDataGenerator(const ImageDataGeneratorOptions& options)
    : options_(options), dtype_(options.dtype.empty() ? floatx() : dtype_from_name(options.dtype)) {
  ImageDataGeneratorOptions& o = options_;
  o.data_format = has_channels_first(o.data_format) ? "channels_first" : "channels_last";
  KCPP_CHECK(dtype_ == DType::Float32 || dtype_ == DType::Float64, ValueError,
             "[ImageDataGenerator] dtype must be float32 or float64, received ", dtype_);
  KCPP_CHECK(o.validation_split >= 0 && o.validation_split < 1, ValueError,
             "[ImageDataGenerator] validation_split must lie between 0 and 1, received ", o.validation_split);
  KCPP_CHECK(o.width_shift_range.whole() >= 0 && o.height_shift_range.whole() >= 0, ValueError,
             "[ImageDataGenerator] ranges of whole pixels must not be negative");
  KCPP_CHECK(o.interpolation_order >= 0 && o.interpolation_order <= 5, ValueError,
             "[ImageDataGenerator] interpolation_order must lie between 0 and 5, received ", o.interpolation_order);
  KCPP_CHECK(o.fill_mode == "nearest" || o.fill_mode == "constant" || o.fill_mode == "reflect" || o.fill_mode == "wrap",
             ValueError,
             "[ImageDataGenerator] fill_mode must be \"nearest\", \"constant\", \"reflect\" or \"wrap\", received \"",
             o.fill_mode, "\"");
  // as Keras has it: the one needs the other, and whitening takes the place of division
  if (o.zca_whitening) o.featurewise_std_normalization = false;
  o.featurewise_center = o.featurewise_center || o.zca_whitening || o.featurewise_std_normalization;
  o.samplewise_center = o.samplewise_center || o.samplewise_std_normalization;
}

TransformParameters ImageDataGenerator::get_random_transform(const Shape& image_shape, TransformSeed seed) const {
  KCPP_CHECK(image_shape.ndim() == 3, ShapeError, "[ImageDataGenerator] expected the shape of an image, received ",
             image_shape);
  const bool first = options_.data_format == "channels_first";
  utils::NumpyRandom random(seed_or_next(seed));
  return draw_transform(options_, image_shape[first ? 1 : 0], image_shape[first ? 2 : 1], random);
}

Tensor ImageDataGenerator::apply_transform(const Tensor& given, const TransformParameters& p) const {
  const bool first = options_.data_format == "channels_first";
  Tensor x = apply_affine_transform(given.astype(dtype_), p,
                                    {.fill_mode = options_.fill_mode,
                                     .cval = options_.cval,
                                     .interpolation_order = options_.interpolation_order,
                                     .data_format = options_.data_format});
  if (p.channel_shift_intensity) x = apply_channel_shift(x, *p.channel_shift_intensity);
  if (p.flip_horizontal) x = ops::flip(x, {first ? 2 : 1});
  if (p.flip_vertical) x = ops::flip(x, {first ? 1 : 0});
  if (p.brightness) x = apply_brightness_shift(x, *p.brightness, false, options_.data_format);
  return x;
}

Tensor ImageDataGenerator::random_transform(const Tensor& x, TransformSeed seed) const {
  return apply_transform(x, get_random_transform(x.shape(), seed));
}

Tensor ImageDataGenerator::standardize(const Tensor& given) const {
  const ImageDataGeneratorOptions& o = options_;
  Tensor x = given.astype(dtype_);
  const auto number = [this](double value) { return Tensor(value).astype(dtype_); };
  if (o.preprocessing_function) x = o.preprocessing_function(x).astype(dtype_);
  if (o.rescale != 0) x = x * number(o.rescale);
  if (o.samplewise_center) x = x - number(mean_of(x.to_vector<double>()));
  if (o.samplewise_std_normalization) x = x / number(deviation_of(x.to_vector<double>()) + kLeastDeviation);
  if (o.featurewise_center) {
    check_fitted(mean_, "featurewise_center");
    x = x - mean_;
  }
  if (o.featurewise_std_normalization) {
    check_fitted(std_, "featurewise_std_normalization");
    x = x / (std_ + number(kLeastDeviation));
  }
  if (o.zca_whitening) {
    check_fitted(zca_whitening_matrix_, "zca_whitening");
    x = ops::matmul(x.reshape({1, x.size()}), zca_whitening_matrix_).reshape(x.shape());
  }
  return x;
}

void ImageDataGenerator::fit(const Tensor& given, bool augment, std::int64_t rounds, TransformSeed seed) {
  KCPP_CHECK(given.defined() && given.ndim() == 4 && given.dim(0) > 0, ShapeError,
             "[ImageDataGenerator.fit] expected images of rank 4, received ",
             given.defined() ? to_string(given.shape()) : "an undefined tensor");
  KCPP_CHECK(rounds >= 1, ValueError, "[ImageDataGenerator.fit] rounds must be at least 1, received ", rounds);
  const bool first = options_.data_format == "channels_first";
  Tensor x = given.astype(dtype_);
  if (options_.rescale != 0) x = x * Tensor(options_.rescale).astype(dtype_);
  if (augment) {
    utils::NumpyRandom random(seed_or_next(seed));
    std::vector<Tensor> changed;
    for (std::int64_t round = 0; round < rounds; ++round)
      for (std::int64_t i = 0; i < x.dim(0); ++i)
        changed.push_back(
            apply_transform(x[i], draw_transform(options_, x.dim(first ? 2 : 1), x.dim(first ? 3 : 2), random)));
    x = ops::stack(changed);
  }
  if (options_.featurewise_center) {
    mean_ = of_channels(x, first, mean_of);
    x = x - mean_;
  }
  if (options_.featurewise_std_normalization) std_ = of_channels(x, first, deviation_of);
  if (options_.zca_whitening) {
    const std::int64_t count = x.dim(0);
    const Tensor columns = ops::transpose(x.astype(DType::Float64).reshape({count, x.size() / count}));
    const auto parts = ops::svd(columns, false);
    const Tensor weights = Tensor(std::sqrt(static_cast<double>(count))).astype(DType::Float64) /
                           (parts.s + Tensor(options_.zca_epsilon).astype(DType::Float64));
    zca_whitening_matrix_ = ops::matmul(parts.u * weights, ops::transpose(parts.u)).astype(dtype_);
  }
}

}  // namespace kerascpp::preprocessing::image
