#include <algorithm>
#include <limits>
#include <optional>

#include <kerascpp/core/error.hpp>
#include <kerascpp/graph/dict.hpp>

#include "layers/recurrent/recurrent_layer.hpp"
#include "saving/onnx/exporter.hpp"

// Recurrent layers as ONNX's LSTM, GRU and RNN, which take (T, B, C), kernels (1, gates U, C) and biases
// (1, 2 gates U), and give (T, 1, B, U). Weights stay what Keras keeps: nodes bring them into that form.
namespace kerascpp::onnx {
namespace {

struct Kind {
  std::string_view cell;
  const char* op;
  std::vector<std::size_t> gates;  // the order in which ONNX wants Keras's
};
const Kind* kind_of(std::string_view cell) {
  static const Kind kinds[] = {
      {"LSTMCell", "LSTM", {0, 3, 1, 2}},  // i f c o as i o f c
      {"GRUCell", "GRU", {0, 1, 2}},       // z r h
      {"SimpleRNNCell", "RNN", {0}},
  };
  const auto* found = std::find_if(std::begin(kinds), std::end(kinds), [&](const Kind& k) { return k.cell == cell; });
  return found == std::end(kinds) ? nullptr : found;
}

struct Activation {
  std::string_view keras;
  const char* onnx;
  std::vector<float> alpha, beta;
};
const Activation* activation_of(const Config& config) {
  static const Activation known[] = {
      {"tanh", "Tanh", {}, {}},         {"sigmoid", "Sigmoid", {}, {}},
      {"relu", "Relu", {}, {}},         {"hard_sigmoid", "HardSigmoid", {1.0F / 6}, {0.5F}},
      {"softsign", "Softsign", {}, {}}, {"softplus", "Softplus", {}, {}},
      {"elu", "Elu", {1}, {}},          {"linear", "Affine", {1}, {0}},
  };
  if (!config.is_string()) return nullptr;
  const auto* found = std::find_if(std::begin(known), std::end(known),
                                   [&](const Activation& a) { return a.keras == config.as_string(); });
  return found == std::end(known) ? nullptr : found;
}

/// The cell of a layer that carries a state over time; undefined for any other.
Layer cell_of(const LayerCall& call) {
  if (dynamic_cast<const layers::Recurrent*>(call.layer.get()) == nullptr) return {};
  for (const auto& [attribute, layer] : call.layer->sublayers())
    if (attribute == "cell") return layer;
  return {};
}

/// What a built-in cell says of itself; none for a cell with a function that has no name.
std::optional<Config> config_of(const Layer& cell) {
  try {
    return cell->get_config();
  } catch (const Error&) {
    return {};
  }
}

/// The activations of one direction, in ONNX's order. Empty: ONNX lacks one of them.
std::vector<const Activation*> activations_of(const Kind& kind, const Config& config) {
  const Activation* const own = activation_of(config.at("activation"));
  if (kind.gates.size() == 1) return own == nullptr ? std::vector<const Activation*>{} : std::vector{own};
  const Activation* const gate = activation_of(config.at("recurrent_activation"));
  if (own == nullptr || gate == nullptr) return {};
  return kind.gates.size() == 4 ? std::vector{gate, own, own} : std::vector{gate, own};
}

std::vector<Symbol> states_of(const LayerCall& call) {
  const CallContext context{{}, {}, call.options.arguments};
  std::vector<Symbol> states = layers::given_states(*call.layer, call.inputs, context);
  // of a stateful layer: what it keeps
  if (states.empty())
    for (const auto& [variable, value] : call.updates) states.push_back(variable.symbol());
  return states;
}

class RecurrentWriter {
 public:
  RecurrentWriter(Exporter& to, const LayerCall& call)
      : to_(to),
        call_(call),
        layer_(dynamic_cast<const layers::Recurrent&>(*call.layer)),
        cell_(cell_of(call)),
        config_(cell_->get_config()),
        kind_(*kind_of(cell_->class_name())),
        dtype_(call.layer->compute_dtype()),
        units_(config_.at("units").as_int()) {}

