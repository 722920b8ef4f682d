#include <algorithm>
#include <cmath>

#include <kerascpp/core/random.hpp>
#include <kerascpp/graph/function.hpp>
#include <kerascpp/graph/gradient.hpp>
#include <kerascpp/ops/differentiation.hpp>
#include <kerascpp/ops/elementwise.hpp>
#include <kerascpp/ops/like.hpp>
#include <kerascpp/ops/reductions.hpp>

#include "support/catch.hpp"
#include "support/op_checks.hpp"

namespace kerascpp::test {
namespace {

// The truncation error of the four-point difference is kStep^4 of the fifth derivative, the rounding error
// epsilon / kStep of the loss; both stay below kDifferenceTolerance for values of moderate size.
constexpr double kStep = 1e-3;
constexpr double kDifferenceTolerance = 1e-8;

// Weights for a random projection that do not depend on whether dimensions are known: sin of a running number.
Symbol projection(const Symbol& output, double phase) {
  Symbol number = Operand(0).symbol(output.dtype());
  double factor = 1;
  for (int axis = 0; axis < output.ndim(); ++axis) {
    number = number + factor * ops::cast(ops::iota_like(output, axis), output.dtype());
    factor *= 1.7;
  }
  return ops::sin(number + phase) + 0.3;
}

// The sum of all floating outputs, weighted.
Symbol projected(const std::vector<Symbol>& outputs) {
  Symbol loss;
  double phase = 0.4;
  const auto add = [&](const Symbol& part) {
    const Symbol term = ops::sum(part * projection(part, phase));
    loss = loss.defined() ? loss + term : term;
    phase += 1;
  };
  for (const Symbol& output : outputs) {
    if (is_floating(output.dtype())) add(output);
    if (is_complex(output.dtype())) {
      add(ops::real(output));
      add(ops::imag(output));
    }
  }
  return loss;
}

std::vector<Symbol> floating_outputs(const std::vector<Symbol>& outputs) {
  std::vector<Symbol> chosen;
  for (const Symbol& output : outputs)
    if (is_floating(output.dtype())) chosen.push_back(output);
  return chosen;
}

struct Differentiated {
  std::vector<Symbol> inputs;
  std::vector<std::size_t> wrt;  // numbers of the inputs differentiated by
  Symbol loss;
  std::vector<Symbol> gradients;
  std::vector<Symbol> outputs;
};

std::vector<Symbol> chosen(const Differentiated& d) {
  std::vector<Symbol> symbols;
  for (const std::size_t i : d.wrt) symbols.push_back(d.inputs[i]);
  return symbols;
}

Differentiated differentiate(const OpCase& row, DType dtype, bool known_dimensions) {
  const Built built = build(row, dtype, known_dimensions);
  Differentiated d;
  d.inputs = built.inputs;
  for (std::size_t i = 0; i < row.inputs.size(); ++i)
    if (row.inputs[i].gradient && is_floating(built.inputs[i].dtype())) d.wrt.push_back(i);
  d.loss = projected(built.outputs);
  d.outputs = floating_outputs(built.outputs);
  d.gradients = gradients(d.loss, chosen(d), {.disconnected_inputs = "ignore"});
  return d;
}

// The gradient of the projected gradient.
Differentiated differentiate_again(const Differentiated& first) {
  Differentiated d = first;
  d.loss = projected(first.gradients);
  d.gradients = gradients(d.loss, chosen(d), {.disconnected_inputs = "ignore"});
  return d;
}

double difference_quotient(const Function& loss, std::vector<Tensor> values, std::size_t input, std::int64_t element) {
  Tensor moved = values[input].copy();
  values[input] = moved;
  double& x = moved.data<double>()[element];
  const double middle = x;
  const auto at = [&](double steps) {
    x = middle + steps * kStep;
    return loss(TensorList(values))[0].item<double>();
  };
  const double near = at(1) - at(-1), far = at(2) - at(-2);
  return (8 * near - far) / (12 * kStep);
}

void check_against_differences(const Differentiated& d, const std::vector<Tensor>& values) {
  const std::vector<Tensor> actual = run(d.inputs, d.gradients, values, "reference");
  FunctionOptions options;
  options.mode = "reference";
  const Function loss(SymbolList(d.inputs), SymbolList(std::vector<Symbol>{d.loss}), options);
  for (std::size_t k = 0; k < d.wrt.size(); ++k) {
    INFO("with respect to input " << d.wrt[k]);
    Tensor expected = Tensor::empty(values[d.wrt[k]].shape(), DType::Float64);
    for (std::int64_t i = 0; i < expected.size(); ++i)
      expected.data<double>()[i] = difference_quotient(loss, values, d.wrt[k], i);
    CHECK(first_difference(actual[k], expected, kDifferenceTolerance) == "");
  }
}

// Directions that have nothing to do with the values.
std::vector<Tensor> directions_like(const std::vector<Tensor>& values, const std::vector<std::size_t>& wrt) {
  std::vector<Tensor> directions;
  for (const std::size_t i : wrt) {
    Tensor direction = Tensor::empty(values[i].shape(), DType::Float64);
    for (std::int64_t e = 0; e < direction.size(); ++e)
      direction.data<double>()[e] = std::cos(static_cast<double>(e) * 2.3 + static_cast<double>(i));
    directions.push_back(direction);
  }
  return directions;
}

// The R-operator against the change of the outputs along a direction.
void check_directional(const Differentiated& d, const std::vector<Tensor>& values) {
  const std::vector<Symbol>& outputs = d.outputs;
  const std::vector<Tensor> directions = directions_like(values, d.wrt);
  std::vector<Symbol> points, inputs = d.inputs;
  for (const Tensor& direction : directions) points.push_back(placeholder(direction.shape(), DType::Float64));
  inputs.insert(inputs.end(), points.begin(), points.end());
  std::vector<Tensor> all = values;
  all.insert(all.end(), directions.begin(), directions.end());
  const SymbolList changes = Rop(outputs, chosen(d), points, {.disconnected_outputs = "ignore"});
  const std::vector<Tensor> actual = run(inputs, changes.vector(), all, "reference");
  const auto at = [&](double steps) {
    std::vector<Tensor> moved = values;
    for (std::size_t k = 0; k < d.wrt.size(); ++k)
      moved[d.wrt[k]] = values[d.wrt[k]] + directions[k] * full({}, steps * kStep, DType::Float64);
    return run(d.inputs, outputs, moved, "reference");
  };
  const std::vector<Tensor> after = at(1), before = at(-1), far_after = at(2), far_before = at(-2);
  for (std::size_t k = 0; k < outputs.size(); ++k) {
    INFO("of output " << k);
    Tensor expected = Tensor::empty(actual[k].shape(), DType::Float64);
    for (std::int64_t e = 0; e < expected.size(); ++e) {
      const auto difference = [e, k](const std::vector<Tensor>& a, const std::vector<Tensor>& b) {
        return a[k].data<double>()[e] - b[k].data<double>()[e];
      };
      expected.data<double>()[e] = (8 * difference(after, before) - difference(far_after, far_before)) / (12 * kStep);
    }
    CHECK(first_difference(actual[k], expected, kDifferenceTolerance) == "");
  }
}

std::vector<Tensor> values_in(const OpCase& row, DType dtype, std::uint64_t seed) {
  std::vector<Tensor> values;
  for (std::size_t i = 0; i < row.inputs.size(); ++i)
    values.push_back(make_values(row.inputs[i], dtype_of_input(row.inputs[i], dtype), seed + i));
  return values;
}

}  // namespace

void check_gradients(const OpCase& row, std::uint64_t seed) {
  const std::vector<Tensor> values = values_in(row, DType::Float64, seed);
  const Differentiated first = differentiate(row, DType::Float64, true);
  CHECK_FALSE(first.wrt.empty());
  within("gradient", [&] { check_against_differences(first, values); });
  if (row.second_gradient && !first.outputs.empty()) within("R-operator", [&] { check_directional(first, values); });
  if (row.second_gradient)
    within("gradient of the gradient", [&] { check_against_differences(differentiate_again(first), values); });
  const std::vector<Tensor> expected = run(first.inputs, first.gradients, values, "reference");
  if (row.unknown_dimensions)
    within("gradient built on unknown dimensions", [&] {
      const Differentiated unknown = differentiate(row, DType::Float64, false);
      const std::vector<Tensor> actual = run(unknown.inputs, unknown.gradients, values, "reference");
      for (std::size_t k = 0; k < expected.size(); ++k)
        CHECK(first_difference(actual[k], expected[k], tolerance_of(row, DType::Float64)) == "");
    });
  if (std::find(row.dtypes.begin(), row.dtypes.end(), DType::Float32) == row.dtypes.end()) return;
  within("gradient in float32 with all passes", [&] {
    const Differentiated single = differentiate(row, DType::Float32, true);
    const std::vector<Tensor> inputs = values_in(row, DType::Float32, seed);
    const std::vector<Tensor> exact = run(single.inputs, single.gradients, inputs, "reference");
    const std::vector<Tensor> actual = run(single.inputs, single.gradients, inputs, "fast_run");
    for (std::size_t k = 0; k < exact.size(); ++k)
      CHECK(first_difference(actual[k], exact[k], 4 * tolerance_of(row, DType::Float32)) == "");
  });
}

}  // namespace kerascpp::test
