// Random layers that move the pixels of images by one map for each of them.

#include <numbers>

#include <kerascpp/ops/creation.hpp>
#include <kerascpp/ops/image.hpp>
#include <kerascpp/ops/indexing.hpp>
#include <kerascpp/ops/joining.hpp>

#include "layers/one_of.hpp"
#include "layers/preprocessing/families.hpp"
#include "layers/preprocessing/image/factor_layer.hpp"

namespace kerascpp::layers {
namespace {

template <class Options>
void check_filling(const char* owner, const Options& options) {
  check_one_of(owner, "fill_mode", options.fill_mode, {"reflect", "wrap", "constant", "nearest"});
  check_one_of(owner, "interpolation", options.interpolation, {"nearest", "bilinear"});
}

/// A number of each image as a column of a matrix, (B, 1).
Symbol column(const Symbol& drawn) { return ops::squeeze(drawn, {2, 3}); }

/// Pixel (x, y) becomes that at (a0 x + a1 y + a2, b0 x + b1 y + b2) of the image. All (B, 1).
struct AffineMap {
  Symbol a0, a1, a2, b0, b1, b2;

  template <class Options>
  [[nodiscard]] Symbol of(const Symbol& images, const Options& options) const {
    const Symbol zeros = ops::zeros_like(a0);
    const Symbol transform = ops::cast(ops::concatenate({a0, a1, a2, b0, b1, b2, zeros, zeros}, 1), images.dtype());
    return ops::affine_transform(images, transform,
                                 {.interpolation = options.interpolation,
                                  .fill_mode = options.fill_mode,
                                  .fill_value = options.fill_value,
                                  .data_format = options.data_format});
  }
};

class RandomFlipLayer final : public RandomImageLayer<RandomFlipOptions> {
 public:
  explicit RandomFlipLayer(RandomFlipOptions options) : RandomImageLayer("RandomFlip", std::move(options)) {
    check_one_of("RandomFlip", "mode", options_.mode, {"horizontal_and_vertical", "horizontal", "vertical"});
  }

  [[nodiscard]] static std::shared_ptr<RandomFlipLayer> from_config(const Config& config) {
    LayerReader reader(config, "RandomFlip");
    return read_image_layer<RandomFlipLayer>(reader);
  }

  [[nodiscard]] std::string class_name() const override { return "RandomFlip"; }
  [[nodiscard]] Config get_config() const override { return image_config({}); }

  [[nodiscard]] Symbol augment(const Symbol& images, const Draw& draw) const override {
    Symbol flipped = images;
    if (options_.mode != "vertical") flipped = ops::flip(flipped, width_axis());
    if (options_.mode != "horizontal") flipped = ops::flip(flipped, height_axis());
    return ops::where(draw.each(images, {0, 1}) <= 0.5, flipped, images);
  }
};

class RandomTranslationLayer final : public RandomImageLayer<RandomTranslationOptions> {
 public:
  RandomTranslationLayer(FactorRange height_factor, FactorRange width_factor, RandomTranslationOptions options)
      : RandomImageLayer("RandomTranslation", std::move(options)),
        given_height_(height_factor),
        given_width_(width_factor),
        height_(symmetric_factor(height_factor, "RandomTranslation", {-1, 1}, "height_factor")),
        width_(symmetric_factor(width_factor, "RandomTranslation", {-1, 1}, "width_factor")) {
    check_filling("RandomTranslation", options_);
  }

  [[nodiscard]] static std::shared_ptr<RandomTranslationLayer> from_config(const Config& config) {
    LayerReader reader(config, "RandomTranslation");
    const auto height = reader.required<FactorRange>("height_factor");
    const auto width = reader.required<FactorRange>("width_factor");
    return read_image_layer<RandomTranslationLayer>(reader, height, width);
  }

  [[nodiscard]] std::string class_name() const override { return "RandomTranslation"; }
  [[nodiscard]] Config get_config() const override {
    return image_config({{"height_factor", to_config(given_height_)}, {"width_factor", to_config(given_width_)}});
  }

  [[nodiscard]] Symbol augment(const Symbol& images, const Draw& draw) const override {
    const Symbol down = column(draw.each(images, height_)) * static_cast<double>(height(images));
    const Symbol right = column(draw.each(images, width_)) * static_cast<double>(width(images));
    const Symbol one = ops::ones_like(down), zero = ops::zeros_like(down);
    return AffineMap{one, zero, -right, zero, one, -down}.of(images, options_);
  }

