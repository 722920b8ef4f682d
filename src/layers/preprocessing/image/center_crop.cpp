#include <kerascpp/ops/image.hpp>
#include <kerascpp/ops/indexing.hpp>

#include "layers/preprocessing/families.hpp"
#include "layers/preprocessing/image/sized_image_layer.hpp"

namespace kerascpp::layers {
namespace {

class CenterCropLayer final : public SizedImageLayer<CenterCropLayer, ImageLayer<CenterCropOptions>> {
 public:
  static constexpr const char* kClassName = "CenterCrop";
  using SizedImageLayer::SizedImageLayer;

 protected:
  [[nodiscard]] Symbol transform(const Symbol& images, const CallContext&) override {
    const Symbol x = cast_images(images);
    const std::int64_t rows = height(x) - height_, columns = width(x) - width_;
    if (rows < 0 || columns < 0)
      return ops::resize(x, {height_, width_}, {.crop_to_aspect_ratio = true, .data_format = options_.data_format});
    const Symbol middle = ops::slice_axis(x, height_axis(), Slice(rows / 2, rows / 2 + height_));
    return ops::slice_axis(middle, width_axis(), Slice(columns / 2, columns / 2 + width_));
  }
};

}  // namespace

Layer CenterCrop(std::int64_t height, std::int64_t width, const CenterCropOptions& options) {
  return make_layer<CenterCropLayer>(height, width, options);
}

ObjectClass center_crop_class() { return layer_class<CenterCropLayer>(CenterCropLayer::kClassName); }

}  // namespace kerascpp::layers
