#include <kerascpp/ops/image.hpp>
#include <kerascpp/ops/indexing.hpp>

#include "layers/preprocessing/families.hpp"
#include "layers/preprocessing/image/image_layer.hpp"

namespace kerascpp::layers {
namespace {

class CenterCropLayer final : public ImageLayer<CenterCropOptions> {
 public:
  CenterCropLayer(std::int64_t height, std::int64_t width, CenterCropOptions options)
      : ImageLayer("CenterCrop", std::move(options)), height_(height), width_(width) {
    KCPP_CHECK(height > 0 && width > 0, ValueError, "[CenterCrop] height and width must be positive, received ", height,
               " and ", width);
  }

  [[nodiscard]] static std::shared_ptr<CenterCropLayer> from_config(const Config& config) {
    LayerReader reader(config, "CenterCrop");
    const auto height = reader.required<std::int64_t>("height"), width = reader.required<std::int64_t>("width");
    return read_image_layer<CenterCropLayer>(reader, height, width);
  }

  [[nodiscard]] std::string class_name() const override { return "CenterCrop"; }
  [[nodiscard]] Config get_config() const override { return image_config({{"height", height_}, {"width", width_}}); }

 protected:
  [[nodiscard]] Symbol transform(const Symbol& images, const CallContext&) override {
    const Symbol x = cast_images(images);
    const std::int64_t rows = height(x) - height_, columns = width(x) - width_;
    if (rows < 0 || columns < 0)
      return ops::resize(x, {height_, width_}, {.crop_to_aspect_ratio = true, .data_format = options_.data_format});
    const Symbol middle = ops::slice_axis(x, height_axis(), Slice(rows / 2, rows / 2 + height_));
    return ops::slice_axis(middle, width_axis(), Slice(columns / 2, columns / 2 + width_));
  }

 private:
  std::int64_t height_, width_;
};

}  // namespace

Layer CenterCrop(std::int64_t height, std::int64_t width, const CenterCropOptions& options) {
  return make_layer<CenterCropLayer>(height, width, options);
}

ObjectClass center_crop_class() { return layer_class<CenterCropLayer>("CenterCrop"); }

}  // namespace kerascpp::layers
