#include <kerascpp/layers/legacy.hpp>
#include <kerascpp/ops/activations.hpp>
#include <kerascpp/ops/elementwise.hpp>
#include <kerascpp/ops/operators.hpp>

#include "layers/legacy/families.hpp"
#include "layers/legacy/shared_axes.hpp"

namespace kerascpp::layers {
namespace {

class SReLULayer final : public SharedAxesLayer<SReLUOptions> {
 public:
  explicit SReLULayer(SReLUOptions options) : SharedAxesLayer(std::move(options)) {}

  [[nodiscard]] static std::shared_ptr<SReLULayer> from_config(const Config& config) {
    LayerReader reader(config, "SReLU");
    return reader.make<SReLULayer>(reader.options<Options>());
  }

  [[nodiscard]] std::string class_name() const override { return "SReLU"; }
  [[nodiscard]] Config get_config() const override { return config_with({}); }

  void build(const Shape& input_shape) override {
    const Shape shape = parameter_shape(input_shape);
    t_left_ = add_parameter("t_left", shape, options_.t_left_initializer);
    a_left_ = add_parameter("a_left", shape, options_.a_left_initializer);
    t_right_ = add_parameter("t_right", shape, options_.t_right_initializer);
    a_right_ = add_parameter("a_right", shape, options_.a_right_initializer);
  }

  SymbolList call(const SymbolList& inputs, const CallContext&) override {
    const Symbol left = autocast(t_left_), width = ops::abs(autocast(t_right_));
    const Symbol from_left = inputs[0] - left;
    const Symbol center = ops::minimum(ops::relu(from_left), width);
    return left + center - autocast(a_left_) * ops::relu(-from_left) +
           autocast(a_right_) * ops::relu(from_left - width);
  }

 private:
  Variable t_left_, a_left_, t_right_, a_right_;
};

}  // namespace

Layer SReLU(const SReLUOptions& options) { return make_layer<SReLULayer>(options); }

ObjectClass srelu_class() { return layer_class<SReLULayer>("SReLU"); }

}  // namespace kerascpp::layers