  void write() {
    const std::vector<Variable> weights = cell_.weights();
    std::vector<Symbol> states = states_of(call_);
    Values inputs{to_.transpose(to_.cast(to_.of(call_.inputs[0]), dtype_), {1, 0, 2}), kernel(weights[0]),
                  kernel(weights[1])};
    inputs.push_back(weights.size() > 2 ? bias(weights[2]) : Value{});
    inputs.push_back({});  // sequence_lens
    for (const Symbol& state : states)
      inputs.push_back(to_.node("Unsqueeze", {to_.cast(to_.of(state), dtype_), to_.integers({0})}));
    const bool backwards = layer_.goes_backwards();
    AttributeList attributes{{"hidden_size", units_},
                             {"direction", std::string(backwards ? "reverse" : "forward")},
                             {"activations", std::vector<std::string>{}}};
    add_activations(attributes);
    if (kind_.gates.size() == 3)
      attributes.emplace_back("linear_before_reset", std::int64_t{config_.at("reset_after").as_bool()});
    const std::size_t count = kind_.gates.size() == 4 ? 3 : 2;
    const Values results = to_.nodes(kind_.op, inputs, attributes, std::vector<DType>(count, dtype_));
    Value output;
    if (layer_.returns_sequences()) {
      const Value steps = to_.node("Squeeze", {results[0], to_.integers({1})});
      output = to_.transpose(steps, {1, 0, 2});
      // Keras gives the outputs in the order of the steps
      if (backwards) output = to_.slice(output, 1, -1, -std::numeric_limits<std::int64_t>::max(), -1);
    }
    for (std::size_t i = 0; i < call_.output_nodes.size(); ++i) {
      const std::shared_ptr<Node> node = call_.output_nodes[i].lock();
      if (node == nullptr) continue;
      const bool is_sequence = i == 0 && layer_.returns_sequences();
      const Value value = is_sequence ? output : to_.node("Squeeze", {results[i == 0 ? 1 : i], to_.integers({0})});
      to_.note(node->output(), value);
    }
  }

 private:
  /// Columns of gates in ONNX's order.
  Value reordered(const Value& x, std::int64_t axis) {
    if (kind_.gates.size() != 4) return x;
    Values parts;
    for (const std::size_t gate : kind_.gates)
      parts.push_back(
          to_.slice(x, axis, static_cast<std::int64_t>(gate) * units_, static_cast<std::int64_t>(gate + 1) * units_));
    return to_.node("Concat", parts, {{"axis", axis}});
  }

  /// (C, gates U) as (1, gates U, C)
  Value kernel(const Variable& weight) {
    const Value rows = to_.transpose(reordered(to_.cast(to_.of(weight.symbol()), dtype_), 1), {1, 0});
    return to_.node("Unsqueeze", {rows, to_.integers({0})});
  }

  /// Those of the inputs, then those of the states, which only a GRU with reset_after has.
  Value bias(const Variable& weight) {
    const Value whole = to_.cast(to_.of(weight.symbol()), dtype_);
    const auto size = static_cast<std::int64_t>(kind_.gates.size()) * units_;
    if (weight.shape().ndim() == 2) return to_.reshape(whole, {1, 2 * size});
    const Value zero = to_.constant(zeros({size}, dtype_));
    return to_.reshape(to_.node("Concat", {reordered(whole, 0), zero}, {{"axis", std::int64_t{0}}}), {1, 2 * size});
  }

  void add_activations(AttributeList& attributes) const {
    std::vector<std::string> names;
    std::vector<float> alpha, beta;
    for (const Activation* activation : activations_of(kind_, config_)) {
      names.emplace_back(activation->onnx);
      alpha.insert(alpha.end(), activation->alpha.begin(), activation->alpha.end());
      beta.insert(beta.end(), activation->beta.begin(), activation->beta.end());
    }
    attributes.back().second = names;
    if (!alpha.empty()) attributes.emplace_back("activation_alpha", alpha);
    if (!beta.empty()) attributes.emplace_back("activation_beta", beta);
  }

  Exporter& to_;
  const LayerCall& call_;
  const layers::Recurrent& layer_;
  Layer cell_;
  Config config_;
  const Kind& kind_;
  DType dtype_;
  std::int64_t units_;
};

}  // namespace

std::shared_ptr<const LayerCall> recurrent_call(const Symbol& output) {
  const CallOutput origin = call_of(output);
  if (origin.call == nullptr) return nullptr;
  const Layer cell = cell_of(*origin.call);
  if (!cell.defined()) return nullptr;
  const Kind* const kind = kind_of(cell->class_name());
  if (kind == nullptr || origin.call->inputs[0].ndim() != 3) return nullptr;
  for (const Symbol& mask : origin.call->options.mask)
    if (mask.defined()) return nullptr;
  const std::optional<Config> config = config_of(cell);
  return config && !activations_of(*kind, *config).empty() ? origin.call : nullptr;
}

std::vector<Symbol> recurrent_inputs(const LayerCall& call) {
  std::vector<Symbol> inputs = states_of(call);
  inputs.insert(inputs.begin(), call.inputs[0]);
  return inputs;
}

void write_recurrent(Exporter& to, const LayerCall& call) { RecurrentWriter(to, call).write(); }

}  // namespace kerascpp::onnx
