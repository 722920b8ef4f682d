// Random layers on the colors of images.

#include <kerascpp/core/settings.hpp>
#include <kerascpp/ops/convolution.hpp>
#include <kerascpp/ops/creation.hpp>
#include <kerascpp/ops/image.hpp>
#include <kerascpp/ops/indexing.hpp>
#include <kerascpp/ops/joining.hpp>
#include <kerascpp/ops/reductions.hpp>

#include "layers/preprocessing/families.hpp"
#include "layers/preprocessing/image/factor_layer.hpp"

namespace kerascpp::layers {
namespace {

class RandomBrightnessLayer final : public FactorLayer<RandomBrightnessLayer, RandomBrightnessOptions> {
 public:
  static constexpr const char* kClassName = "RandomBrightness";
  static constexpr Interval kBounds{-1, 1};
  using FactorLayer::FactorLayer;

  [[nodiscard]] Symbol augment(const Symbol& images, const Draw& draw) const override {
    const Symbol delta = draw.each(images, factor_) * (range_.second - range_.first);
    return ops::clip(images + delta, range_.first, range_.second);
  }
};

class RandomContrastLayer final : public FactorLayer<RandomContrastLayer, RandomContrastOptions> {
 public:
  static constexpr const char* kClassName = "RandomContrast";
  static constexpr Interval kBounds{0, 1};
  using FactorLayer::FactorLayer;

  [[nodiscard]] Symbol augment(const Symbol& images, const Draw& draw) const override {
    const Symbol contrast = draw.each(images, {1 - factor_.first, 1 + factor_.second});
    const Symbol mean = ops::mean(images, {height_axis(), width_axis()}, true);
    return ops::clip((images - mean) * contrast + mean, range_.first, range_.second);
  }
};

/// One of three channels, its axis kept.
Symbol channel(const Symbol& images, int axis, std::int64_t number) {
  return ops::slice_axis(images, axis, Slice(number, number + 1));
}

class RandomHueLayer final : public FactorLayer<RandomHueLayer, RandomHueOptions> {
 public:
  static constexpr const char* kClassName = "RandomHue";
  static constexpr Interval kBounds{0, 1};
  using FactorLayer::FactorLayer;

  [[nodiscard]] Symbol augment(const Symbol& images, const Draw& draw) const override {
    const Interval unit{0, 1};
    const Symbol turn = draw.sign(images) * draw.each(images, factor_) * 0.5;
    const Symbol hsv = ops::rgb_to_hsv(to_value_range(images, range_, unit), options_.data_format);
    Symbol hue = channel(hsv, channel_axis(), 0) + turn;
    hue = ops::where(hue > 1.0, hue - 1.0, hue);
    hue = ops::where(hue < 0.0, hue + 1.0, hue);
    const Symbol turned = ops::concatenate({hue, ops::slice_axis(hsv, channel_axis(), Slice(1, 3))}, channel_axis());
    const Symbol rgb = ops::clip(ops::hsv_to_rgb(turned, options_.data_format), 0.0, 1.0);
    return to_value_range(rgb, unit, range_);
  }
};

class RandomSaturationLayer final : public FactorLayer<RandomSaturationLayer, RandomSaturationOptions> {
 public:
  static constexpr const char* kClassName = "RandomSaturation";
  static constexpr Interval kBounds{-1, 1};
  using FactorLayer::FactorLayer;

  [[nodiscard]] Symbol augment(const Symbol& images, const Draw& draw) const override {
    const Symbol share = draw.each(images, factor_);
    const Symbol hsv = ops::rgb_to_hsv(images, options_.data_format);
    const int axis = channel_axis();
    const Symbol saturation =
        ops::clip(channel(hsv, axis, 1) * (share / (1.0 - share + epsilon())), range_.first, range_.second);
    return ops::hsv_to_rgb(ops::concatenate({channel(hsv, axis, 0), saturation, channel(hsv, axis, 2)}, axis),
                           options_.data_format);
  }
};

class RandomColorDegenerationLayer final
    : public FactorLayer<RandomColorDegenerationLayer, RandomColorDegenerationOptions> {
 public:
  static constexpr const char* kClassName = "RandomColorDegeneration";
  static constexpr Interval kBounds{-1, 1};
  using FactorLayer::FactorLayer;

  [[nodiscard]] Symbol augment(const Symbol& images, const Draw& draw) const override {
    const Symbol gray = ops::rgb_to_grayscale(images, options_.data_format);
    return ops::clip(images + draw.each(images, factor_) * (gray - images), range_.first, range_.second);
  }
};

class RandomSharpnessLayer final : public FactorLayer<RandomSharpnessLayer, RandomSharpnessOptions> {
 public:
  static constexpr const char* kClassName = "RandomSharpness";
  static constexpr Interval kBounds{0, 1};
  using FactorLayer::FactorLayer;

  [[nodiscard]] Symbol augment(const Symbol& images, const Draw& draw) const override {
    const std::int64_t channels = known_dim(*this, images.shape(), channel_axis());
    std::vector<double> weights(9, 1.0 / 13);
    weights[4] = 5.0 / 13;
    const Tensor kernel = ops::tile(Tensor(weights).reshape({3, 3, 1, 1}), {1, 1, channels, 1}).astype(images.dtype());
    const Symbol smooth =
        ops::depthwise_conv(images, constant(kernel), {.padding = "same", .data_format = options_.data_format});
    const Symbol sharpness = draw.each(images, factor_) * 2.0;
    return ops::clip(images + (1.0 - sharpness) * (smooth - images), range_.first, range_.second);
  }
};

class RandomPosterizationLayer final : public FactorLayer<RandomPosterizationLayer, RandomPosterizationOptions> {
 public:
  static constexpr const char* kClassName = "RandomPosterization";
  static constexpr Interval kBounds{1, 8};
  using FactorLayer::FactorLayer;

