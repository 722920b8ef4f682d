#include <kerascpp/layers/legacy.hpp>
#include <kerascpp/ops/activations.hpp>
#include <kerascpp/ops/linear_algebra.hpp>
#include <kerascpp/ops/operators.hpp>

#include "layers/legacy/families.hpp"
#include "layers/options_layer.hpp"

namespace kerascpp::layers {
namespace {

class HighwayLayer final : public OptionsLayer<HighwayOptions> {
 public:
  explicit HighwayLayer(HighwayOptions options) : OptionsLayer(std::move(options)) {}

  [[nodiscard]] static std::shared_ptr<HighwayLayer> from_config(const Config& config) {
    LayerReader reader(config, "Highway");
    return reader.make<HighwayLayer>(reader.options<Options>());
  }

  [[nodiscard]] std::string class_name() const override { return "Highway"; }
  [[nodiscard]] Config get_config() const override { return config_with({}); }

  void build(const Shape& input_shape) override {
    const std::int64_t channels = known_dim(*this, input_shape, -1);
    const auto add_kernel = [&](const char* name) {
      return add_weight(name, {channels, channels},
                        {.initializer = options_.kernel_initializer,
                         .regularizer = options_.kernel_regularizer,
                         .constraint = options_.kernel_constraint});
    };
    const auto add_bias = [&](const char* name, const Initializer& initializer) {
      return add_weight(name, {channels},
                        {.initializer = initializer,
                         .regularizer = options_.bias_regularizer,
                         .constraint = options_.bias_constraint});
    };
    kernel_ = add_kernel("kernel");
    carry_kernel_ = add_kernel("carry_kernel");
    if (!options_.use_bias) return;
    bias_ = add_bias("bias", options_.bias_initializer);
    carry_bias_ = add_bias("carry_bias", options_.carry_bias_initializer);
  }

  SymbolList call(const SymbolList& inputs, const CallContext&) override {
    const Symbol& x = inputs[0];
    const Symbol t = ops::sigmoid(product(x, carry_kernel_, carry_bias_));
    return t * options_.activation(product(x, kernel_, bias_)) + (1 - t) * x;
  }

  void check_inputs(const SymbolList& inputs) const override {
    check_ndim(*this, inputs, 2, "(batch, channels)");
    if (kernel_.defined()) check_axis(*this, inputs[0], -1, kernel_.shape()[0]);
  }

 private:
  [[nodiscard]] Symbol product(const Symbol& x, const Variable& kernel, const Variable& bias) const {
    const Symbol y = ops::matmul(x, autocast(kernel));
    return bias.defined() ? y + autocast(bias) : y;
  }

  Variable kernel_, carry_kernel_, bias_, carry_bias_;
};

}  // namespace

Layer Highway(const HighwayOptions& options) { return make_layer<HighwayLayer>(options); }

ObjectClass highway_class() { return layer_class<HighwayLayer>("Highway"); }

}  // namespace kerascpp::layers
