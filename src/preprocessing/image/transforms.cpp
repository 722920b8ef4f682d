#include "preprocessing/image/transforms.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

#include <kerascpp/core/random.hpp>
#include <kerascpp/core/settings.hpp>
#include <kerascpp/utils/image.hpp>

#include "preprocessing/image/affine.hpp"

namespace kerascpp::preprocessing::image {
namespace {

/// Rows of three numbers; the last row is 0 0 1.
using Matrix = std::array<double, 6>;

Matrix product(const Matrix& a, const Matrix& b) {
  return {a[0] * b[0] + a[1] * b[3], a[0] * b[1] + a[1] * b[4], a[0] * b[2] + a[1] * b[5] + a[2],
          a[3] * b[0] + a[4] * b[3], a[3] * b[1] + a[4] * b[4], a[3] * b[2] + a[4] * b[5] + a[5]};
}

/// None when nothing moves: then no pixel is computed anew.
std::optional<AffineMap> map_of(const TransformParameters& p, std::int64_t height, std::int64_t width) {
  constexpr double kDegree = std::numbers::pi / 180;
  std::optional<Matrix> matrix;
  const auto then = [&matrix](const Matrix& next) { matrix = matrix ? product(*matrix, next) : next; };
  if (p.theta != 0) {
    const double angle = p.theta * kDegree;
    then({std::cos(angle), -std::sin(angle), 0, std::sin(angle), std::cos(angle), 0});
  }
  if (p.tx != 0 || p.ty != 0) then({1, 0, p.tx, 0, 1, p.ty});
  if (p.shear != 0) {
    const double angle = p.shear * kDegree;
    then({1, -std::sin(angle), 0, 0, std::cos(angle), 0});
  }
  if (p.zx != 1 || p.zy != 1) then({p.zx, 0, 0, 0, p.zy, 0});
  if (!matrix) return std::nullopt;
  const double y = static_cast<double>(height) / 2 - 0.5, x = static_cast<double>(width) / 2 - 0.5;
  const Matrix m = product(product({1, 0, y, 0, 1, x}, *matrix), {1, 0, -y, 0, 1, -x});
  // Keras takes x for the first axis of its matrices and swaps the axes at the end
  return AffineMap{{m[4], m[3], m[1], m[0]}, {m[5], m[2]}};
}

template <class T>
Tensor affine(const Tensor& x, const AffineMap& map, const AffineOptions& options, bool first) {
  const std::int64_t channels = x.dim(first ? 0 : 2), height = x.dim(first ? 1 : 0), width = x.dim(first ? 2 : 1);
  Tensor result = Tensor::empty(x.shape(), x.dtype());
  const std::int64_t pixels = height * width, step = first ? 1 : channels;
  for (std::int64_t channel = 0; channel < channels; ++channel) {
    const std::int64_t start = first ? channel * pixels : channel;
    Plane plane{height, width, std::vector<double>(static_cast<std::size_t>(pixels))};
    for (std::int64_t i = 0; i < pixels; ++i)
      plane.values[static_cast<std::size_t>(i)] = static_cast<double>(x.data<T>()[start + i * step]);
    plane = mapped(plane, map, static_cast<int>(options.interpolation_order), options.fill_mode, options.cval);
    for (std::int64_t i = 0; i < pixels; ++i)
      result.data<T>()[start + i * step] = static_cast<T>(plane.values[static_cast<std::size_t>(i)]);
  }
  return result;
}

/// float32 or float64.
Tensor as_image(const Tensor& x, const char* owner) {
  KCPP_CHECK(x.defined() && x.ndim() == 3 && x.size() > 0, ShapeError, "[", owner,
             "] expected an image of rank 3, received ", x.defined() ? to_string(x.shape()) : "an undefined tensor");
  return x.dtype() == DType::Float64 ? x : x.astype(DType::Float32);
}

struct Range {
  double low, high;
};
Range range_of(const Tensor& x) {
  const std::vector<double> values = x.to_vector<double>();
  const auto [low, high] = std::minmax_element(values.begin(), values.end());
  return {*low, *high};
}

double draw_shift(const ShiftRange& range, std::int64_t size, utils::NumpyRandom& random) {
  double shift = 0, largest = 0;
  if (range.whole() != 0 || !range.choices().empty()) {
    const std::vector<double>& choices = range.choices();
    largest = choices.empty() ? range.whole() : *std::max_element(choices.begin(), choices.end());
    const std::int64_t count = choices.empty() ? range.whole() : static_cast<std::int64_t>(choices.size());
    const std::int64_t chosen = random.interval(count - 1);
    shift = choices.empty() ? static_cast<double>(chosen) : choices[static_cast<std::size_t>(chosen)];
    shift *= random.interval(1) == 0 ? -1 : 1;
  } else if (range.range() != 0) {
    largest = range.range();
    shift = uniform(random, -largest, largest);
  }
  return largest < 1 ? shift * static_cast<double>(size) : shift;
}

}  // namespace

bool has_channels_first(const std::string& data_format) {
  const std::string format = data_format.empty() ? image_data_format() : data_format;
  KCPP_CHECK(format == "channels_last" || format == "channels_first", ValueError,
             "data_format must be \"channels_last\" or \"channels_first\", received \"", format, "\"");
  return format == "channels_first";
}

std::uint32_t seed_or_next(const TransformSeed& seed) { return seed ? *seed : static_cast<std::uint32_t>(next_seed()); }

TransformParameters draw_transform(const ImageDataGeneratorOptions& o, std::int64_t height, std::int64_t width,
                                   utils::NumpyRandom& random) {
  TransformParameters p;
  if (o.rotation_range != 0) p.theta = uniform(random, -o.rotation_range, o.rotation_range);
  p.tx = draw_shift(o.height_shift_range, height, random);
  p.ty = draw_shift(o.width_shift_range, width, random);
  if (o.shear_range != 0) p.shear = uniform(random, -o.shear_range, o.shear_range);
  if (o.zoom_range.low() != 1 || o.zoom_range.high() != 1) {
    p.zx = uniform(random, o.zoom_range.low(), o.zoom_range.high());
    p.zy = uniform(random, o.zoom_range.low(), o.zoom_range.high());
  }
  // both are drawn whether they are wanted or not
  const bool horizontal = random.random() < 0.5, vertical = random.random() < 0.5;
  p.flip_horizontal = horizontal && o.horizontal_flip;
  p.flip_vertical = vertical && o.vertical_flip;
  if (o.channel_shift_range != 0)
    p.channel_shift_intensity = uniform(random, -o.channel_shift_range, o.channel_shift_range);
  if (o.brightness_range) p.brightness = uniform(random, o.brightness_range->first, o.brightness_range->second);
  return p;
}

Tensor apply_affine_transform(const Tensor& given, const TransformParameters& parameters,
                              const AffineOptions& options) {
  const Tensor x = as_image(given, "apply_affine_transform");
  KCPP_CHECK(options.interpolation_order >= 0 && options.interpolation_order <= 5, ValueError,
             "[apply_affine_transform] interpolation_order must lie between 0 and 5, received ",
             options.interpolation_order);
  const std::string& mode = options.fill_mode;
  KCPP_CHECK(
      mode == "nearest" || mode == "constant" || mode == "reflect" || mode == "wrap", ValueError,
      "[apply_affine_transform] fill_mode must be \"nearest\", \"constant\", \"reflect\" or \"wrap\", received \"",
      mode, "\"");
  const bool first = has_channels_first(options.data_format);
  const auto map = map_of(parameters, x.dim(first ? 1 : 0), x.dim(first ? 2 : 1));
  if (!map) return x;
  return x.dtype() == DType::Float64 ? affine<double>(x, *map, options, first) : affine<float>(x, *map, options, first);
}

Tensor apply_channel_shift(const Tensor& given, double intensity) {
  Tensor x = as_image(given, "apply_channel_shift").copy();
  const auto [low, high] = range_of(x);
  const auto shift = [&, low = low, high = high](auto* values) {
    using T = std::remove_reference_t<decltype(*values)>;
    for (std::int64_t i = 0; i < x.size(); ++i)
      values[i] =
          std::clamp(static_cast<T>(values[i] + static_cast<T>(intensity)), static_cast<T>(low), static_cast<T>(high));
  };
  if (x.dtype() == DType::Float64)
    shift(x.data<double>());
  else
    shift(x.data<float>());
  return x;
}

Tensor apply_brightness_shift(const Tensor& given, double brightness, bool scale, const std::string& data_format) {
  const Tensor x = as_image(given, "apply_brightness_shift");
  const auto [low, high] = range_of(x);
  const bool stretched = low < 0 || high > 255;
  Tensor pixels = utils::array_to_img(x, {.data_format = data_format, .scale = stretched || scale});
  const std::int64_t channels = pixels.dim(2);
  const auto factor = static_cast<float>(brightness);
  auto* const value = pixels.data<std::uint8_t>();
  for (std::int64_t i = 0; i < pixels.size(); ++i)
    if (channels != 4 || i % 4 != 3)  // alpha stays
      value[i] = static_cast<std::uint8_t>(std::clamp(factor * static_cast<float>(value[i]), 0.0F, 255.0F));
  Tensor result = utils::img_to_array(pixels, data_format).astype(x.dtype());
  if (scale || !stretched) return result;
  const auto restore = [&, low = low, high = high](auto* values) {
    using T = std::remove_reference_t<decltype(*values)>;
    for (std::int64_t i = 0; i < result.size(); ++i)
      values[i] = values[i] / 255 * (static_cast<T>(high) - static_cast<T>(low)) + static_cast<T>(low);
  };
  if (result.dtype() == DType::Float64)
    restore(result.data<double>());
  else
    restore(result.data<float>());
  return result;
}

Tensor random_rotation(const Tensor& x, double range, const AffineOptions& options, TransformSeed seed) {
  utils::NumpyRandom random(seed_or_next(seed));
  return apply_affine_transform(x, {.theta = uniform(random, -range, range)}, options);
}

Tensor random_shift(const Tensor& x, double width_range, double height_range, const AffineOptions& options,
                    TransformSeed seed) {
  const Tensor image = as_image(x, "random_shift");
  const bool first = has_channels_first(options.data_format);
  utils::NumpyRandom random(seed_or_next(seed));
  TransformParameters p;
  p.tx = uniform(random, -height_range, height_range) * static_cast<double>(image.dim(first ? 1 : 0));
  p.ty = uniform(random, -width_range, width_range) * static_cast<double>(image.dim(first ? 2 : 1));
  return apply_affine_transform(image, p, options);
}

Tensor random_shear(const Tensor& x, double intensity, const AffineOptions& options, TransformSeed seed) {
  utils::NumpyRandom random(seed_or_next(seed));
  return apply_affine_transform(x, {.shear = uniform(random, -intensity, intensity)}, options);
}

Tensor random_zoom(const Tensor& x, std::pair<double, double> zoom_range, const AffineOptions& options,
                   TransformSeed seed) {
  if (zoom_range.first == 1 && zoom_range.second == 1) return apply_affine_transform(x, {}, options);
  utils::NumpyRandom random(seed_or_next(seed));
  TransformParameters p;
  p.zx = uniform(random, zoom_range.first, zoom_range.second);
  p.zy = uniform(random, zoom_range.first, zoom_range.second);
  return apply_affine_transform(x, p, options);
}

Tensor random_channel_shift(const Tensor& x, double intensity_range, TransformSeed seed) {
  utils::NumpyRandom random(seed_or_next(seed));
  return apply_channel_shift(x, uniform(random, -intensity_range, intensity_range));
}

Tensor random_brightness(const Tensor& x, std::pair<double, double> brightness_range, bool scale, TransformSeed seed) {
  utils::NumpyRandom random(seed_or_next(seed));
  return apply_brightness_shift(x, uniform(random, brightness_range.first, brightness_range.second), scale);
}

}  // namespace kerascpp::preprocessing::image
