// Layers made of other layers on images.

#include <algorithm>
#include <cmath>

#include <kerascpp/core/random.hpp>
#include <kerascpp/ops/creation.hpp>
#include <kerascpp/ops/reductions.hpp>

#include "layers/preprocessing/families.hpp"
#include "layers/preprocessing/image/factor_layer.hpp"

namespace kerascpp::layers {
namespace {

using NamedLayers = std::vector<std::pair<std::string, Layer>>;

/// Base of layers with other random layers inside, which draw from the stream of this one.
template <class OptionsOf>
class ComposedImageLayer : public RandomImageLayer<OptionsOf> {
 public:
  [[nodiscard]] NamedLayers sublayers() const override { return inner_; }
  void build(const Shape& input_shape) override {
    for (const auto& [attribute, layer] : inner_) layer->ensure_built({input_shape});
  }

 protected:
  ComposedImageLayer(std::string_view class_name, OptionsOf options)
      : RandomImageLayer<OptionsOf>(class_name, std::move(options)),
        range_(checked_value_range(this->options_.value_range, class_name)) {
    this->options_.value_range = {range_.first, range_.second};
  }

  [[nodiscard]] static Symbol changed_by(const Layer& layer, const Symbol& images, const Draw& draw) {
    return ops::cast(dynamic_cast<const Augmenter&>(*layer.base()).augment(images, draw), images.dtype());
  }

  Interval range_;
  NamedLayers inner_;
};

/// The changes of RandAugment and AugMix, in the order of RandAugment.
template <class Options>
NamedLayers all_changes(Interval factor, const Options& options) {
  const auto with = [&](auto own) {
    own.data_format = options.data_format;
    own.dtype = options.dtype;
    if constexpr (requires { own.seed; }) own.seed = options.seed;
    if constexpr (requires { own.value_range; }) own.value_range = options.value_range;
    if constexpr (requires { own.interpolation; }) own.interpolation = options.interpolation;
    return own;
  };
  RandomShearOptions shear = with(RandomShearOptions());
  shear.x_factor = shear.y_factor = factor;
  SolarizationOptions solarization = with(SolarizationOptions());
  solarization.addition_factor = solarization.threshold_factor = factor;
  const double bits = std::max(1.0, std::floor(8 * factor.second));
  return {{"random_shear", RandomShear(shear)},
          {"random_translation", RandomTranslation(factor, factor, with(RandomTranslationOptions()))},
          {"random_rotation", RandomRotation(factor, with(RandomRotationOptions()))},
          {"random_brightness", RandomBrightness(factor, with(RandomBrightnessOptions()))},
          {"random_color_degeneration", RandomColorDegeneration(factor, with(RandomColorDegenerationOptions()))},
          {"random_contrast", RandomContrast(factor, with(RandomContrastOptions()))},
          {"random_sharpness", RandomSharpness(factor, with(RandomSharpnessOptions()))},
          {"random_posterization", RandomPosterization(bits, with(RandomPosterizationOptions()))},
          {"solarization", Solarization(solarization)},
          {"auto_contrast", AutoContrast(with(AutoContrastOptions()))},
          {"equalization", Equalization(with(EqualizationOptions()))}};
}

class RandomColorJitterLayer final : public ComposedImageLayer<RandomColorJitterOptions> {
 public:
  explicit RandomColorJitterLayer(RandomColorJitterOptions options)
      : ComposedImageLayer("RandomColorJitter", std::move(options)) {
    const auto with = [&](auto own) {
      own.value_range = options_.value_range;
      own.seed = options_.seed;
      own.data_format = options_.data_format;
      own.dtype = options_.dtype;
      return own;
    };
    if (const auto& factor = options_.brightness_factor)
      inner_.emplace_back("random_brightness", RandomBrightness(*factor, with(RandomBrightnessOptions())));
    if (const auto& factor = options_.contrast_factor)
      inner_.emplace_back("random_contrast", RandomContrast(*factor, with(RandomContrastOptions())));
    if (const auto& factor = options_.saturation_factor)
      inner_.emplace_back("random_saturation", RandomSaturation(*factor, with(RandomSaturationOptions())));
    if (const auto& factor = options_.hue_factor)
      inner_.emplace_back("random_hue", RandomHue(*factor, with(RandomHueOptions())));
  }

  [[nodiscard]] static std::shared_ptr<RandomColorJitterLayer> from_config(const Config& config) {
    LayerReader reader(config, "RandomColorJitter");
    return read_image_layer<RandomColorJitterLayer>(reader);
  }

  [[nodiscard]] std::string class_name() const override { return "RandomColorJitter"; }
  [[nodiscard]] Config get_config() const override { return image_config({}); }

  [[nodiscard]] Symbol augment(const Symbol& images, const Draw& draw) const override {
    Symbol x = images;
    for (const auto& [attribute, layer] : inner_) x = changed_by(layer, x, draw);
    return x;
  }
};

class RandAugmentLayer final : public ComposedImageLayer<RandAugmentOptions> {
 public:
  explicit RandAugmentLayer(RandAugmentOptions options)
      : ComposedImageLayer("RandAugment", std::move(options)),
        factor_(symmetric_factor(options_.factor, "RandAugment", {0, 1})) {
    KCPP_CHECK(options_.num_ops >= 0, ValueError, "[RandAugment] num_ops must be at least 0, received ",
               options_.num_ops);
    options_.factor = factor_;
    inner_ = all_changes(factor_, options_);
  }

  [[nodiscard]] static std::shared_ptr<RandAugmentLayer> from_config(const Config& config) {
    LayerReader reader(config, "RandAugment");
    return read_image_layer<RandAugmentLayer>(reader);
  }

