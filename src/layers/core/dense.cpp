#include <kerascpp/layers/core.hpp>
#include <kerascpp/ops/linear_algebra.hpp>
#include <kerascpp/ops/shape.hpp>

#include "layers/core/families.hpp"
#include "layers/low_rank_layer.hpp"
#include "layers/weighted_layer.hpp"

namespace kerascpp::layers {
namespace {

class DenseLayer final : public QuantizableLayer<WeightedLayer<DenseOptions>> {
 public:
  DenseLayer(std::int64_t units, DenseOptions options) : QuantizableLayer(std::move(options)), units_(units) {
    KCPP_CHECK(units > 0, ValueError, "[Dense] units must be a positive integer, received ", units);
    supports_masking_ = true;
  }

  [[nodiscard]] static std::shared_ptr<DenseLayer> from_config(const Config& config) {
    LayerReader reader(config, "Dense");
    const auto units = reader.required<std::int64_t>("units");
    return reader.make<DenseLayer>(units, reader.options<DenseOptions>());
  }

  [[nodiscard]] std::string class_name() const override { return "Dense"; }
  [[nodiscard]] Config get_config() const override { return config_with({{"units", units_}}); }

  [[nodiscard]] std::optional<Shape> declared_input_shape() const override {
    if (options_.input_dim) return Shape{None, *options_.input_dim};
    return WeightedLayer::declared_input_shape();
  }

  void build(const Shape& input_shape) override {
    weight_.add({known_dim(*this, input_shape, -1), units_}, kernel_options(),
                {.axes = {0},
                 .kept = [](const Symbol& scale) { return ops::squeeze(scale, 0); },
                 .spread = [](const Symbol& scale) { return scale; }});
    bias_ = add_bias({units_});
    add_adapters_of_options();
  }

  SymbolList call(const SymbolList& inputs, const CallContext&) override {
    const WeightProduct product{.of = [](const Symbol& x, const Symbol& kernel) { return ops::matmul(x, kernel); },
                                .axes = {inputs[0].ndim() - 1},
                                .spread = [](const Symbol& scale) { return scale; }};
    return activated(multiplied(inputs[0], product), bias_);
  }

  void check_inputs(const SymbolList& inputs) const override {
    check_min_ndim(*this, inputs, 2);
    if (weight_.defined()) check_axis(*this, inputs[0], -1, weight_.shape()[0]);
  }

 private:
  std::int64_t units_;
  Variable bias_;
};

}  // namespace

Layer Dense(std::int64_t units, const DenseOptions& options) { return make_layer<DenseLayer>(units, options); }

ObjectClass dense_class() { return layer_class<DenseLayer>("Dense"); }

}  // namespace kerascpp::layers
