#include <kerascpp/ops/image.hpp>

#include "layers/preprocessing/families.hpp"
#include "layers/preprocessing/image/sized_image_layer.hpp"

namespace kerascpp::layers {
namespace {

class ResizingLayer final : public SizedImageLayer<ResizingLayer, ImageLayer<ResizingOptions>> {
 public:
  static constexpr const char* kClassName = "Resizing";
  using SizedImageLayer::SizedImageLayer;

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
};

}  // namespace

Layer Resizing(std::int64_t height, std::int64_t width, const ResizingOptions& options) {
  return make_layer<ResizingLayer>(height, width, options);
}

ObjectClass resizing_class() { return layer_class<ResizingLayer>(ResizingLayer::kClassName); }

}  // namespace kerascpp::layers
