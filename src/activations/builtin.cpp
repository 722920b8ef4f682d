#include <kerascpp/activations.hpp>

#include <algorithm>
#include <iterator>
#include <string_view>

#include <kerascpp/graph/immediate.hpp>
#include <kerascpp/graph/node.hpp>
#include <kerascpp/ops/joining.hpp>
#include <kerascpp/ops/softmax.hpp>

#include "activations/families.hpp"
#include "saving/config_reader.hpp"

namespace kerascpp::activations {
namespace {

Symbol glu_along(const Operand& x, std::int64_t axis) {
  const Shape shape = x.shape();
  KCPP_CHECK(shape.dim(axis) == None || shape.dim(axis) % 2 == 0, ShapeError, "[glu] axis ", axis,
             " must have an even length, received shape ", shape);
  const std::vector<Symbol> halves = ops::split(x, 2, axis);
  return halves[0] * ops::sigmoid(halves[1]);
}

/// A built-in activation: its name, another name, and what it computes with Keras's default parameters.
struct Row {
  const char* name;
  const char* alias;
  Symbol (*compute)(const Operand& x);
};

constexpr Row kRows[] = {
    {"linear", nullptr, [](const Operand& x) { return x.symbol(); }},
    {"relu", nullptr, [](const Operand& x) { return ops::relu(x); }},
    {"relu6", nullptr, [](const Operand& x) { return ops::relu6(x); }},
    {"leaky_relu", nullptr, [](const Operand& x) { return ops::leaky_relu(x); }},
    {"elu", nullptr, [](const Operand& x) { return ops::elu(x); }},
    {"celu", nullptr, [](const Operand& x) { return ops::celu(x); }},
    {"selu", nullptr, [](const Operand& x) { return ops::selu(x); }},
    {"gelu", nullptr, [](const Operand& x) { return ops::gelu(x, false); }},
    {"silu", "swish", [](const Operand& x) { return ops::silu(x); }},
    {"mish", nullptr, [](const Operand& x) { return ops::mish(x); }},
    {"sigmoid", nullptr, [](const Operand& x) { return ops::sigmoid(x); }},
    {"log_sigmoid", nullptr, [](const Operand& x) { return ops::log_sigmoid(x); }},
    {"hard_sigmoid", nullptr, [](const Operand& x) { return ops::hard_sigmoid(x); }},
    {"sparse_sigmoid", nullptr, [](const Operand& x) { return ops::sparse_sigmoid(x); }},
    {"hard_silu", "hard_swish", [](const Operand& x) { return ops::hard_silu(x); }},
    {"tanh", nullptr, [](const Operand& x) { return ops::tanh(x); }},
    {"hard_tanh", nullptr, [](const Operand& x) { return ops::hard_tanh(x); }},
    {"tanh_shrink", nullptr, [](const Operand& x) { return ops::tanh_shrink(x); }},
    {"hard_shrink", nullptr, [](const Operand& x) { return ops::hard_shrink(x); }},
    {"soft_shrink", nullptr, [](const Operand& x) { return ops::soft_shrink(x); }},
    {"softplus", nullptr, [](const Operand& x) { return ops::softplus(x); }},
    {"softsign", nullptr, [](const Operand& x) { return ops::softsign(x); }},
    {"squareplus", nullptr, [](const Operand& x) { return ops::squareplus(x); }},
    {"sparse_plus", nullptr, [](const Operand& x) { return ops::sparse_plus(x); }},
    {"exponential", nullptr, [](const Operand& x) { return ops::exp(x); }},
    {"softmax", nullptr, [](const Operand& x) { return ops::softmax(x); }},
    {"log_softmax", nullptr, [](const Operand& x) { return ops::log_softmax(x); }},
    {"sparsemax", nullptr, [](const Operand& x) { return ops::sparsemax(x); }},
    {"glu", nullptr, [](const Operand& x) { return glu_along(x, -1); }},
};

/// What hard_sigmoid was before Keras 3; files of Keras 1 and 2 are read with it.
constexpr Row kKeras2HardSigmoid = {"keras2_hard_sigmoid", nullptr,
                                    [](const Operand& x) { return ops::clip(0.2 * x.symbol() + 0.5, 0, 1); }};

class BuiltinFunction final : public ActivationFunctionBase {
 public:
  explicit BuiltinFunction(const Row& row) : row_(row) {}
  [[nodiscard]] std::string class_name() const override { return row_.name; }
  [[nodiscard]] Symbol operator()(const Symbol& x) const override { return row_.compute(x); }

 private:
  const Row& row_;
};

}  // namespace

Symbol BuiltinActivation::operator()(const Operand& x) const {
  const auto row = std::find_if(std::begin(kRows), std::end(kRows),
                                [&](const Row& other) { return std::string_view(other.name) == name_; });
  KCPP_CHECK(row != std::end(kRows), LookupError, "there is no activation named \"", name_, "\"");
  return row->compute(x);
}

Tensor BuiltinActivation::operator()(const Tensor& x) const { return compute_now((*this)(Operand(constant(x)))); }

Symbol AxisActivation::operator()(const Operand& x, std::int64_t axis) const {
  const std::string_view which = name();
  if (which == "glu") return glu_along(x, axis);
  if (which == "sparsemax") return ops::sparsemax(x, axis);
  return which == "softmax" ? ops::softmax(x, axis) : ops::log_softmax(x, axis);
}

Symbol ReluActivation::operator()(const Operand& operand, double negative_slope, std::optional<double> max_value,
                                  double threshold) const {
  const Symbol x = operand.symbol();
  if (negative_slope != 0 && !max_value && threshold == 0) return ops::leaky_relu(x, negative_slope);
  Symbol y = threshold != 0 ? ops::where(x > threshold, x, 0) : max_value == 6 ? ops::relu6(x) : ops::relu(x);
  if (max_value && !(threshold == 0 && *max_value == 6)) y = ops::clip(y, 0, *max_value);
  return negative_slope == 0 ? y : y - negative_slope * ops::relu(threshold - x);
}

void register_activations(ObjectRegistry& registry) {
  for (const Row& row : kRows) {
    std::vector<std::string> aliases;
    if (row.alias != nullptr) aliases.emplace_back(row.alias);
    registry.add({"activation", row.name, "keras.activations", "", aliases,
                  [&row](const Config& config) -> std::shared_ptr<Object> {
                    ConfigReader(config, row.name).finish();
                    return std::make_shared<BuiltinFunction>(row);
                  }});
  }
  registry.add(
      {"activation", kKeras2HardSigmoid.name, "", "kerascpp", {}, [](const Config&) -> std::shared_ptr<Object> {
         return std::make_shared<BuiltinFunction>(kKeras2HardSigmoid);
       }});
}

}  // namespace kerascpp::activations
