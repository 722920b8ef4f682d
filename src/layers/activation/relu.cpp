#include <kerascpp/layers/activation.hpp>

#include "layers/activation/families.hpp"
#include "layers/options_layer.hpp"

namespace kerascpp::layers {
namespace {

class ReLULayer final : public OptionsLayer<ReLUOptions> {
 public:
  explicit ReLULayer(ReLUOptions options) : OptionsLayer(std::move(options)) {
    KCPP_CHECK(!options_.max_value || *options_.max_value >= 0, ValueError,
               "[ReLU] max_value must be at least 0, received ", *options_.max_value);
    KCPP_CHECK(options_.negative_slope >= 0, ValueError, "[ReLU] negative_slope must be at least 0, received ",
               options_.negative_slope);
    KCPP_CHECK(options_.threshold >= 0, ValueError, "[ReLU] threshold must be at least 0, received ",
               options_.threshold);
    supports_masking_ = true;
    writes_build_config_ = false;
  }

  [[nodiscard]] static std::shared_ptr<ReLULayer> from_config(const Config& config) {
    LayerReader reader(config, "ReLU");
    return reader.make<ReLULayer>(reader.options<ReLUOptions>());
  }

  [[nodiscard]] std::string class_name() const override { return "ReLU"; }
  [[nodiscard]] Config get_config() const override { return config_with({}); }

  SymbolList call(const SymbolList& inputs, const CallContext&) override {
    return activations::relu(inputs[0], options_.negative_slope, options_.max_value, options_.threshold);
  }
  void check_inputs(const SymbolList& inputs) const override { check_single_input(*this, inputs); }
};

/// LeakyReLU and ELU: one number each.
template <class Derived, class Options>
class ParameterLayer : public OptionsLayer<Options> {
 public:
  ParameterLayer(double parameter, Options options) : OptionsLayer<Options>(std::move(options)), parameter_(parameter) {
    this->supports_masking_ = true;
    this->writes_build_config_ = false;
  }

  [[nodiscard]] static std::shared_ptr<Derived> from_config(const Config& config) {
    LayerReader reader(config, Derived::kClassName);
    double parameter = Derived::kDefault;
    reader.optional(Derived::kParameter, parameter);
    return reader.template make<Derived>(parameter, reader.template options<Options>());
  }

  [[nodiscard]] std::string class_name() const override { return Derived::kClassName; }
  [[nodiscard]] Config get_config() const override { return this->config_with({{Derived::kParameter, parameter_}}); }
  void check_inputs(const SymbolList& inputs) const override { check_single_input(*this, inputs); }

 protected:
  double parameter_;
};

class LeakyReLULayer final : public ParameterLayer<LeakyReLULayer, LeakyReLUOptions> {
 public:
  static constexpr const char *kClassName = "LeakyReLU", *kParameter = "negative_slope";
  static constexpr double kDefault = 0.3;

  LeakyReLULayer(double negative_slope, LeakyReLUOptions options) : ParameterLayer(negative_slope, std::move(options)) {
    KCPP_CHECK(negative_slope >= 0, ValueError, "[LeakyReLU] negative_slope must be at least 0, received ",
               negative_slope);
  }
  SymbolList call(const SymbolList& inputs, const CallContext&) override {
    return ops::leaky_relu(inputs[0], parameter_);
  }
};

class ELULayer final : public ParameterLayer<ELULayer, ELUOptions> {
 public:
  static constexpr const char *kClassName = "ELU", *kParameter = "alpha";
  static constexpr double kDefault = 1.0;

  using ParameterLayer::ParameterLayer;
  SymbolList call(const SymbolList& inputs, const CallContext&) override { return ops::elu(inputs[0], parameter_); }
};

}  // namespace

Layer ReLU(const ReLUOptions& options) { return make_layer<ReLULayer>(options); }
Layer ReLU(double max_value) { return make_layer<ReLULayer>(ReLUOptions{.max_value = max_value}); }
Layer LeakyReLU(const LeakyReLUOptions& options) { return make_layer<LeakyReLULayer>(options.negative_slope, options); }
Layer LeakyReLU(double negative_slope, LeakyReLUOptions options) {
  options.negative_slope = negative_slope;
  return LeakyReLU(options);
}
Layer ELU(const ELUOptions& options) { return make_layer<ELULayer>(options.alpha, options); }
Layer ELU(double alpha, ELUOptions options) {
  options.alpha = alpha;
  return ELU(options);
}

ObjectClass relu_class() { return layer_class<ReLULayer>("ReLU"); }
ObjectClass leaky_relu_class() { return layer_class<LeakyReLULayer>("LeakyReLU"); }
ObjectClass elu_class() { return layer_class<ELULayer>("ELU"); }

}  // namespace kerascpp::layers
