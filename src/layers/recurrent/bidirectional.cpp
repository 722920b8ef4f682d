#include <kerascpp/ops/elementwise.hpp>
#include <kerascpp/ops/joining.hpp>
#include <kerascpp/ops/shape.hpp>

#include "layers/recurrent/families.hpp"
#include "layers/recurrent/recurrent_layer.hpp"

namespace kerascpp::layers {
namespace {

Layer layer_from(const Config& config) {
  return Layer(std::dynamic_pointer_cast<LayerBase>(deserialize_object("layer", config)));
}

std::string without_prefix(const std::string& name, std::string_view prefix) {
  return name.starts_with(prefix) ? name.substr(prefix.size()) : name;
}

/// The layer made again from its config under another name, perhaps in the other direction.
Layer renamed(const Layer& layer, const std::string& prefix, bool backwards) {
  Config saved = layer->serialize();
  Config config = saved.at("config");
  config.set("name", prefix + without_prefix(layer.name(), prefix));
  if (backwards) config.set("go_backwards", true);
  saved.set("config", std::move(config));
  return layer_from(saved);
}

Recurrent& recurrent(const Layer& layer) {
  auto* const found = dynamic_cast<Recurrent*>(layer.base().get());
  KCPP_CHECK(found != nullptr, ValueError, "[Bidirectional] expected a recurrent layer, received ",
             layer.defined() ? layer->class_name() : "an undefined layer");
  return *found;
}

class BidirectionalLayer final : public OptionsLayer<BidirectionalOptions>, public Recurrent {
 public:
  BidirectionalLayer(const Layer& layer, BidirectionalOptions options) : OptionsLayer(std::move(options)) {
    const auto& mode = options_.merge_mode;
    KCPP_CHECK(!mode || *mode == "sum" || *mode == "mul" || *mode == "ave" || *mode == "concat", ValueError,
               "[Bidirectional] merge_mode is \"sum\", \"mul\", \"ave\", \"concat\" or none, received \"", *mode, "\"");
    static_cast<void>(recurrent(layer));
    forward_ = renamed(layer, "forward_", false);
    backward_ = options_.backward_layer.defined() ? options_.backward_layer : renamed(layer, "backward_", true);
    check_directions();
    for (const Layer& inner : {forward_, backward_})
      recurrent(inner).set_zero_output_for_mask(recurrent(inner).returns_sequences());
    supports_masking_ = true;
    call_keywords_.set("mask", Config());
  }

  [[nodiscard]] static std::shared_ptr<BidirectionalLayer> from_config(const Config& config) {
    LayerReader reader(config, "Bidirectional");
    const Layer layer = layer_from(reader.required_config("layer"));
    auto options = reader.options<BidirectionalOptions>();
    if (const Config* backward = reader.use("backward_layer"); backward != nullptr && !backward->is_null())
      options.backward_layer = layer_from(*backward);
    return reader.make<BidirectionalLayer>(layer, options);
  }

  [[nodiscard]] std::string class_name() const override { return "Bidirectional"; }
  [[nodiscard]] Config get_config() const override {
    return config_with({{"layer", forward_->serialize()}, {"backward_layer", backward_->serialize()}});
  }
  [[nodiscard]] std::vector<std::pair<std::string, Layer>> sublayers() const override {
    return {{"forward_layer", forward_}, {"backward_layer", backward_}};
  }

  void build(const Shape& input_shape) override {
    forward_->ensure_built({input_shape});
    backward_->ensure_built({input_shape});
  }

  SymbolList call(const SymbolList& inputs, const CallContext& context) override {
    const std::vector<Symbol> states = given_states(*this, inputs, context);
    KCPP_CHECK(states.size() % 2 == 0, ValueError, message_start(*this),
               " expected states for both directions as initial_state, received ", states.size());
    const auto half = states.begin() + static_cast<std::ptrdiff_t>(states.size() / 2);
    const SymbolList y = direction(forward_, inputs[0], context, {states.begin(), half});
    const SymbolList z = direction(backward_, inputs[0], context, {half, states.end()});
    Symbol reversed = z[0];
    if (returns_sequences()) reversed = ops::flip(reversed, 1);
    std::vector<Symbol> outputs = merged(y[0], reversed);
    outputs.insert(outputs.end(), y.begin() + 1, y.end());
    outputs.insert(outputs.end(), z.begin() + 1, z.end());
    return outputs.size() == 1 ? SymbolList(outputs[0]) : SymbolList(std::move(outputs));
  }

  std::vector<Symbol> compute_mask(const SymbolList&, const std::vector<Symbol>& masks,
                                   const SymbolList& outputs) override {
    std::vector<Symbol> result(outputs.size());
    if (!returns_sequences()) return result;
    result[0] = masks.front();
    if (!options_.merge_mode) result[1] = masks.front();
    return result;
  }

  void check_inputs(const SymbolList& inputs) const override { forward_->check_inputs(inputs); }

  [[nodiscard]] bool goes_backwards() const override { return false; }
  [[nodiscard]] bool returns_sequences() const override { return recurrent(forward_).returns_sequences(); }
  [[nodiscard]] bool returns_state() const override { return recurrent(forward_).returns_state(); }
  [[nodiscard]] bool is_stateful() const override { return recurrent(forward_).is_stateful(); }
  [[nodiscard]] std::size_t num_states() const override { return 2 * recurrent(forward_).num_states(); }
  void set_zero_output_for_mask(bool) override {}
  void reset_states() override {}  // the inner layers are asked themselves

 private:
  void check_directions() const {
    const Recurrent &f = recurrent(forward_), &b = recurrent(backward_);
    KCPP_CHECK(f.goes_backwards() != b.goes_backwards(), ValueError,
               "[Bidirectional] both layers have go_backwards = ", f.goes_backwards() ? "true" : "false",
               "; one of them must run in the other direction");
    KCPP_CHECK(f.is_stateful() == b.is_stateful() && f.returns_sequences() == b.returns_sequences() &&
                   f.returns_state() == b.returns_state(),
               ValueError,
               "[Bidirectional] layer and backward_layer must have equal stateful, return_sequences and return_state");
  }

  static SymbolList direction(const Layer& layer, const Symbol& x, const CallContext& context,
                              const std::vector<Symbol>& states) {
    CallOptions options;
    if (!context.masks.empty() && context.masks[0].defined()) options.mask = {context.masks[0]};
    if (!states.empty()) {
      std::vector<DictValue> values;
      for (const Symbol& state : states) values.emplace_back(state);
      options.arguments.set("initial_state", DictValue(std::move(values)));
    }
    return layer(x, options);
  }

  [[nodiscard]] std::vector<Symbol> merged(const Symbol& y, const Symbol& z) const {
    if (!options_.merge_mode) return {y, z};
    const std::string& mode = *options_.merge_mode;
    if (mode == "sum") return {y + z};
    if (mode == "mul") return {y * z};
    if (mode == "ave") return {(y + z) / 2};
    return {ops::concatenate({y, z}, -1)};
  }

  Layer forward_, backward_;
};

}  // namespace

Layer Bidirectional(const Layer& layer, const BidirectionalOptions& options) {
  return make_layer<BidirectionalLayer>(layer, options);
}

ObjectClass bidirectional_class() { return layer_class<BidirectionalLayer>("Bidirectional"); }

}  // namespace kerascpp::layers
