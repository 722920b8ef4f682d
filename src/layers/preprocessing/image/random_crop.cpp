#include <algorithm>

#include <kerascpp/core/random.hpp>
#include <kerascpp/layers/image_augmentation.hpp>
#include <kerascpp/ops/image.hpp>
#include <kerascpp/ops/indexing.hpp>

#include "layers/preprocessing/families.hpp"
#include "layers/preprocessing/image/sized_image_layer.hpp"

namespace kerascpp::layers {
namespace {

class RandomCropLayer final : public SizedImageLayer<RandomCropLayer, RandomImageLayer<RandomCropOptions>> {
 public:
  static constexpr const char* kClassName = "RandomCrop";
  RandomCropLayer(std::int64_t height, std::int64_t width, RandomCropOptions options)
      : SizedImageLayer(height, width, with_seed(std::move(options))) {}

  [[nodiscard]] Symbol augment(const Symbol& images, const Draw& draw) const override {
    const std::int64_t free_rows = height(images) - height_, free_columns = width(images) - width_;
    if (free_rows <= 0 || free_columns <= 0) return middle(images);
    return drawn_part(drawn_part(images, height_axis(), free_rows, height_, draw), width_axis(), free_columns, width_,
                      draw);
  }

 protected:
  /// In inference what the documentation of Keras says; Keras 3.15 itself gives images as they are there, in another
  /// shape than the one that it infers.
  [[nodiscard]] Symbol transform(const Symbol& images, const CallContext& context) override {
    const Symbol x = cast_images(images);
    const bool fits = height(x) == height_ && width(x) == width_;
    const Symbol whole =
        fits ? x
             : ops::resize(x, {height_, width_}, {.crop_to_aspect_ratio = true, .data_format = options_.data_format});
    return in_training(
        context, [&] { return augment(x, Draw(*generator_)); }, whole);
  }

 private:
  /// Keras draws a seed and keeps it in the config.
  [[nodiscard]] static RandomCropOptions with_seed(RandomCropOptions options) {
    if (!options.seed) options.seed = next_seed() & 0x7fffffff;
    return options;
  }

  [[nodiscard]] static Symbol drawn_part(const Symbol& images, int axis, std::int64_t free, std::int64_t length,
                                         const Draw& draw) {
    const Symbol start = ops::cast(draw.one(DType::Float32, {0, static_cast<double>(free + 1)}), DType::Int32);
    const Tensor places = arange(static_cast<double>(length)).astype(DType::Int32);
    return ops::take(images, ops::minimum(start, static_cast<int>(free)) + constant(places), axis);
  }

  [[nodiscard]] Symbol middle(const Symbol& images) const {
    const auto start = [](std::int64_t length, std::int64_t other, double ratio) {
      const auto kept =
          std::max<std::int64_t>(std::min(length, static_cast<std::int64_t>(static_cast<double>(other) * ratio)), 1);
      return (length - kept) / 2;
    };
    const std::int64_t high = height(images), wide = width(images);
    const double ratio = static_cast<double>(height_) / static_cast<double>(width_);
    const std::int64_t top = start(high, wide, ratio), left = start(wide, high, 1 / ratio);
    const Symbol rows = ops::slice_axis(images, height_axis(), Slice(top, std::min(top + height_, high)));
    const Symbol part = ops::slice_axis(rows, width_axis(), Slice(left, std::min(left + width_, wide)));
    if (height(part) == height_ && width(part) == width_) return part;
    return ops::resize(part, {height_, width_}, {.data_format = options_.data_format});
  }
};

}  // namespace

Layer RandomCrop(std::int64_t height, std::int64_t width, const RandomCropOptions& options) {
  return make_layer<RandomCropLayer>(height, width, options);
}

ObjectClass random_crop_class() { return layer_class<RandomCropLayer>(RandomCropLayer::kClassName); }

}  // namespace kerascpp::layers
