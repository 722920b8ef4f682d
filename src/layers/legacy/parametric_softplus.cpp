#include <kerascpp/layers/activation.hpp>
#include <kerascpp/layers/legacy.hpp>
#include <kerascpp/ops/activations.hpp>
#include <kerascpp/ops/operators.hpp>

#include "layers/legacy/families.hpp"
#include "layers/legacy/shared_axes.hpp"

namespace kerascpp::layers {
namespace {

class ParametricSoftplusLayer final : public SharedAxesLayer<ParametricSoftplusOptions> {
 public:
  explicit ParametricSoftplusLayer(ParametricSoftplusOptions options) : SharedAxesLayer(std::move(options)) {}

  [[nodiscard]] static std::shared_ptr<ParametricSoftplusLayer> from_config(const Config& config) {
    LayerReader reader(config, "ParametricSoftplus");
    return reader.make<ParametricSoftplusLayer>(reader.options<Options>());
  }

  [[nodiscard]] std::string class_name() const override { return "ParametricSoftplus"; }
  [[nodiscard]] Config get_config() const override { return config_with({}); }

  void build(const Shape& input_shape) override {
    const Shape shape = parameter_shape(input_shape);
    alpha_ = add_parameter("alpha", shape, initializers::Constant(options_.alpha_init));
    beta_ = add_parameter("beta", shape, initializers::Constant(options_.beta_init));
  }

  SymbolList call(const SymbolList& inputs, const CallContext&) override {
    return autocast(alpha_) * ops::softplus(autocast(beta_) * inputs[0]);
  }

 private:
  Variable alpha_, beta_;
};

}  // namespace

Layer ParametricSoftplus(const ParametricSoftplusOptions& options) {
  return make_layer<ParametricSoftplusLayer>(options);
}

Layer ThresholdedReLU(double theta, const ThresholdedReLUOptions& options) {
  KCPP_CHECK(theta >= 0, ValueError, "[ThresholdedReLU] theta must be at least 0, received ", theta);
  return ReLU(ReLUOptions{.threshold = theta,
                          .name = options.name,
                          .dtype = options.dtype,
                          .trainable = options.trainable,
                          .input_shape = options.input_shape});
}

ObjectClass parametric_softplus_class() { return layer_class<ParametricSoftplusLayer>("ParametricSoftplus"); }

}  // namespace kerascpp::layers
