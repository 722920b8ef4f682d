#include "layers/preprocessing/families.hpp"
#include "layers/preprocessing/image/image_layer.hpp"

namespace kerascpp::layers {
namespace {

class SolarizationLayer final : public RandomImageLayer<SolarizationOptions> {
 public:
  explicit SolarizationLayer(SolarizationOptions options)
      : RandomImageLayer("Solarization", std::move(options)),
        addition_(factor_from(0, options_.addition_factor, "Solarization", {0, 1}, "addition_factor")),
        threshold_(factor_from(0, options_.threshold_factor, "Solarization", {0, 1}, "threshold_factor")),
        range_(checked_value_range(options_.value_range, "Solarization")) {
    options_.addition_factor = addition_;
    options_.threshold_factor = threshold_;
    options_.value_range = {range_.first, range_.second};
  }

  [[nodiscard]] static std::shared_ptr<SolarizationLayer> from_config(const Config& config) {
    LayerReader reader(config, "Solarization");
    return read_image_layer<SolarizationLayer>(reader);
  }

  [[nodiscard]] std::string class_name() const override { return "Solarization"; }
  [[nodiscard]] Config get_config() const override { return image_config({}); }

  [[nodiscard]] Symbol augment(const Symbol& images, const Draw& draw) const override {
    const Interval pixels{0, 255};
    const Symbol addition = draw.each(images, {addition_.first, addition_.second * 255});
    const Symbol threshold = draw.each(images, {threshold_.first, threshold_.second * 255});
    const Symbol x = ops::clip(to_value_range(images, range_, pixels) + addition, 0.0, 255.0);
    return to_value_range(ops::where(x < threshold, x, 255.0 - x), pixels, range_);
  }

 private:
  Interval addition_, threshold_, range_;
};

}  // namespace

Layer Solarization(const SolarizationOptions& options) { return make_layer<SolarizationLayer>(options); }

ObjectClass solarization_class() { return layer_class<SolarizationLayer>("Solarization"); }

}  // namespace kerascpp::layers
