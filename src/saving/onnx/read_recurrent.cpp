#include <array>

#include <kerascpp/core/error.hpp>
#include <kerascpp/ops.hpp>

#include "layers/recurrent/recurrent_layer.hpp"
#include "saving/onnx/importer.hpp"

// LSTM, GRU and RNN in one direction: X (T, B, C), W (1, G U, C), R (1, G U, U), B (1, 2 G U), states (1, B, U).
namespace kerascpp::onnx {
namespace {

using Activated = Callable<Symbol(const Symbol&)>;

Activated activation(const NodeReader& r, const std::string& name, float alpha, float beta) {
  if (name == "Tanh") return [](const Symbol& x) { return ops::tanh(x); };
  if (name == "Sigmoid") return [](const Symbol& x) { return ops::sigmoid(x); };
  if (name == "Relu") return [](const Symbol& x) { return ops::relu(x); };
  if (name == "Softsign") return [](const Symbol& x) { return ops::softsign(x); };
  if (name == "Softplus") return [](const Symbol& x) { return ops::softplus(x); };
  if (name == "Elu") return [alpha](const Symbol& x) { return ops::elu(x, alpha); };
  if (name == "Affine") return [alpha, beta](const Symbol& x) { return x * alpha + beta; };
  if (name == "HardSigmoid") return [alpha, beta](const Symbol& x) { return ops::clip(x * alpha + beta, 0, 1); };
  r.check(false, "has the activation \"", name, "\", which is not read");
  return {};
}

/// The activations in their order, each with the numbers it takes.
std::vector<Activated> activations(const NodeReader& r, std::vector<std::string> fallback) {
  const AttributeValue* const given = r.node.find("activations");
  const auto* const names = given == nullptr ? &fallback : std::get_if<std::vector<std::string>>(given);
  r.check(names != nullptr && names->size() == fallback.size(), "expects ", fallback.size(), " activations");
  const auto numbers = [&r](const char* attribute) {
    const AttributeValue* const value = r.node.find(attribute);
    const auto* const list = value == nullptr ? nullptr : std::get_if<std::vector<float>>(value);
    return list == nullptr ? std::vector<float>{} : *list;
  };
  const std::vector<float> alpha = numbers("activation_alpha"), beta = numbers("activation_beta");
  std::size_t alphas = 0, betas = 0;
  const auto next = [](const std::vector<float>& list, std::size_t& at, float otherwise) {
    return at < list.size() ? list[at++] : otherwise;
  };
  std::vector<Activated> result;
  for (const std::string& name : *names) {
    const bool has_beta = name == "Affine" || name == "HardSigmoid", has_alpha = has_beta || name == "Elu";
    const float a = has_alpha ? next(alpha, alphas, name == "HardSigmoid" ? 0.2F : 1.0F) : 0;
    const float b = has_beta ? next(beta, betas, name == "HardSigmoid" ? 0.5F : 0.0F) : 0;
    result.push_back(activation(r, name, a, b));
  }
  return result;
}

/// What the three have in common.
struct Cell {
  const NodeReader& r;
  std::int64_t gates, units;
  Symbol x, kernel, recurrent, input_bias, state_bias;
  std::vector<Symbol> states;

  Cell(const NodeReader& reader, std::int64_t gates_, std::size_t num_states) : r(reader), gates(gates_), x(r.in(0)) {
    r.check(x.ndim() == 3 && r.in(1).ndim() == 3 && r.in(2).ndim() == 3, "expects arrays with three axes");
    const std::string direction = r.text("direction", "forward");
    r.check(direction == "forward" || direction == "reverse", "runs ", direction);
    r.check(!r.has(4), "has lengths of sequences");
    r.check(r.node.find("clip") == nullptr && r.integer("layout", 0) == 0 && r.integer("input_forget", 0) == 0,
            "clips, couples gates or has another layout");
    kernel = ops::transpose(ops::squeeze(r.in(1), 0));
    recurrent = ops::transpose(ops::squeeze(r.in(2), 0));
    units = recurrent.shape()[0];
    r.check(units != None && units > 0 && recurrent.shape()[1] == gates * units && kernel.shape()[1] == gates * units &&
                r.integer("hidden_size", units) == units,
            "has kernels ", kernel.shape(), " and ", recurrent.shape(), " for ", gates, " gates");
    if (r.has(3)) {
      const Symbol bias = ops::squeeze(r.in(3), 0);
      input_bias = ops::slice_axis(bias, 0, Slice(0, gates * units));
      state_bias = ops::slice_axis(bias, 0, Slice(gates * units, 2 * gates * units));
    }
    const Symbol step = ops::get_item(x, {Index(0)});
    for (std::size_t i = 0; i < num_states; ++i)
      states.push_back(r.has(5 + i) ? ops::squeeze(r.in(5 + i), 0)
                                    : layers::zeros_with_batch(step, {units}, x.dtype()));
  }

