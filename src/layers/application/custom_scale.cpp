#include "layers/application/application_layer.hpp"
#include "layers/application/families.hpp"

namespace kerascpp::layers {
namespace {

class CustomScale final : public ApplicationLayer {
 public:
  CustomScale(double scale, CustomScaleLayerOptions options) : ApplicationLayer(std::move(options)), scale_(scale) {}

  [[nodiscard]] static std::shared_ptr<CustomScale> from_config(const Config& config) {
    LayerReader reader(config, "CustomScaleLayer");
    const auto scale = reader.required<double>("scale");
    return reader.make<CustomScale>(scale, reader.options<CustomScaleLayerOptions>());
  }

  [[nodiscard]] std::string class_name() const override { return "CustomScaleLayer"; }
  [[nodiscard]] Config get_config() const override { return config_with({{"scale", scale_}}); }

  SymbolList call(const SymbolList& inputs, const CallContext&) override { return inputs[0] + inputs[1] * scale_; }

  void check_inputs(const SymbolList& inputs) const override {
    KCPP_CHECK(inputs.size() == 2, ShapeError, message_start(*this), " takes two inputs, received ", inputs.size());
  }

 private:
  double scale_;
};

}  // namespace

Layer CustomScaleLayer(double scale, const CustomScaleLayerOptions& options) {
  return make_layer<CustomScale>(scale, options);
}

ObjectClass custom_scale_layer_class() {
  return application_layer_class<CustomScale>("CustomScaleLayer", "inception_resnet_v2");
}

}  // namespace kerascpp::layers
