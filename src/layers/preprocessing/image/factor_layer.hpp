#pragma once

#include <kerascpp/layers/image_augmentation.hpp>

#include "layers/preprocessing/image/image_layer.hpp"

namespace kerascpp::layers {

[[nodiscard]] inline Config to_config(Interval interval) { return Config::list({interval.first, interval.second}); }

/// A random layer on images that is named Derived::kClassName and takes a factor within Derived::kBounds.
template <class Derived, class OptionsOf>
class FactorLayer : public RandomImageLayer<OptionsOf> {
 public:
  FactorLayer(const FactorRange& factor, OptionsOf options)
      : RandomImageLayer<OptionsOf>(Derived::kClassName, std::move(options)),
        factor_(symmetric_factor(factor, Derived::kClassName, Derived::kBounds)) {
    if constexpr (requires { this->options_.value_range; }) {
      range_ = checked_value_range(this->options_.value_range, Derived::kClassName);
      this->options_.value_range = {range_.first, range_.second};
    }
  }

  [[nodiscard]] static std::shared_ptr<Derived> from_config(const Config& config) {
    LayerReader reader(config, Derived::kClassName);
    const auto factor = reader.required<FactorRange>("factor");
    return read_image_layer<Derived>(reader, factor);
  }

  [[nodiscard]] std::string class_name() const override { return Derived::kClassName; }
  [[nodiscard]] Config get_config() const override { return this->image_config({{"factor", to_config(factor_)}}); }

 protected:
  Interval factor_, range_ = {0, 255};
};

}  // namespace kerascpp::layers
