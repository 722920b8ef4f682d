#include <kerascpp/backend.hpp>
#include <kerascpp/core/error.hpp>
#include <kerascpp/core/random.hpp>
#include <kerascpp/layers.hpp>
#include <kerascpp/models/model.hpp>

#include "compiler/passes.hpp"
#include "ops/loops/scan_form.hpp"
#include "support/catch.hpp"
#include "support/op_test.hpp"

namespace kerascpp::test {
namespace {

namespace K = backend;

/// Parts of the loops of a function on inputs of these shapes.
std::vector<std::int64_t> parts_of(const Function& function, const std::vector<Shape>& shapes) {
  std::vector<std::int64_t> parts;
  for (const auto& node : function.compiled_graph(shapes).nodes())
    if (ops::is_scan(*node)) parts.push_back(ops::scan_form(*node).parts);
  return parts;
}

/// The outputs and the gradients of their sum.
std::vector<Symbol> with_gradients(const std::vector<Symbol>& outputs, const std::vector<Symbol>& wrt) {
  Symbol loss;
  for (const Symbol& output : outputs) loss = loss.defined() ? loss + K::sum(K::sin(output)) : K::sum(K::sin(output));
  std::vector<Symbol> all = outputs;
  for (const Symbol& gradient : K::gradients(loss, wrt)) all.push_back(gradient);
  return all;
}

/// Both functions on random inputs; returns the parts of the loops of the first.
std::vector<std::int64_t> compare(const std::vector<Symbol>& inputs, const std::vector<Symbol>& outputs,
                                  const std::string& backend_mode = "fast_run") {
  std::vector<Tensor> values;
  std::vector<Shape> shapes;
  for (const Symbol& input : inputs) {
    values.push_back(random_normal(input.shape(), 0, 0.5).astype(input.dtype()));
    shapes.push_back(input.shape());
  }
  const Function split(inputs, outputs, {.mode = backend_mode}), whole(inputs, outputs, {.excluding = {"split_loops"}});
  const TensorList actual = split(TensorList(values)), expected = whole(TensorList(values));
  for (std::size_t i = 0; i < outputs.size(); ++i)
    CHECK(first_difference(actual[i].astype(DType::Float64), expected[i].astype(DType::Float64), 1e-5, 1.0) == "");
  CHECK(parts_of(whole, shapes) == std::vector<std::int64_t>(parts_of(split, shapes).size(), 1));
  return parts_of(split, shapes);
}

}  // namespace

TEST_CASE("loops over rows that have nothing to do with each other are split", "[compiler][loops]") {
  const Symbol x = placeholder({7, 48, 5}), h = placeholder({48, 6}), w = placeholder({5, 6}), u = placeholder({6, 6}),
               b = placeholder({6});
  const auto step = [&](Symbol item, Symbol before, Symbol scale) -> LoopStep {
    return Symbol(K::tanh(K::dot(item, w) + K::dot(before, u) + b) * scale);
  };
  SECTION("with weights, and a factor for each row") {
    const Symbol scale = placeholder({48, 1});
    const Symbol states = K::scan(step, {.sequences = x, .outputs_info = h, .non_sequences = scale}).outputs.single();
    CHECK(compare({x, h, w, u, b, scale}, with_gradients({states}, {x, h, w, u, b})).front() == 3);
  }
  SECTION("backwards, with two states and values that are kept") {
    const auto two = [&](Symbol item, Symbol a, Symbol c) -> LoopStep {
      const Symbol next = K::sigmoid(K::dot(item, w) + a) * c;
      return {next, K::softmax(c + next), K::slice(next, {0, 2}, {48, 3}) + 1};
    };
    const auto outputs =
        K::scan(two, {.sequences = x, .outputs_info = {h, h * 2, nullptr}, .go_backwards = true}).outputs;
    CHECK(compare({x, h, w}, outputs.vector()).front() == 3);
    CHECK(compare({x, h, w}, with_gradients({outputs[0], outputs[2]}, {x, h, w})).front() == 3);
  }
  SECTION("as many rows as units: weights are no rows") {
    const Symbol y = placeholder({4, 32, 32}), state = placeholder({32, 32}), v = placeholder({32, 32});
    const Symbol states =
        K::scan([&](Symbol item, Symbol before) -> LoopStep { return K::tanh(item + K::dot(before, v)); },
                {.sequences = y, .outputs_info = state})
            .outputs.single();
    CHECK(compare({y, state, v}, with_gradients({states}, {y, state, v})).front() == 2);
  }
  SECTION("in float64") {
    const Symbol y = placeholder({4, 32, 3}, DType::Float64), state = placeholder({32, 3}, DType::Float64);
    const Symbol states = K::scan([&](Symbol item, Symbol before) -> LoopStep { return K::sin(item * before) + 1; },
                                  {.sequences = y, .outputs_info = state})
                              .outputs.single();
    CHECK(compare({y, state}, with_gradients({states}, {y, state})).front() == 2);
  }
}

TEST_CASE("loops whose rows meet are left whole", "[compiler][loops]") {
  const Symbol x = placeholder({5, 32, 4}), h = placeholder({32, 4});
  const auto parts = [&](auto step) {
    const auto outputs = K::scan(step, {.sequences = x, .outputs_info = h}).outputs;
    return compare({x, h}, outputs.vector());
  };
  CHECK(parts([](Symbol item, Symbol a) -> LoopStep { return item + a / K::sum(a, 0); }).front() == 1);
  CHECK(parts([](Symbol item, Symbol a) -> LoopStep { return item + K::softmax(a, 0); }).front() == 1);
  CHECK(parts([](Symbol item, Symbol a) -> LoopStep { return K::sin(item + K::reverse(a, 0)); }).front() == 1);
  CHECK(parts([](Symbol item, Symbol a) -> LoopStep {
          return K::sin(item + K::dot(K::dot(a, K::transpose(a)), a) * 0.01f);
        }).front() == 1);
  CHECK(parts([](Symbol item, Symbol a) -> LoopStep {
          return K::sin(item + K::constant(arange(0, 32).astype(DType::Float32).reshape({32, 1})) * a);
        }).front() == 1);
  // a counter beside the rows
  const Symbol count = placeholder({}, DType::Float32);
  const auto counted = K::scan(
                           [](Symbol item, Symbol a, Symbol n) -> LoopStep {
                             return {item + a * n, n + 1};
                           },
                           {.sequences = x, .outputs_info = {h, count}})
                           .outputs;
  CHECK(compare({x, h, count}, counted.vector()).front() == 1);
  // too few rows
  const Symbol few = placeholder({5, 30, 4}), start = placeholder({30, 4});
  CHECK(compare({few, start}, K::scan([](Symbol item, Symbol a) -> LoopStep { return item + a; },
                                      {.sequences = few, .outputs_info = start})
                                  .outputs.vector())
            .front() == 1);
}

TEST_CASE("recurrent layers are split in training and prediction", "[compiler][loops][layers]") {
  const Symbol x = placeholder({32, 9, 3});
  const auto check = [&](const Layer& layer) {
    const Symbol y = layer(x);
    std::vector<Symbol> wrt{x};
    for (const Variable& weight : layer.trainable_variables()) wrt.push_back(weight.symbol());
    for (const std::int64_t parts : compare({x}, with_gradients({y}, wrt))) CHECK(parts == 2);
  };
  check(layers::SimpleRNN(5));
  check(layers::LSTM(5, {.return_sequences = true}));
  check(layers::GRU(5));
  check(layers::Bidirectional(layers::LSTM(4)));
}

}  // namespace kerascpp::test
