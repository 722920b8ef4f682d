#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <kerascpp/layers/image_preprocessing.hpp>
#include <kerascpp/ops/conversion.hpp>
#include <kerascpp/ops/elementwise.hpp>
#include <kerascpp/ops/operators.hpp>
#include <kerascpp/ops/random.hpp>
#include <kerascpp/ops/shape.hpp>

#include "layers/data_format.hpp"
#include "layers/options_layer.hpp"
#include "layers/training_choice.hpp"

namespace kerascpp::layers {

using Interval = std::pair<double, double>;

/// The interval of a factor: (lower, upper) in ascending order, or, of a single number f, from max(-f, bounds.first) to
/// f, as Keras's base class of image layers has it. Throws ValueError beyond the bounds.
[[nodiscard]] Interval symmetric_factor(const FactorRange& factor, std::string_view owner, Interval bounds,
                                        std::string_view field = "factor");
/// The same with the interval from `start` to f of a single number.
[[nodiscard]] Interval factor_from(double start, const FactorRange& factor, std::string_view owner, Interval bounds,
                                   std::string_view field = "factor");
/// The lowest and the highest value, in this order. Throws ValueError unless there are two.
[[nodiscard]] Interval checked_value_range(const std::vector<double>& range, std::string_view owner);
/// One place of each image, (B, 1, 1, 1).
[[nodiscard]] Symbol corner(const Symbol& images);
/// Pixels from one range to another.
[[nodiscard]] Symbol to_value_range(const Symbol& images, Interval from, Interval to);

/// Base of the layers on images: makes a batch of one image, and knows where height, width and channels are.
template <class OptionsOf>
class ImageLayer : public OptionsLayer<OptionsOf> {
 public:
  SymbolList call(const SymbolList& inputs, const CallContext& context) override {
    if (inputs[0].ndim() == 4) return transform(inputs[0], context);
    return ops::squeeze(transform(ops::expand_dims(inputs[0], 0), context), 0);
  }

  void check_inputs(const SymbolList& inputs) const override {
    check_single_input(*this, inputs);
    KCPP_CHECK(inputs[0].ndim() == 3 || inputs[0].ndim() == 4, ShapeError, message_start(*this),
               " expected an image or a batch of images, with 3 or 4 axes, received ", inputs[0].shape());
  }

  /// Where bounding boxes would be given; kept for Keras.
  void set_bounding_box_format(std::optional<std::string> format) { bounding_box_format_ = std::move(format); }

 protected:
  ImageLayer(std::string_view class_name, OptionsOf options) : OptionsLayer<OptionsOf>(std::move(options)) {
    this->options_.data_format = resolve_data_format(this->options_.data_format, class_name);
    this->call_keywords_.set("training", true);
  }

  /// images (B, H, W, C), or (B, C, H, W).
  [[nodiscard]] virtual Symbol transform(const Symbol& images, const CallContext& context) = 0;

  [[nodiscard]] Config image_config(std::initializer_list<std::pair<std::string, Config>> positional) const {
    Config config = this->config_with(positional);
    if (bounding_box_format_) config.set("bounding_box_format", *bounding_box_format_);
    return config;
  }

  [[nodiscard]] bool channels_last() const { return this->options_.data_format == "channels_last"; }
  [[nodiscard]] int height_axis() const { return channels_last() ? 1 : 2; }
  [[nodiscard]] int width_axis() const { return height_axis() + 1; }
  [[nodiscard]] int channel_axis() const { return channels_last() ? 3 : 1; }
  [[nodiscard]] std::int64_t height(const Symbol& images) const {
    return known_dim(*this, images.shape(), height_axis());
  }
  [[nodiscard]] std::int64_t width(const Symbol& images) const {
    return known_dim(*this, images.shape(), width_axis());
  }
  [[nodiscard]] Symbol cast_images(const Symbol& images) const { return ops::cast(images, this->compute_dtype()); }

 private:
  std::optional<std::string> bounding_box_format_;
};

/// Where the numbers of a random change come from.
class Draw {
 public:
  explicit Draw(random::SeedGenerator& generator) : generator_(&generator) {}

  /// One number for each image, (B, 1, 1, 1), even in the interval.
  [[nodiscard]] Symbol each(const Symbol& images, Interval interval) const;
  /// One number for all.
  [[nodiscard]] Symbol one(DType dtype, Interval interval) const;
  /// True for each image with a probability that is drawn from the interval itself.
  [[nodiscard]] Symbol chance(const Symbol& images, Interval probability) const;
  /// 1 or -1.
  [[nodiscard]] Symbol sign(const Symbol& images) const;
  /// Gamma distributed, in the shape of `alpha`.
  [[nodiscard]] Symbol gamma(const Symbol& alpha) const;
  /// Beta distributed with equal parameters.
  [[nodiscard]] Symbol beta(const Symbol& alpha) const;
  [[nodiscard]] random::SeedGenerator& generator() const { return *generator_; }

 private:
  random::SeedGenerator* generator_;
};

/// What composed layers ask of those that change images.
class Augmenter {
 public:
  Augmenter() = default;
  Augmenter(const Augmenter&) = default;
  Augmenter& operator=(const Augmenter&) = default;
  virtual ~Augmenter();
  /// images (B, H, W, C) or (B, C, H, W) in the dtype of computations.
  [[nodiscard]] virtual Symbol augment(const Symbol& images, const Draw& draw) const = 0;
};

/// Base of the random ones: images change in training.
template <class OptionsOf>
class RandomImageLayer : public ImageLayer<OptionsOf>, public Augmenter {
 protected:
  RandomImageLayer(std::string_view class_name, OptionsOf options)
      : ImageLayer<OptionsOf>(class_name, std::move(options)) {
    const std::optional<std::int64_t>& seed = this->options_.seed;
    KCPP_CHECK(!seed || *seed >= 0, ValueError, "[", class_name, "] seed must be at least 0, received ", *seed);
    generator_ = &this->add_seed_generator(seed.value_or(-1), "generator");
  }

  [[nodiscard]] Symbol transform(const Symbol& images, const CallContext& context) override {
    const Symbol x = this->cast_images(images);
    return in_training(
        context, [&] { return ops::cast(augment(x, Draw(*generator_)), x.dtype()); }, x);
  }

  random::SeedGenerator* generator_ = nullptr;
};

/// Reads a layer on images: positional arguments, options, and the format of bounding boxes that Keras writes if given.
template <class T, class... Positional>
[[nodiscard]] std::shared_ptr<T> read_image_layer(LayerReader& reader, const Positional&... positional) {
  std::optional<std::string> format;
  reader.optional("bounding_box_format", format);
  auto options = reader.options<typename T::Options>();
  auto layer = reader.make<T>(positional..., std::move(options));
  layer->set_bounding_box_format(std::move(format));
  return layer;
}

}  // namespace kerascpp::layers
