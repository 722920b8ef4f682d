#include <algorithm>

#include <kerascpp/layers/activation.hpp>

#include "layers/activation/families.hpp"
#include "layers/options_layer.hpp"

namespace kerascpp::layers {
namespace {

class PReLULayer final : public OptionsLayer<PReLUOptions> {
 public:
  explicit PReLULayer(PReLUOptions options) : OptionsLayer(std::move(options)) {
    // one axis alone becomes a list, as Keras writes it
    if (!options_.shared_axes.empty()) options_.shared_axes = Sizes(options_.shared_axes.values());
    supports_masking_ = true;
  }

  [[nodiscard]] static std::shared_ptr<PReLULayer> from_config(const Config& config) {
    LayerReader reader(config, "PReLU");
    return reader.make<PReLULayer>(reader.options<PReLUOptions>());
  }

  [[nodiscard]] std::string class_name() const override { return "PReLU"; }
  [[nodiscard]] Config get_config() const override { return config_with({}); }

  void build(const Shape& input_shape) override {
    Shape shape = input_shape.slice(1, input_shape.ndim());
    for (const std::int64_t axis : options_.shared_axes.values()) {
      KCPP_CHECK(axis >= 1 && axis < input_shape.ndim(), ValueError, message_start(*this), " shared axis ", axis,
                 " is not one of 1 ... ", input_shape.ndim() - 1, " of its input, received ", input_shape);
      shape.set_dim(axis - 1, 1);
    }
    alpha_ = add_weight("alpha", shape,
                        {.initializer = options_.alpha_initializer,
                         .regularizer = options_.alpha_regularizer,
                         .constraint = options_.alpha_constraint});
  }

  SymbolList call(const SymbolList& inputs, const CallContext&) override {
    const Symbol x = inputs[0];
    return ops::relu(x) - autocast(alpha_) * ops::relu(-x);
  }

  void check_inputs(const SymbolList& inputs) const override {
    check_min_ndim(*this, inputs, 2);
    if (!alpha_.defined()) return;
    check_ndim(*this, inputs, alpha_.shape().ndim() + 1, "");
    for (int axis = 1; axis < inputs[0].ndim(); ++axis)
      if (alpha_.shape()[axis - 1] != 1) check_axis(*this, inputs[0], axis, alpha_.shape()[axis - 1]);
  }

 private:
  Variable alpha_;
};

}  // namespace

Layer PReLU(const PReLUOptions& options) { return make_layer<PReLULayer>(options); }

ObjectClass prelu_class() { return layer_class<PReLULayer>("PReLU"); }

}  // namespace kerascpp::layers