  // whole numbers: Keras shifts by them
  [[nodiscard]] Config get_config() const override {
    return image_config({{"factor", Config::list({static_cast<std::int64_t>(factor_.first),
                                                  static_cast<std::int64_t>(factor_.second)})}});
  }

  [[nodiscard]] Symbol augment(const Symbol& images, const Draw& draw) const override {
    const Interval bytes{0, 255};
    const Symbol shift = ops::cast(8.0 - ops::floor(draw.each(images, factor_)), DType::UInt8);
    const Symbol x = ops::cast(to_value_range(images, range_, bytes), DType::UInt8);
    const Symbol rounded = ops::bitwise_left_shift(ops::bitwise_right_shift(x, shift), shift);
    return to_value_range(ops::cast(rounded, images.dtype()), bytes, range_);
  }
};

class RandomGrayscaleLayer final : public RandomImageLayer<RandomGrayscaleOptions> {
 public:
  explicit RandomGrayscaleLayer(RandomGrayscaleOptions options)
      : RandomImageLayer("RandomGrayscale", std::move(options)) {
    KCPP_CHECK(options_.factor >= 0 && options_.factor <= 1, ValueError,
               "[RandomGrayscale] factor must be from 0 to 1, received ", options_.factor);
  }

  [[nodiscard]] static std::shared_ptr<RandomGrayscaleLayer> from_config(const Config& config) {
    LayerReader reader(config, "RandomGrayscale");
    return read_image_layer<RandomGrayscaleLayer>(reader);
  }

  [[nodiscard]] std::string class_name() const override { return "RandomGrayscale"; }
  [[nodiscard]] Config get_config() const override { return image_config({}); }

  [[nodiscard]] Symbol augment(const Symbol& images, const Draw& draw) const override {
    const Symbol gray = ops::rgb_to_grayscale(images, options_.data_format);
    return ops::where(draw.each(images, {0, 1}) < options_.factor, gray, images);
  }
};

class RandomInvertLayer final : public RandomImageLayer<RandomInvertOptions> {
 public:
  explicit RandomInvertLayer(RandomInvertOptions options)
      : RandomImageLayer("RandomInvert", std::move(options)),
        factor_(symmetric_factor(options_.factor, "RandomInvert", {0, 1})),
        range_(checked_value_range(options_.value_range, "RandomInvert")) {
    options_.factor = factor_;
  }

  [[nodiscard]] static std::shared_ptr<RandomInvertLayer> from_config(const Config& config) {
    LayerReader reader(config, "RandomInvert");
    return read_image_layer<RandomInvertLayer>(reader);
  }

  [[nodiscard]] std::string class_name() const override { return "RandomInvert"; }
  [[nodiscard]] Config get_config() const override { return image_config({}); }

  [[nodiscard]] Symbol augment(const Symbol& images, const Draw& draw) const override {
    return ops::where(draw.chance(images, factor_), range_.second - images, images);
  }

 private:
  Interval factor_, range_;
};

}  // namespace

Layer RandomBrightness(const FactorRange& factor, const RandomBrightnessOptions& options) {
  return make_layer<RandomBrightnessLayer>(factor, options);
}
Layer RandomContrast(const FactorRange& factor, const RandomContrastOptions& options) {
  return make_layer<RandomContrastLayer>(factor, options);
}
Layer RandomHue(const FactorRange& factor, const RandomHueOptions& options) {
  return make_layer<RandomHueLayer>(factor, options);
}
Layer RandomSaturation(const FactorRange& factor, const RandomSaturationOptions& options) {
  return make_layer<RandomSaturationLayer>(factor, options);
}
Layer RandomColorDegeneration(const FactorRange& factor, const RandomColorDegenerationOptions& options) {
  return make_layer<RandomColorDegenerationLayer>(factor, options);
}
Layer RandomSharpness(const FactorRange& factor, const RandomSharpnessOptions& options) {
  return make_layer<RandomSharpnessLayer>(factor, options);
}
Layer RandomPosterization(const FactorRange& factor, const RandomPosterizationOptions& options) {
  return make_layer<RandomPosterizationLayer>(factor, options);
}
Layer RandomGrayscale(const RandomGrayscaleOptions& options) { return make_layer<RandomGrayscaleLayer>(options); }
Layer RandomInvert(const RandomInvertOptions& options) { return make_layer<RandomInvertLayer>(options); }

void register_color_layers(ObjectRegistry& registry) {
  registry.add(layer_class<RandomBrightnessLayer>("RandomBrightness"));
  registry.add(layer_class<RandomContrastLayer>("RandomContrast"));
  registry.add(layer_class<RandomHueLayer>("RandomHue"));
  registry.add(layer_class<RandomSaturationLayer>("RandomSaturation"));
  registry.add(layer_class<RandomColorDegenerationLayer>("RandomColorDegeneration"));
  registry.add(layer_class<RandomSharpnessLayer>("RandomSharpness"));
  registry.add(layer_class<RandomPosterizationLayer>("RandomPosterization"));
  registry.add(layer_class<RandomGrayscaleLayer>("RandomGrayscale"));
  registry.add(layer_class<RandomInvertLayer>("RandomInvert"));
}

}  // namespace kerascpp::layers
