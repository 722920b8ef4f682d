#include "layers/preprocessing/feature_layers.hpp"

#include <kerascpp/ops/joining.hpp>

#include "layers/options_layer.hpp"
#include "layers/preprocessing/families.hpp"

namespace kerascpp::layers {
namespace {

/// A layer that Keras does not export: it writes the class's name as the registered one.
class UnexportedLayer : public OptionsLayer<FeatureLayerOptions> {
 public:
  using OptionsLayer::OptionsLayer;

  [[nodiscard]] Config serialize() const override {
    Config config = OptionsLayer::serialize();
    config.set("registered_name", class_name());
    return config;
  }
};

class FeatureIdentityLayer final : public UnexportedLayer {
 public:
  explicit FeatureIdentityLayer(FeatureLayerOptions options) : UnexportedLayer(std::move(options)) {}

  [[nodiscard]] static std::shared_ptr<FeatureIdentityLayer> from_config(const Config& config) {
    LayerReader reader(config, "TFDIdentity");
    return reader.make<FeatureIdentityLayer>(reader.options<FeatureLayerOptions>());
  }

  [[nodiscard]] std::string class_name() const override { return "TFDIdentity"; }
  [[nodiscard]] Config get_config() const override { return config_with({}); }
  void check_inputs(const SymbolList& inputs) const override { check_single_input(*this, inputs); }
  SymbolList call(const SymbolList& inputs, const CallContext&) override { return inputs; }
};

class FeatureConcatLayer final : public UnexportedLayer {
 public:
  FeatureConcatLayer(std::int64_t axis, FeatureLayerOptions options)
      : UnexportedLayer(std::move(options)), axis_(axis) {}

  [[nodiscard]] static std::shared_ptr<FeatureConcatLayer> from_config(const Config& config) {
    LayerReader reader(config, "TFDConcat");
    const auto axis = reader.required<std::int64_t>("axis");
    return reader.make<FeatureConcatLayer>(axis, reader.options<FeatureLayerOptions>());
  }

  [[nodiscard]] std::string class_name() const override { return "TFDConcat"; }
  [[nodiscard]] Config get_config() const override { return config_with({{"axis", axis_}}); }
  SymbolList call(const SymbolList& inputs, const CallContext&) override { return ops::concatenate(inputs, axis_); }

 private:
  std::int64_t axis_;
};

/// The registry entry, in the module that Keras's files name.
template <class T>
ObjectClass feature_class(std::string class_name) {
  ObjectClass entry = layer_class<T>(std::move(class_name));
  entry.module = kFeatureSpaceModule;
  return entry;
}

}  // namespace

Layer FeatureIdentity(const FeatureLayerOptions& options) { return make_layer<FeatureIdentityLayer>(options); }
Layer FeatureConcat(std::int64_t axis, const FeatureLayerOptions& options) {
  return make_layer<FeatureConcatLayer>(axis, options);
}

ObjectClass feature_identity_class() { return feature_class<FeatureIdentityLayer>("TFDIdentity"); }
ObjectClass feature_concat_class() { return feature_class<FeatureConcatLayer>("TFDConcat"); }

}  // namespace kerascpp::layers