 private:
  FactorRange given_height_, given_width_;
  Interval height_, width_;
};

class RandomRotationLayer final : public FactorLayer<RandomRotationLayer, RandomRotationOptions> {
 public:
  static constexpr const char* kClassName = "RandomRotation";
  static constexpr Interval kBounds{-1, 1};
  RandomRotationLayer(const FactorRange& factor, RandomRotationOptions options)
      : FactorLayer(factor, std::move(options)) {
    check_filling(kClassName, options_);
  }

  [[nodiscard]] Symbol augment(const Symbol& images, const Draw& draw) const override {
    const double circle = 2 * std::numbers::pi;
    const Symbol angle = column(draw.each(images, {factor_.first * circle, factor_.second * circle}));
    const Symbol cos = ops::cos(angle), sin = ops::sin(angle);
    const double x = 0.5 * static_cast<double>(width(images) - 1), y = 0.5 * static_cast<double>(height(images) - 1);
    // the middle (x, y) stays
    return AffineMap{cos, -sin, x - cos * x + sin * y, sin, cos, y - sin * x - cos * y}.of(images, options_);
  }
};

class RandomZoomLayer final : public RandomImageLayer<RandomZoomOptions> {
 public:
  RandomZoomLayer(FactorRange height_factor, RandomZoomOptions options)
      : RandomImageLayer("RandomZoom", std::move(options)),
        given_(height_factor),
        height_(factor(height_factor, "height_factor")),
        width_(options_.width_factor ? factor(*options_.width_factor, "width_factor") : height_) {
    check_filling("RandomZoom", options_);
  }

  [[nodiscard]] static std::shared_ptr<RandomZoomLayer> from_config(const Config& config) {
    LayerReader reader(config, "RandomZoom");
    const auto height = reader.required<FactorRange>("height_factor");
    return read_image_layer<RandomZoomLayer>(reader, height);
  }

  [[nodiscard]] std::string class_name() const override { return "RandomZoom"; }
  [[nodiscard]] Config get_config() const override { return image_config({{"height_factor", to_config(given_)}}); }

  [[nodiscard]] Symbol augment(const Symbol& images, const Draw& draw) const override {
    const auto drawn = [&](Interval interval) {
      return column(draw.each(images, {1 + interval.first, 1 + interval.second}));
    };
    const Symbol y = drawn(height_), x = options_.width_factor ? drawn(width_) : y, zero = ops::zeros_like(y);
    const double right = static_cast<double>(width(images) - 1) / 2;
    const double down = static_cast<double>(height(images) - 1) / 2;
    return AffineMap{x, zero, (1.0 - x) * right, zero, y, (1.0 - y) * down}.of(images, options_);
  }

 private:
  [[nodiscard]] static Interval factor(const FactorRange& given, const char* field) {
    const Interval interval = symmetric_factor(given, "RandomZoom", {-1, 1}, field);
    const double lowest = given.is_pair() ? interval.first : given.single();
    KCPP_CHECK(lowest > -1, ValueError, "[RandomZoom] ", field, " must be above -1, received ", lowest);
    return interval;
  }

  FactorRange given_;
  Interval height_, width_;
};

class RandomShearLayer final : public RandomImageLayer<RandomShearOptions> {
 public:
  explicit RandomShearLayer(RandomShearOptions options)
      : RandomImageLayer("RandomShear", std::move(options)),
        x_(factor(options_.x_factor, "x_factor")),
        y_(factor(options_.y_factor, "y_factor")) {
    check_filling("RandomShear", options_);
    options_.x_factor = x_;
    options_.y_factor = y_;
  }

  [[nodiscard]] static std::shared_ptr<RandomShearLayer> from_config(const Config& config) {
    LayerReader reader(config, "RandomShear");
    return read_image_layer<RandomShearLayer>(reader);
  }

  [[nodiscard]] std::string class_name() const override { return "RandomShear"; }
  [[nodiscard]] Config get_config() const override { return image_config({}); }

