#include <kerascpp/layers/activation.hpp>

#include "layers/activation/families.hpp"
#include "layers/options_layer.hpp"

namespace kerascpp::layers {
namespace {

class ActivationLayer final : public OptionsLayer<ActivationOptions> {
 public:
  ActivationLayer(ActivationFunction activation, ActivationOptions options)
      : OptionsLayer(std::move(options)), activation_(std::move(activation)) {
    supports_masking_ = true;
    writes_build_config_ = false;
  }

  [[nodiscard]] static std::shared_ptr<ActivationLayer> from_config(const Config& config) {
    LayerReader reader(config, "Activation");
    const auto activation = reader.required<ActivationFunction>("activation");
    return reader.make<ActivationLayer>(activation, reader.options<ActivationOptions>());
  }

  [[nodiscard]] std::string class_name() const override { return "Activation"; }
  [[nodiscard]] Config get_config() const override { return config_with({{"activation", to_config(activation_)}}); }
  [[nodiscard]] std::vector<std::pair<std::string, Layer>> sublayers() const override {
    if (const Layer layer = activation_.layer(); layer.defined()) return {{"activation", layer}};
    return {};
  }

  SymbolList call(const SymbolList& inputs, const CallContext&) override { return activation_(inputs[0]); }
  void check_inputs(const SymbolList& inputs) const override { check_single_input(*this, inputs); }

 private:
  ActivationFunction activation_;
};

}  // namespace

Layer Activation(const ActivationFunction& activation, const ActivationOptions& options) {
  return make_layer<ActivationLayer>(activation, options);
}

ObjectClass activation_class() { return layer_class<ActivationLayer>("Activation"); }

}  // namespace kerascpp::layers
