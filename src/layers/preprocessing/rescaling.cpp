#include <kerascpp/core/settings.hpp>
#include <kerascpp/layers/preprocessing.hpp>
#include <kerascpp/ops/elementwise.hpp>

#include "layers/options_layer.hpp"
#include "layers/preprocessing/families.hpp"

namespace kerascpp::layers {
namespace {

class RescalingLayer final : public OptionsLayer<RescalingOptions> {
 public:
  RescalingLayer(Numbers scale, RescalingOptions options) : OptionsLayer(std::move(options)), scale_(std::move(scale)) {
    KCPP_CHECK(scale_.defined() && options_.offset.defined(), ValueError,
               "[Rescaling] expected numbers for scale and offset, received none");
    supports_masking_ = true;
  }

  [[nodiscard]] static std::shared_ptr<RescalingLayer> from_config(const Config& config) {
    LayerReader reader(config, "Rescaling");
    const auto scale = reader.required<Numbers>("scale");
    return reader.make<RescalingLayer>(scale, reader.options<RescalingOptions>());
  }

  [[nodiscard]] std::string class_name() const override { return "Rescaling"; }
  [[nodiscard]] Config get_config() const override { return config_with({{"scale", to_config(scale_)}}); }

  SymbolList call(const SymbolList& inputs, const CallContext&) override {
    Tensor scale = scale_.tensor().astype(compute_dtype());
    if (scale.ndim() > 0 && image_data_format() == "channels_first") {
      Shape shape = scale.shape();
      while (shape.ndim() < 3) shape.push_back(1);
      scale = scale.reshape(shape);
    }
    return ops::cast(inputs[0], compute_dtype()) * scale + options_.offset.tensor().astype(compute_dtype());
  }

  void check_inputs(const SymbolList& inputs) const override { check_single_input(*this, inputs); }

 private:
  Numbers scale_;
};

}  // namespace

Layer Rescaling(const Numbers& scale, const RescalingOptions& options) {
  return make_layer<RescalingLayer>(scale, options);
}

ObjectClass rescaling_class() { return layer_class<RescalingLayer>("Rescaling"); }

}  // namespace kerascpp::layers
