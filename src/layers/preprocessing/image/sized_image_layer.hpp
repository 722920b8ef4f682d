#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <utility>

#include "layers/preprocessing/image/image_layer.hpp"

namespace kerascpp::layers {

/// A layer that gives images of one height and width. It is named Derived::kClassName; Base is ImageLayer or
/// RandomImageLayer of its options.
template <class Derived, class Base>
class SizedImageLayer : public Base {
 public:
  /// Throws ValueError unless both are positive.
  SizedImageLayer(std::int64_t height, std::int64_t width, typename Base::Options options)
      : Base(Derived::kClassName, std::move(options)), height_(height), width_(width) {
    KCPP_CHECK(height > 0 && width > 0, ValueError, "[", Derived::kClassName,
               "] height and width must be positive, received ", height, " and ", width);
  }

  [[nodiscard]] static std::shared_ptr<Derived> from_config(const Config& config) {
    LayerReader reader(config, Derived::kClassName);
    const auto height = reader.required<std::int64_t>("height"), width = reader.required<std::int64_t>("width");
    return read_image_layer<Derived>(reader, height, width);
  }

  [[nodiscard]] std::string class_name() const override { return Derived::kClassName; }
  [[nodiscard]] Config get_config() const override {
    return this->image_config({{"height", height_}, {"width", width_}});
  }

 protected:
  std::int64_t height_, width_;
};

}  // namespace kerascpp::layers
