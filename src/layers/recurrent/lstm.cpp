#include <algorithm>

#include "layers/recurrent/families.hpp"
#include "layers/recurrent/gated_cell.hpp"
#include "layers/recurrent/recurrent_layer.hpp"

namespace kerascpp::layers {
namespace {

class LSTMCellLayer final : public GatedCell<LSTMCellOptions> {
 public:
  LSTMCellLayer(std::int64_t units, LSTMCellOptions options)
      : GatedCell("LSTMCell", units, 4, options.implementation == 1 || options.recurrent_dropout > 0, options) {}

  [[nodiscard]] static std::shared_ptr<LSTMCellLayer> from_config(const Config& config) {
    LayerReader reader(config, "LSTMCell");
    const auto units = reader.required<std::int64_t>("units");
    auto options = reader.options<LSTMCellOptions>();
    reader.optional("implementation", options.implementation);
    return reader.make<LSTMCellLayer>(units, options);
  }

  [[nodiscard]] std::string class_name() const override { return "LSTMCell"; }
  [[nodiscard]] std::vector<Shape> state_shapes() const override { return {{units_}, {units_}}; }

  void build(const Shape& input_shape) override {
    build_kernels(input_shape);
    build_bias({4 * units_}, options_.unit_forget_bias ? with_unit_forget_bias() : options_.bias_initializer);
  }

  SymbolList call(const SymbolList& inputs, const CallContext& context) override {
    const Masks masks(*this, inputs, context);
    Symbol z = product(inputs[0], autocast(kernel_), input_masks_);
    if (bias_.defined()) z = z + autocast(bias_);
    z = z + product(inputs[1], autocast(recurrent_kernel_), recurrent_masks_);
    const auto& gate = options_.recurrent_activation;
    const Symbol i = gate(part(z, 0)), f = gate(part(z, 1)), g = options_.activation(part(z, 2)), o = gate(part(z, 3));
    const Symbol c = f * inputs[2] + i * g;
    const Symbol h = o * options_.activation(c);
    return {h, h, c};
  }

 private:
  [[nodiscard]] Initializer with_unit_forget_bias() const {
    return [initializer = options_.bias_initializer, units = units_](const Shape& shape, DType dtype) {
      const Tensor all = initializer(shape, DType::Float64);
      Tensor bias = all.copy();
      std::fill_n(bias.data<double>() + units, units, 1.0);
      return bias.astype(dtype);
    };
  }
};

class LSTMLayer final : public RecurrentLayer<LSTMOptions> {
 public:
  LSTMLayer(std::int64_t units, LSTMOptions options)
      : RecurrentLayer(LSTMCell(units, cell_options<LSTMCellOptions>(options, "lstm_cell")), options), units_(units) {}

  [[nodiscard]] static std::shared_ptr<LSTMLayer> from_config(const Config& config) {
    LayerReader reader(config, "LSTM");
    const auto units = reader.required<std::int64_t>("units");
    auto options = reader.options<LSTMOptions>();
    reader.optional("implementation", options.implementation);
    return reader.make<LSTMLayer>(units, options);
  }

  [[nodiscard]] std::string class_name() const override { return "LSTM"; }
  [[nodiscard]] Config get_config() const override { return config_with({{"units", units_}}); }

 private:
  std::int64_t units_;
};

}  // namespace

Layer LSTMCell(std::int64_t units, const LSTMCellOptions& options) { return make_layer<LSTMCellLayer>(units, options); }
Layer LSTM(std::int64_t units, const LSTMOptions& options) { return make_layer<LSTMLayer>(units, options); }

ObjectClass lstm_cell_class() { return layer_class<LSTMCellLayer>("LSTMCell"); }
ObjectClass lstm_class() { return layer_class<LSTMLayer>("LSTM"); }

}  // namespace kerascpp::layers
