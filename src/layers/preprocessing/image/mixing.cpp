// Random layers that blur images, move their pixels one by one, paint over parts of them, or mix them with others.

#include <algorithm>
#include <cmath>

#include <kerascpp/ops/accumulations.hpp>
#include <kerascpp/ops/convolution.hpp>
#include <kerascpp/ops/creation.hpp>
#include <kerascpp/ops/image.hpp>
#include <kerascpp/ops/indexing.hpp>
#include <kerascpp/ops/joining.hpp>
#include <kerascpp/ops/reductions.hpp>

#include "layers/one_of.hpp"
#include "layers/preprocessing/families.hpp"
#include "layers/preprocessing/image/factor_layer.hpp"

namespace kerascpp::layers {
namespace {

/// A Gaussian of width `sigma`, a scalar, at `length` places around its middle; its sum is 1.
Symbol gaussian(std::int64_t length, const Symbol& sigma) {
  const Tensor places = arange(static_cast<double>(length)).astype(sigma.dtype());
  const Symbol x = (constant(places) - static_cast<double>(length - 1) / 2) / sigma;
  const Symbol weights = ops::exp(ops::square(x) * -0.5);
  return weights / ops::sum(weights);
}

/// 0, 1, 2, ... along an axis, in the shape of `x`.
Symbol places_along(const Symbol& x, int axis) { return ops::cumsum(ops::ones_like(x), axis) - 1.0; }

class RandomGaussianBlurLayer final : public RandomImageLayer<RandomGaussianBlurOptions> {
 public:
  explicit RandomGaussianBlurLayer(RandomGaussianBlurOptions options)
      : RandomImageLayer("RandomGaussianBlur", std::move(options)),
        factor_(symmetric_factor(options_.factor, "RandomGaussianBlur", {0, 1})),
        sigma_(symmetric_factor(options_.sigma, "RandomGaussianBlur", {0, 1}, "sigma")),
        range_(checked_value_range(options_.value_range, "RandomGaussianBlur")) {
    options_.factor = factor_;
    options_.sigma = sigma_;
    kernel_size_ = options_.kernel_size.expand(2, "RandomGaussianBlur", "kernel_size");
    for (const std::int64_t length : kernel_size_)
      KCPP_CHECK(length > 0 && length % 2 == 1, ValueError, "[RandomGaussianBlur] kernel_size must be odd, received ",
                 length);
    options_.kernel_size = Sizes(kernel_size_);
  }

  [[nodiscard]] static std::shared_ptr<RandomGaussianBlurLayer> from_config(const Config& config) {
    LayerReader reader(config, "RandomGaussianBlur");
    return read_image_layer<RandomGaussianBlurLayer>(reader);
  }

  [[nodiscard]] std::string class_name() const override { return "RandomGaussianBlur"; }
  [[nodiscard]] Config get_config() const override { return image_config({}); }

  [[nodiscard]] Symbol augment(const Symbol& images, const Draw& draw) const override {
    const Symbol chosen = draw.chance(images, factor_);
    const auto width_of = [&] { return draw.one(images.dtype(), sigma_) + 1e-6; };
    const std::int64_t wide = kernel_size_[0], high = kernel_size_[1];
    const Symbol x = gaussian(wide, width_of()), y = gaussian(high, width_of());
    // with two lengths Keras reads the plane in the other order
    const Symbol plane = ops::reshape(ops::expand_dims(y, 1) * ops::expand_dims(x, 0), {wide, high, 1, 1});
    const Symbol kernel = ops::tile(plane, {1, 1, known_dim(*this, images.shape(), channel_axis()), 1});
    const Symbol blurred =
        ops::depthwise_conv(images, kernel, {.padding = "same", .data_format = options_.data_format});
    return ops::clip(ops::where(chosen, blurred, images), range_.first, range_.second);
  }

 private:
  Interval factor_, sigma_, range_;
  std::vector<std::int64_t> kernel_size_;
};

class RandomElasticTransformLayer final : public RandomImageLayer<RandomElasticTransformOptions> {
 public:
  explicit RandomElasticTransformLayer(RandomElasticTransformOptions options)
      : RandomImageLayer("RandomElasticTransform", std::move(options)),
        factor_(symmetric_factor(options_.factor, "RandomElasticTransform", {0, 1})),
        scale_(symmetric_factor(options_.scale, "RandomElasticTransform", {0, 1}, "scale")),
        range_(checked_value_range(options_.value_range, "RandomElasticTransform")) {
    options_.factor = factor_;
    options_.scale = scale_;
    check_one_of("RandomElasticTransform", "interpolation", options_.interpolation, {"nearest", "bilinear"});
    check_one_of("RandomElasticTransform", "fill_mode", options_.fill_mode,
                 {"reflect", "wrap", "constant", "nearest", "mirror"});
  }

  [[nodiscard]] static std::shared_ptr<RandomElasticTransformLayer> from_config(const Config& config) {
    LayerReader reader(config, "RandomElasticTransform");
    return read_image_layer<RandomElasticTransformLayer>(reader);
  }

