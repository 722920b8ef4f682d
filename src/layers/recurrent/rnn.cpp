#include "layers/naming.hpp"
#include "layers/recurrent/families.hpp"
#include "layers/recurrent/recurrent_layer.hpp"

namespace kerascpp::layers {
namespace {

Layer layer_from(const Config& config) {
  return Layer(std::dynamic_pointer_cast<LayerBase>(deserialize_object("layer", config)));
}

class StackedRNNCellsLayer final : public RNNCell {
 public:
  StackedRNNCellsLayer(std::vector<Layer> cells, const StackedRNNCellsOptions& options)
      : RNNCell(options.name, options.dtype, options.trainable), cells_(std::move(cells)) {
    KCPP_CHECK(!cells_.empty(), ValueError, "[StackedRNNCells] needs at least one cell");
    for (const Layer& cell : cells_) static_cast<void>(cell_of(cell, "StackedRNNCells"));
    call_keywords_ = Config::map({{"training", false}});
  }

  [[nodiscard]] static std::shared_ptr<StackedRNNCellsLayer> from_config(const Config& config) {
    LayerReader reader(config, "StackedRNNCells");
    std::vector<Layer> cells;
    for (const Config& cell : reader.required_config("cells").as_list()) cells.push_back(layer_from(cell));
    return reader.make<StackedRNNCellsLayer>(std::move(cells), reader.options<StackedRNNCellsOptions>());
  }

  [[nodiscard]] std::string class_name() const override { return "StackedRNNCells"; }
  [[nodiscard]] Config get_config() const override {
    Config config = LayerBase::get_config();
    Config::List cells;
    for (const Layer& cell : cells_) cells.push_back(cell->serialize());
    config.set("cells", Config(std::move(cells)));
    return config;
  }

  // a list is kept under the class names of its items
  [[nodiscard]] std::vector<std::pair<std::string, Layer>> sublayers() const override {
    std::vector<std::pair<std::string, Layer>> layers;
    for (const Layer& cell : cells_) {
      const std::string base = "cells/" + to_snake_case(cell->class_name());
      std::string key = base;
      int number = 0;
      const auto taken = [&] {
        for (const auto& [other, layer] : layers)
          if (other == key) return true;
        return false;
      };
      while (taken()) key = text_of(base, "_", ++number);
      layers.emplace_back(key, cell);
    }
    return layers;
  }

  [[nodiscard]] std::vector<Shape> state_shapes() const override {
    std::vector<Shape> shapes;
    for (const Layer& cell : cells_)
      for (const Shape& shape : cell_of(cell, "StackedRNNCells").state_shapes()) shapes.push_back(shape);
    return shapes;
  }
  [[nodiscard]] std::int64_t output_size() const override {
    return cell_of(cells_.back(), "StackedRNNCells").output_size();
  }

  void build(const Shape& input_shape) override {
    Shape shape = input_shape;
    for (const Layer& cell : cells_) {
      cell->ensure_built({shape});
      shape = {input_shape[0], cell_of(cell, "StackedRNNCells").output_size()};
    }
  }

  SymbolList call(const SymbolList& inputs, const CallContext& context) override {
    Symbol x = inputs[0];
    std::vector<Symbol> next;
    std::size_t at = 1;
    for (const Layer& layer : cells_) {
      const ScopeGuard scope(layer.name());
      const SymbolList outputs =
          cell_of(layer, "StackedRNNCells").call(of_cell(x, inputs.vector(), layer, at), context);
      x = outputs[0];
      next.insert(next.end(), outputs.begin() + 1, outputs.end());
    }
    next.insert(next.begin(), x);
    return SymbolList(std::move(next));
  }

  void begin_sequence(const Symbol& step_input, const std::vector<Symbol>& states,
                      const CallContext& context) override {
    Symbol x = step_input;
    std::vector<Symbol> all{x};
    all.insert(all.end(), states.begin(), states.end());
    std::size_t at = 1;
    for (const Layer& layer : cells_) {
      RNNCell& cell = cell_of(layer, "StackedRNNCells");
      const SymbolList arguments = of_cell(x, all, layer, at);
      cell.begin_sequence(x, {arguments.begin() + 1, arguments.end()}, context);
      if (!layer.is(cells_.back())) x = cell.call(arguments, context)[0];  // only its shape matters
    }
  }
  void end_sequence() override {
    for (const Layer& layer : cells_) cell_of(layer, "StackedRNNCells").end_sequence();
  }

 private:
  /// The input and the states of one cell; `at` moves to those of the next.
  static SymbolList of_cell(const Symbol& x, const std::vector<Symbol>& all, const Layer& layer, std::size_t& at) {
    std::vector<Symbol> arguments{x};
    for (std::size_t k = 0; k < cell_of(layer, "StackedRNNCells").state_shapes().size(); ++k)
      arguments.push_back(all.at(at++));
    return SymbolList(std::move(arguments));
  }

  std::vector<Layer> cells_;
};

class RNNLayer final : public RecurrentLayer<RNNOptions> {
 public:
  RNNLayer(Layer cell, RNNOptions options) : RecurrentLayer(std::move(cell), std::move(options), true) {}

  [[nodiscard]] static std::shared_ptr<RNNLayer> from_config(const Config& config) {
    LayerReader reader(config, "RNN");
    const Layer cell = layer_from(reader.required_config("cell"));
    return reader.make<RNNLayer>(cell, reader.options<RNNOptions>());
  }

  [[nodiscard]] std::string class_name() const override { return "RNN"; }
  [[nodiscard]] Config get_config() const override { return config_with({{"cell", cell_->serialize()}}); }
};

}  // namespace

Layer StackedRNNCells(const std::vector<Layer>& cells, const StackedRNNCellsOptions& options) {
  return make_layer<StackedRNNCellsLayer>(cells, options);
}
Layer RNN(const Layer& cell, const RNNOptions& options) { return make_layer<RNNLayer>(cell, options); }
Layer RNN(const std::vector<Layer>& cells, const RNNOptions& options) { return RNN(StackedRNNCells(cells), options); }

ObjectClass stacked_rnn_cells_class() { return layer_class<StackedRNNCellsLayer>("StackedRNNCells"); }
ObjectClass rnn_class() { return layer_class<RNNLayer>("RNN"); }

}  // namespace kerascpp::layers