  [[nodiscard]] Symbol augment(const Symbol& images, const Draw& draw) const override {
    const Symbol sign = column(draw.sign(images));
    const Symbol y = column(draw.each(images, y_)) * sign, x = column(draw.each(images, x_)) * sign;
    const Symbol one = ops::ones_like(x), zero = ops::zeros_like(x);
    return AffineMap{one, x, zero, y, one, zero}.of(images, options_);
  }

 private:
  /// Intervals below 0 are those that configs hold for single numbers.
  [[nodiscard]] static Interval factor(const FactorRange& given, const char* field) {
    KCPP_CHECK(given.is_pair() || given.single() >= 0, ValueError, "[RandomShear] ", field,
               " must be from 0 to 1, received ", given.single());
    return symmetric_factor(given, "RandomShear", {-1, 1}, field);
  }

  Interval x_, y_;
};

class RandomPerspectiveLayer final : public RandomImageLayer<RandomPerspectiveOptions> {
 public:
  explicit RandomPerspectiveLayer(RandomPerspectiveOptions options)
      : RandomImageLayer("RandomPerspective", std::move(options)),
        factor_(symmetric_factor(options_.factor, "RandomPerspective", {0, 1})) {
    check_one_of("RandomPerspective", "interpolation", options_.interpolation, {"nearest", "bilinear"});
    KCPP_CHECK(options_.scale >= 0 && options_.scale <= 1, ValueError,
               "[RandomPerspective] scale must be from 0 to 1, received ", options_.scale);
    options_.factor = factor_;
  }

  [[nodiscard]] static std::shared_ptr<RandomPerspectiveLayer> from_config(const Config& config) {
    LayerReader reader(config, "RandomPerspective");
    return read_image_layer<RandomPerspectiveLayer>(reader);
  }

  [[nodiscard]] std::string class_name() const override { return "RandomPerspective"; }
  [[nodiscard]] Config get_config() const override { return image_config({}); }

  [[nodiscard]] Symbol augment(const Symbol& images, const Draw& draw) const override {
    const auto right = static_cast<double>(width(images) - 1), down = static_cast<double>(height(images) - 1);
    const Symbol chosen = draw.chance(images, factor_);
    std::vector<Symbol> moves;
    for (int i = 0; i < 8; ++i)
      moves.push_back(column(draw.each(images, {-0.5 * options_.scale, 0.5 * options_.scale})));
    const Tensor corners =
        Tensor(std::vector<double>{0, 0, right, 0, 0, down, right, down}).reshape({4, 2}).astype(images.dtype());
    const Symbol move = ops::split_axis(ops::concatenate(SymbolList(moves), 1), 1, {4, 2});
    const Symbol start = constant(corners) + ops::zeros_like(move);
    const Symbol seen = ops::perspective_transform(images, start, start + start * move,
                                                   {.interpolation = options_.interpolation,
                                                    .fill_value = options_.fill_value,
                                                    .data_format = options_.data_format});
    return ops::where(chosen, seen, images);
  }

 private:
  Interval factor_;
};

}  // namespace

Layer RandomFlip(const RandomFlipOptions& options) { return make_layer<RandomFlipLayer>(options); }
Layer RandomTranslation(const FactorRange& height_factor, const FactorRange& width_factor,
                        const RandomTranslationOptions& options) {
  return make_layer<RandomTranslationLayer>(height_factor, width_factor, options);
}
Layer RandomRotation(const FactorRange& factor, const RandomRotationOptions& options) {
  return make_layer<RandomRotationLayer>(factor, options);
}
Layer RandomZoom(const FactorRange& height_factor, const RandomZoomOptions& options) {
  return make_layer<RandomZoomLayer>(height_factor, options);
}
Layer RandomShear(const RandomShearOptions& options) { return make_layer<RandomShearLayer>(options); }
Layer RandomPerspective(const RandomPerspectiveOptions& options) { return make_layer<RandomPerspectiveLayer>(options); }
void register_geometry_layers(ObjectRegistry& registry) {
  registry.add(layer_class<RandomFlipLayer>("RandomFlip"));
  registry.add(layer_class<RandomTranslationLayer>("RandomTranslation"));
  registry.add(layer_class<RandomRotationLayer>("RandomRotation"));
  registry.add(layer_class<RandomZoomLayer>("RandomZoom"));
  registry.add(layer_class<RandomShearLayer>("RandomShear"));
  registry.add(layer_class<RandomPerspectiveLayer>("RandomPerspective"));
}

}  // namespace kerascpp::layers