  [[nodiscard]] std::string class_name() const override { return "RandomElasticTransform"; }
  [[nodiscard]] Config get_config() const override { return image_config({}); }

  [[nodiscard]] Symbol augment(const Symbol& images, const Draw& draw) const override {
    if (factor_.second == 0 || scale_.second == 0) return images;
    const Symbol chosen = draw.chance(images, factor_);
    const Symbol scale = draw.one(images.dtype(), scale_);
    const Symbol x = channels_last() ? images : ops::transpose(images, {0, 2, 3, 1});
    const Symbol y = moved(x, scale, static_cast<double>(height(images)), static_cast<double>(width(images)), draw);
    const Symbol restored = channels_last() ? y : ops::transpose(y, {0, 3, 1, 2});
    return ops::clip(ops::where(chosen, restored, images), range_.first, range_.second);
  }

 private:
  /// images (B, H, W, C)
  [[nodiscard]] Symbol moved(const Symbol& images, const Symbol& scale, double high, double wide,
                             const Draw& draw) const {
    const Symbol reach = scale * (0.1 * std::max(high, wide)), sigma = scale * (0.05 * std::min(high, wide));
    // as long as the widest Gaussian needs
    const std::int64_t length = 6 * static_cast<std::int64_t>(0.05 * std::min(high, wide) * scale_.second) | 1;
    const Symbol weights = gaussian(length, sigma + 1e-6), one = ops::slice_axis(images, 3, Slice(0, 1));
    const auto displacement = [&] {
      const Symbol noise = ops::random::normal_like(one, {.seed = draw.generator()}) * sigma;
      const Symbol rows = ops::conv(noise, ops::reshape(weights, {1, length, 1, 1}),
                                    {.padding = "same", .data_format = "channels_last"});
      return ops::conv(rows, ops::reshape(weights, {length, 1, 1, 1}),
                       {.padding = "same", .data_format = "channels_last"}) *
             reach;
    };
    const Symbol right = displacement(), down = displacement();
    const Symbol places = ops::stack({places_along(images, 0), places_along(images, 1) + down,
                                      places_along(images, 2) + right, places_along(images, 3)});
    return ops::map_coordinates(images, places, options_.interpolation == "nearest" ? 0 : 1, options_.fill_mode,
                                options_.fill_value);
  }

  Interval factor_, scale_, range_;
};

/// A part of an axis, of length `share` times its length, somewhere on it: where it begins and ends, (B, 1, 1, 1).
std::pair<Symbol, Symbol> random_part(const Symbol& images, std::int64_t length, const Symbol& share,
                                      const Draw& draw) {
  const Symbol part = share * static_cast<double>(length);
  const Symbol begin = draw.each(images, {0, 1}) * (static_cast<double>(length) - part);
  return {begin, begin + part};
}

/// Whether a pixel lies in a part of an axis.
Symbol within(const std::pair<Symbol, Symbol>& part, std::int64_t length, int axis) {
  Shape shape{1, 1, 1, 1};
  shape.set_dim(axis, length);
  const Symbol places = constant(arange(static_cast<double>(length)).astype(part.first.dtype()).reshape(shape));
  return ops::logical_and(places >= part.first, places < part.second);
}

class RandomErasingLayer final : public RandomImageLayer<RandomErasingOptions> {
 public:
  explicit RandomErasingLayer(RandomErasingOptions options)
      : RandomImageLayer("RandomErasing", std::move(options)),
        factor_(symmetric_factor(options_.factor, "RandomErasing", {0, 1})),
        scale_(symmetric_factor(options_.scale, "RandomErasing", {0, 1}, "scale")),
        range_(checked_value_range(options_.value_range, "RandomErasing")) {
    options_.factor = factor_;
    options_.scale = scale_;
    KCPP_CHECK(options_.fill_value.size() != 2 && options_.fill_value.size() <= 3, ValueError,
               "[RandomErasing] fill_value must be one number or three, received ", options_.fill_value.size());
  }

  [[nodiscard]] static std::shared_ptr<RandomErasingLayer> from_config(const Config& config) {
    LayerReader reader(config, "RandomErasing");
    std::vector<double> fill_value;
    if (const Config* given = reader.use("fill_value"); given != nullptr && given->is_list())
      kerascpp::from_config(*given, fill_value);
    else if (given != nullptr && !given->is_null())
      fill_value = {given->as_double()};
    std::optional<std::string> format;
    reader.optional("bounding_box_format", format);
    auto options = reader.options<RandomErasingOptions>();
    options.fill_value = fill_value;
    auto layer = reader.make<RandomErasingLayer>(std::move(options));
    layer->set_bounding_box_format(std::move(format));
    return layer;
  }

