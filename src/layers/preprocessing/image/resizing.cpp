#include <kerascpp/ops/image.hpp>

#include "layers/preprocessing/families.hpp"
#include "layers/preprocessing/image/image_layer.hpp"

namespace kerascpp::layers {
namespace {

class ResizingLayer final : public ImageLayer<ResizingOptions> {
 public:
  ResizingLayer(std::int64_t height, std::int64_t width, ResizingOptions options)
      : ImageLayer("Resizing", std::move(options)), height_(height), width_(width) {
    KCPP_CHECK(height > 0 && width > 0, ValueError, "[Resizing] height and width must be positive, received ", height,
               " and ", width);
  }

  [[nodiscard]] static std::shared_ptr<ResizingLayer> from_config(const Config& config) {
    LayerReader reader(config, "Resizing");
    const auto height = reader.required<std::int64_t>("height"), width = reader.required<std::int64_t>("width");
    return read_image_layer<ResizingLayer>(reader, height, width);
  }

  [[nodiscard]] std::string class_name() const override { return "Resizing"; }
  [[nodiscard]] Config get_config() const override { return image_config({{"height", height_}, {"width", width_}}); }

 protected:
  [[nodiscard]] Symbol transform(const Symbol& images, const CallContext&) override {
    return ops::resize(images, {height_, width_},
                       {.interpolation = options_.interpolation,
                        .antialias = options_.antialias,
                        .crop_to_aspect_ratio = options_.crop_to_aspect_ratio,
                        .pad_to_aspect_ratio = options_.pad_to_aspect_ratio,
                        .fill_mode = options_.fill_mode,
                        .fill_value = options_.fill_value,
                        .data_format = options_.data_format});
  }

 private:
  std::int64_t height_, width_;
};

}  // namespace

Layer Resizing(std::int64_t height, std::int64_t width, const ResizingOptions& options) {
  return make_layer<ResizingLayer>(height, width, options);
}

ObjectClass resizing_class() { return layer_class<ResizingLayer>("Resizing"); }

}  // namespace kerascpp::layers
