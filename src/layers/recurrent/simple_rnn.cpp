#include "layers/recurrent/families.hpp"
#include "layers/recurrent/gated_cell.hpp"
#include "layers/recurrent/recurrent_layer.hpp"

namespace kerascpp::layers {
namespace {

class SimpleRNNCellLayer final : public GatedCell<SimpleRNNCellOptions> {
 public:
  SimpleRNNCellLayer(std::int64_t units, SimpleRNNCellOptions options)
      : GatedCell("SimpleRNNCell", units, 1, false, std::move(options)) {}

  [[nodiscard]] static std::shared_ptr<SimpleRNNCellLayer> from_config(const Config& config) {
    LayerReader reader(config, "SimpleRNNCell");
    const auto units = reader.required<std::int64_t>("units");
    return reader.make<SimpleRNNCellLayer>(units, reader.options<SimpleRNNCellOptions>());
  }

  [[nodiscard]] std::string class_name() const override { return "SimpleRNNCell"; }
  [[nodiscard]] std::vector<Shape> state_shapes() const override { return {{units_}}; }

  void build(const Shape& input_shape) override {
    build_kernels(input_shape);
    build_bias({units_}, options_.bias_initializer);
  }

  SymbolList call(const SymbolList& inputs, const CallContext& context) override {
    const Masks masks(*this, inputs, context);
    Symbol h = product(inputs[0], autocast(kernel_), input_masks_);
    if (bias_.defined()) h = h + autocast(bias_);
    h = options_.activation(h + product(inputs[1], autocast(recurrent_kernel_), recurrent_masks_));
    return {h, h};
  }
};

class SimpleRNNLayer final : public RecurrentLayer<SimpleRNNOptions> {
 public:
  SimpleRNNLayer(std::int64_t units, SimpleRNNOptions options)
      : RecurrentLayer(SimpleRNNCell(units, cell_options<SimpleRNNCellOptions>(options, "simple_rnn_cell")), options),
        units_(units) {}

  [[nodiscard]] static std::shared_ptr<SimpleRNNLayer> from_config(const Config& config) {
    LayerReader reader(config, "SimpleRNN");
    const auto units = reader.required<std::int64_t>("units");
    return reader.make<SimpleRNNLayer>(units, reader.options<SimpleRNNOptions>());
  }

  [[nodiscard]] std::string class_name() const override { return "SimpleRNN"; }
  [[nodiscard]] Config get_config() const override { return config_with({{"units", units_}}); }

 private:
  std::int64_t units_;
};

}  // namespace

Layer SimpleRNNCell(std::int64_t units, const SimpleRNNCellOptions& options) {
  return make_layer<SimpleRNNCellLayer>(units, options);
}
Layer SimpleRNN(std::int64_t units, const SimpleRNNOptions& options) {
  return make_layer<SimpleRNNLayer>(units, options);
}

ObjectClass simple_rnn_cell_class() { return layer_class<SimpleRNNCellLayer>("SimpleRNNCell"); }
ObjectClass simple_rnn_class() { return layer_class<SimpleRNNLayer>("SimpleRNN"); }

}  // namespace kerascpp::layers