  [[nodiscard]] std::string class_name() const override { return "RandomErasing"; }
  [[nodiscard]] Config get_config() const override {
    const std::vector<double>& fill = options_.fill_value;
    return image_config({{"fill_value", fill.empty()       ? Config()
                                        : fill.size() == 1 ? Config(fill[0])
                                                           : kerascpp::to_config(fill)}});
  }

  [[nodiscard]] Symbol augment(const Symbol& images, const Draw& draw) const override {
    const Symbol wide = ops::sqrt(draw.each(images, scale_)), high = ops::sqrt(draw.each(images, scale_));
    const auto columns = random_part(images, width(images), wide, draw);
    const auto rows = random_part(images, height(images), high, draw);
    const Symbol inside =
        ops::logical_and(within(columns, width(images), width_axis()), within(rows, height(images), height_axis()));
    const Symbol chosen = draw.chance(images, factor_);
    return ops::where(ops::logical_and(inside, chosen), ops::clip(paint(images, draw), range_.first, range_.second),
                      images);
  }

 private:
  [[nodiscard]] Symbol paint(const Symbol& images, const Draw& draw) const {
    if (options_.fill_value.empty())
      return ops::random::normal_like(images, {.seed = draw.generator()}) * range_.second;
    Shape shape{1, 1, 1, 1};
    shape.set_dim(channel_axis(), static_cast<std::int64_t>(options_.fill_value.size()));
    return ops::zeros_like(images) + constant(Tensor(options_.fill_value).reshape(shape).astype(images.dtype()));
  }

  Interval factor_, scale_, range_;
};

class CutMixLayer final : public RandomImageLayer<CutMixOptions> {
 public:
  explicit CutMixLayer(CutMixOptions options)
      : RandomImageLayer("CutMix", std::move(options)), factor_(symmetric_factor(options_.factor, "CutMix", {0, 1})) {
    options_.factor = factor_;
  }

  [[nodiscard]] static std::shared_ptr<CutMixLayer> from_config(const Config& config) {
    LayerReader reader(config, "CutMix");
    return read_image_layer<CutMixLayer>(reader);
  }

  [[nodiscard]] std::string class_name() const override { return "CutMix"; }
  [[nodiscard]] Config get_config() const override { return image_config({}); }

  [[nodiscard]] Symbol augment(const Symbol& images, const Draw& draw) const override {
    const Symbol alpha = ops::zeros_like(corner(images)) + draw.one(images.dtype(), factor_) + 1e-6;
    const Symbol share = ops::sqrt(1.0 - draw.beta(alpha));
    const auto columns = random_part(images, width(images), share, draw);
    const auto rows = random_part(images, height(images), share, draw);
    const Symbol inside =
        ops::logical_and(within(columns, width(images), width_axis()), within(rows, height(images), height_axis()));
    return ops::where(inside, ops::random::shuffle(images, 0, draw.generator()), images);
  }

 private:
  Interval factor_;
};

class MixUpLayer final : public RandomImageLayer<MixUpOptions> {
 public:
  explicit MixUpLayer(MixUpOptions options) : RandomImageLayer("MixUp", std::move(options)) {
    KCPP_CHECK(options_.alpha > 0, ValueError, "[MixUp] alpha must be above 0, received ", options_.alpha);
  }

  [[nodiscard]] static std::shared_ptr<MixUpLayer> from_config(const Config& config) {
    LayerReader reader(config, "MixUp");
    return read_image_layer<MixUpLayer>(reader);
  }

  [[nodiscard]] std::string class_name() const override { return "MixUp"; }
  [[nodiscard]] Config get_config() const override { return image_config({}); }

  [[nodiscard]] Symbol augment(const Symbol& images, const Draw& draw) const override {
    const Symbol other = ops::random::shuffle(images, 0, draw.generator());
    const Symbol share = draw.beta(ops::full_like(corner(images), options_.alpha));
    return share * images + (1.0 - share) * other;
  }
};

}  // namespace

Layer RandomGaussianBlur(const RandomGaussianBlurOptions& options) {
  return make_layer<RandomGaussianBlurLayer>(options);
}
Layer RandomElasticTransform(const RandomElasticTransformOptions& options) {
  return make_layer<RandomElasticTransformLayer>(options);
}
Layer RandomErasing(const RandomErasingOptions& options) { return make_layer<RandomErasingLayer>(options); }
Layer CutMix(const CutMixOptions& options) { return make_layer<CutMixLayer>(options); }
Layer MixUp(const MixUpOptions& options) { return make_layer<MixUpLayer>(options); }

void register_mixing_layers(ObjectRegistry& registry) {
  registry.add(layer_class<RandomGaussianBlurLayer>("RandomGaussianBlur"));
  registry.add(layer_class<RandomElasticTransformLayer>("RandomElasticTransform"));
  registry.add(layer_class<RandomErasingLayer>("RandomErasing"));
  registry.add(layer_class<CutMixLayer>("CutMix"));
  registry.add(layer_class<MixUpLayer>("MixUp"));
}

}  // namespace kerascpp::layers