  [[nodiscard]] Symbol part(const Symbol& values, std::int64_t gate) const {
    return ops::slice_axis(values, -1, Slice(gate * units, (gate + 1) * units));
  }
  [[nodiscard]] Symbol of_input(const Symbol& step) const {
    const Symbol product = ops::matmul(step, kernel);
    return input_bias.defined() ? product + input_bias : product;
  }
  [[nodiscard]] Symbol of_state(const Symbol& h) const {
    const Symbol product = ops::matmul(h, recurrent);
    return state_bias.defined() ? product + state_bias : product;
  }

  /// Outputs stand where their steps do, whichever way they run.
  void run(const ops::RnnStep& step) const {
    const bool backwards = r.text("direction", "forward") == "reverse";
    const ops::RnnResult result = ops::rnn(step, x, states, {.go_backwards = backwards, .time_major = true});
    const Symbol outputs = backwards ? ops::flip(result.outputs, 0) : result.outputs;
    r.give(ops::expand_dims(outputs, 1), 0);
    for (std::size_t i = 0; i < states.size(); ++i) r.give(ops::expand_dims(result.new_states[i], 0), 1 + i);
  }
};

void read_lstm(const NodeReader& r) {
  const Cell cell(r, 4, 2);
  r.check(!r.has(7), "has peepholes");
  const std::vector<Activated> f = activations(r, {"Sigmoid", "Tanh", "Tanh"});
  cell.run([&](const Symbol& x, const std::vector<Symbol>& states) {
    const Symbol z = cell.of_input(x) + cell.of_state(states[0]);
    const Symbol c = f[0](cell.part(z, 2)) * states[1] + f[0](cell.part(z, 0)) * f[1](cell.part(z, 3));
    const Symbol h = f[0](cell.part(z, 1)) * f[2](c);
    return std::pair(h, std::vector<Symbol>{h, c});
  });
}

void read_gru(const NodeReader& r) {
  const Cell cell(r, 3, 1);
  const std::vector<Activated> f = activations(r, {"Sigmoid", "Tanh"});
  const bool reset_after = r.integer("linear_before_reset", 0) != 0;
  cell.run([&](const Symbol& x, const std::vector<Symbol>& states) {
    const Symbol &h = states[0], a = cell.of_input(x), b = cell.of_state(h);
    const Symbol z = f[0](cell.part(a, 0) + cell.part(b, 0)), reset = f[0](cell.part(a, 1) + cell.part(b, 1));
    Symbol inner;
    if (reset_after) {
      inner = reset * cell.part(b, 2);
    } else {
      inner = ops::matmul(reset * h, cell.part(cell.recurrent, 2));
      if (cell.state_bias.defined()) inner = inner + cell.part(cell.state_bias, 2);
    }
    const Symbol n = f[1](cell.part(a, 2) + inner), next = z * h + (1 - z) * n;
    return std::pair(next, std::vector<Symbol>{next});
  });
}

void read_rnn(const NodeReader& r) {
  const Cell cell(r, 1, 1);
  const std::vector<Activated> f = activations(r, {"Tanh"});
  cell.run([&](const Symbol& x, const std::vector<Symbol>& states) {
    const Symbol h = f[0](cell.of_input(x) + cell.of_state(states[0]));
    return std::pair(h, std::vector<Symbol>{h});
  });
}

}  // namespace

const std::vector<ReadRow>& read_recurrent_rows() {
  static const std::vector<ReadRow> rows = {
      {"GRU", read_gru},
      {"LSTM", read_lstm},
      {"RNN", read_rnn},
  };
  return rows;
}

}  // namespace kerascpp::onnx