  [[nodiscard]] std::string class_name() const override { return "RandAugment"; }
  [[nodiscard]] Config get_config() const override { return image_config({}); }

  [[nodiscard]] Symbol augment(const Symbol& images, const Draw& draw) const override {
    Symbol x = images;
    for (std::int64_t i = 0; i < options_.num_ops; ++i) {
      const Symbol place = ops::floor(draw.one(DType::Float32, {0, static_cast<double>(inner_.size())}));
      Symbol y = x;
      for (std::size_t change = 0; change < inner_.size(); ++change)
        y = ops::where(ops::equal(place, static_cast<double>(change)), changed_by(inner_[change].second, x, draw), y);
      x = y;
    }
    return x;
  }

 private:
  Interval factor_;
};

class AugMixLayer final : public ComposedImageLayer<AugMixOptions> {
 public:
  explicit AugMixLayer(AugMixOptions options)
      : ComposedImageLayer("AugMix", std::move(options)), factor_(symmetric_factor(options_.factor, "AugMix", {0, 1})) {
    KCPP_CHECK(options_.num_chains >= 1 && options_.chain_depth >= 0, ValueError,
               "[AugMix] num_chains must be positive and chain_depth at least 0, received ", options_.num_chains,
               " and ", options_.chain_depth);
    KCPP_CHECK(options_.alpha > 0, ValueError, "[AugMix] alpha must be above 0, received ", options_.alpha);
    options_.factor = factor_;
    inner_ = all_changes(factor_, options_);
    if (!options_.all_ops)
      std::erase_if(inner_, [](const auto& named) {
        return named.first == "random_brightness" || named.first == "random_color_degeneration" ||
               named.first == "random_contrast" || named.first == "random_sharpness";
      });
  }

  [[nodiscard]] static std::shared_ptr<AugMixLayer> from_config(const Config& config) {
    LayerReader reader(config, "AugMix");
    return read_image_layer<AugMixLayer>(reader);
  }

  [[nodiscard]] std::string class_name() const override { return "AugMix"; }
  [[nodiscard]] Config get_config() const override { return image_config({}); }

  [[nodiscard]] Symbol augment(const Symbol& images, const Draw& draw) const override {
    const Symbol alpha = constant(full({}, options_.alpha, images.dtype()));
    std::vector<Symbol> shares;
    for (std::int64_t i = 0; i < options_.num_chains; ++i) shares.push_back(draw.gamma(alpha));
    Symbol total = shares.front();
    for (std::size_t i = 1; i < shares.size(); ++i) total = total + shares[i];
    const Symbol kept = draw.beta(alpha);
    std::uint64_t state = static_cast<std::uint64_t>(options_.seed ? *options_.seed : next_seed());
    Symbol mixed = ops::zeros_like(images);
    for (const Symbol& share : shares) {
      Symbol x = images;
      for (std::int64_t i = 0; i < options_.chain_depth; ++i) {
        const std::size_t change = next_choice(state);
        if (change < inner_.size()) x = changed_by(inner_[change].second, x, draw);
      }
      mixed = mixed + x * (share / total);
    }
    return ops::clip(kept * images + (1.0 - kept) * mixed, range_.first, range_.second);
  }

 private:
  /// One of the changes, or one more for none. The generator is splitmix64 (Steele et al., OOPSLA 2014).
  [[nodiscard]] std::size_t next_choice(std::uint64_t& state) const {
    std::uint64_t z = state += 0x9e3779b97f4a7c15;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
    z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
    return static_cast<std::size_t>((z ^ (z >> 31)) % (inner_.size() + 1));
  }

  Interval factor_;
};

class MaxNumBoundingBoxesLayer final : public ImageLayer<MaxNumBoundingBoxesOptions> {
 public:
  MaxNumBoundingBoxesLayer(std::int64_t max_number, MaxNumBoundingBoxesOptions options)
      : ImageLayer("MaxNumBoundingBoxes", std::move(options)), max_number_(max_number) {}

  [[nodiscard]] static std::shared_ptr<MaxNumBoundingBoxesLayer> from_config(const Config& config) {
    LayerReader reader(config, "MaxNumBoundingBoxes");
    const auto max_number = reader.required<std::int64_t>("max_number");
    return read_image_layer<MaxNumBoundingBoxesLayer>(reader, max_number);
  }

  [[nodiscard]] std::string class_name() const override { return "MaxNumBoundingBoxes"; }
  [[nodiscard]] Config get_config() const override { return image_config({{"max_number", max_number_}}); }

 protected:
  [[nodiscard]] Symbol transform(const Symbol& images, const CallContext&) override { return images; }

 private:
  std::int64_t max_number_;
};

}  // namespace

Layer RandomColorJitter(const RandomColorJitterOptions& options) { return make_layer<RandomColorJitterLayer>(options); }
Layer RandAugment(const RandAugmentOptions& options) { return make_layer<RandAugmentLayer>(options); }
Layer AugMix(const AugMixOptions& options) { return make_layer<AugMixLayer>(options); }
Layer MaxNumBoundingBoxes(std::int64_t max_number, const MaxNumBoundingBoxesOptions& options) {
  return make_layer<MaxNumBoundingBoxesLayer>(max_number, options);
}

void register_policy_layers(ObjectRegistry& registry) {
  registry.add(layer_class<RandomColorJitterLayer>("RandomColorJitter"));
  registry.add(layer_class<RandAugmentLayer>("RandAugment"));
  registry.add(layer_class<AugMixLayer>("AugMix"));
  registry.add(layer_class<MaxNumBoundingBoxesLayer>("MaxNumBoundingBoxes"));
}

}  // namespace kerascpp::layers
