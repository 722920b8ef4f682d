#include <kerascpp/ops/normalization.hpp>

#include "layers/normalization/affine.hpp"
#include "layers/normalization/families.hpp"

namespace kerascpp::layers {
namespace {

class RMSNormalizationLayer final : public OptionsLayer<RMSNormalizationOptions> {
 public:
  explicit RMSNormalizationLayer(RMSNormalizationOptions options) : OptionsLayer(std::move(options)) {}

  [[nodiscard]] static std::shared_ptr<RMSNormalizationLayer> from_config(const Config& config) {
    LayerReader reader(config, "RMSNormalization");
    return reader.make<RMSNormalizationLayer>(reader.options<RMSNormalizationOptions>());
  }

  [[nodiscard]] std::string class_name() const override { return "RMSNormalization"; }
  [[nodiscard]] Config get_config() const override {
    Config config = config_with({});
    config.set("axis", to_config(options_.axis.given()));  // always a list, as Keras writes it
    return config;
  }

  void build(const Shape& input_shape) override {
    ndim_ = input_shape.ndim();
    scale_ = add_weight("scale", lengths_of_axes(*this, input_shape, options_.axis), {.initializer = "ones"});
  }

  SymbolList call(const SymbolList& inputs, const CallContext&) override {
    const Symbol& x = inputs[0];
    return ops::rms_normalization(
        x,
        {.scale = along_axes(autocast(scale_), x, options_.axis), .axis = options_.axis, .epsilon = options_.epsilon});
  }

  void check_inputs(const SymbolList& inputs) const override {
    check_min_ndim(*this, inputs, 1);
    if (scale_.defined()) check_ndim(*this, inputs, ndim_, "");
  }

 private:
  int ndim_ = 0;
  Variable scale_;
};

class UnitNormalizationLayer final : public OptionsLayer<UnitNormalizationOptions> {
 public:
  explicit UnitNormalizationLayer(UnitNormalizationOptions options) : OptionsLayer(std::move(options)) {
    supports_masking_ = true;
    writes_build_config_ = false;
  }

  [[nodiscard]] static std::shared_ptr<UnitNormalizationLayer> from_config(const Config& config) {
    LayerReader reader(config, "UnitNormalization");
    return reader.make<UnitNormalizationLayer>(reader.options<UnitNormalizationOptions>());
  }

  [[nodiscard]] std::string class_name() const override { return "UnitNormalization"; }
  [[nodiscard]] Config get_config() const override { return config_with({}); }

  SymbolList call(const SymbolList& inputs, const CallContext&) override {
    return ops::normalize(inputs[0], options_.axis, 2, 1e-12);
  }
  void check_inputs(const SymbolList& inputs) const override { check_single_input(*this, inputs); }
};

}  // namespace

Layer RMSNormalization(const RMSNormalizationOptions& options) { return make_layer<RMSNormalizationLayer>(options); }
Layer UnitNormalization(const UnitNormalizationOptions& options) { return make_layer<UnitNormalizationLayer>(options); }

ObjectClass rms_normalization_class() { return layer_class<RMSNormalizationLayer>("RMSNormalization"); }
ObjectClass unit_normalization_class() { return layer_class<UnitNormalizationLayer>("UnitNormalization"); }

}  // namespace kerascpp::layers
