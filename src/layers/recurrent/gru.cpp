#include <kerascpp/ops/shape.hpp>

#include "layers/recurrent/families.hpp"
#include "layers/recurrent/gated_cell.hpp"
#include "layers/recurrent/recurrent_layer.hpp"

namespace kerascpp::layers {
namespace {

class GRUCellLayer final : public GatedCell<GRUCellOptions> {
 public:
  GRUCellLayer(std::int64_t units, GRUCellOptions options)
      : GatedCell("GRUCell", units, 3, options.implementation == 1 || options.recurrent_dropout > 0, options) {}

  [[nodiscard]] static std::shared_ptr<GRUCellLayer> from_config(const Config& config) {
    LayerReader reader(config, "GRUCell");
    const auto units = reader.required<std::int64_t>("units");
    auto options = reader.options<GRUCellOptions>();
    reader.optional("implementation", options.implementation);
    return reader.make<GRUCellLayer>(units, options);
  }

  [[nodiscard]] std::string class_name() const override { return "GRUCell"; }
  [[nodiscard]] std::vector<Shape> state_shapes() const override { return {{units_}}; }

  void build(const Shape& input_shape) override {
    build_kernels(input_shape);
    build_bias(options_.reset_after ? Shape{2, 3 * units_} : Shape{3 * units_}, options_.bias_initializer);
  }

  SymbolList call(const SymbolList& inputs, const CallContext& context) override {
    const Masks masks(*this, inputs, context);
    const Symbol& h = inputs[1];
    const Symbol recurrent = autocast(recurrent_kernel_);
    const auto& gate = options_.recurrent_activation;
    Symbol x = product(inputs[0], autocast(kernel_), input_masks_);
    if (bias_.defined()) x = x + (options_.reset_after ? bias_row(0) : autocast(bias_));
    Symbol z, n;
    if (options_.reset_after) {
      Symbol inner = product(h, recurrent, recurrent_masks_);
      if (bias_.defined()) inner = inner + bias_row(1);
      z = gate(part(x, 0) + part(inner, 0));
      const Symbol r = gate(part(x, 1) + part(inner, 1));
      n = options_.activation(part(x, 2) + r * part(inner, 2));
    } else {
      const Symbol inner = product(h, ops::slice_axis(recurrent, -1, Slice(0, 2 * units_)), recurrent_masks_);
      z = gate(part(x, 0) + part(inner, 0));
      const Symbol r = gate(part(x, 1) + part(inner, 1));
      const Symbol masked = recurrent_masks_.empty() ? h : h * recurrent_masks_.back();
      n = options_.activation(part(x, 2) + ops::matmul(r * masked, part(recurrent, 2)));
    }
    const Symbol next = z * h + (1 - z) * n;
    return {next, next};
  }

 private:
  [[nodiscard]] Symbol bias_row(std::int64_t row) const { return ops::get_item(autocast(bias_), {Index(row)}); }
};

class GRULayer final : public RecurrentLayer<GRUOptions> {
 public:
  GRULayer(std::int64_t units, GRUOptions options)
      : RecurrentLayer(GRUCell(units, cell_options<GRUCellOptions>(options, "gru_cell")), options), units_(units) {}

  [[nodiscard]] static std::shared_ptr<GRULayer> from_config(const Config& config) {
    LayerReader reader(config, "GRU");
    const auto units = reader.required<std::int64_t>("units");
    auto options = reader.options<GRUOptions>();
    reader.optional("implementation", options.implementation);
    return reader.make<GRULayer>(units, options);
  }

  [[nodiscard]] std::string class_name() const override { return "GRU"; }
  [[nodiscard]] Config get_config() const override { return config_with({{"units", units_}}); }

 private:
  std::int64_t units_;
};

}  // namespace

Layer GRUCell(std::int64_t units, const GRUCellOptions& options) { return make_layer<GRUCellLayer>(units, options); }
Layer GRU(std::int64_t units, const GRUOptions& options) { return make_layer<GRULayer>(units, options); }

ObjectClass gru_cell_class() { return layer_class<GRUCellLayer>("GRUCell"); }
ObjectClass gru_class() { return layer_class<GRULayer>("GRU"); }

}  // namespace kerascpp::layers
