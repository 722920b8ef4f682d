#include <algorithm>
#include <cmath>

#include <kerascpp/backend.hpp>
#include <kerascpp/core/random.hpp>

#include "ops/loops/scan_form.hpp"
#include "support/catch.hpp"
#include "support/op_test.hpp"

namespace kerascpp::test {
namespace {

namespace K = backend;

std::vector<std::int64_t> unrolled(const Function& function, const std::vector<Shape>& shapes) {
  std::vector<std::int64_t> steps;
  for (const auto& node : function.compiled_graph(shapes).nodes())
    if (ops::is_scan(*node)) steps.push_back(ops::scan_form(*node).unroll);
  return steps;
}

/// The function with rounds and without them on the same values; whether all of its loops have rounds.
bool compare(const std::vector<Symbol>& inputs, const std::vector<Symbol>& outputs, const std::vector<Tensor>& values) {
  std::vector<Shape> shapes;
  for (const Tensor& value : values) shapes.push_back(value.shape());
  const Function rounds(inputs, outputs), steps(inputs, outputs, {.excluding = {"unroll_loops"}});
  const TensorList actual = rounds(TensorList(values)), expected = steps(TensorList(values));
  for (std::size_t i = 0; i < outputs.size(); ++i) {
    CAPTURE(i);
    CHECK(first_difference(actual[i].astype(DType::Float64), expected[i].astype(DType::Float64), 1e-5, 1.0) == "");
  }
  for (const std::int64_t unroll : unrolled(steps, shapes)) CHECK(unroll == 1);
  const std::vector<std::int64_t> all = unrolled(rounds, shapes);
  return !all.empty() && std::all_of(all.begin(), all.end(), [](std::int64_t unroll) { return unroll > 1; });
}

}  // namespace

TEST_CASE("loops of a few operations do several steps at once", "[compiler][loops]") {
  // none, fewer than a round, rounds alone, rounds and a rest
  const std::int64_t n = GENERATE(0, 1, 7, 16, 32, 53);
  CAPTURE(n);
  const Symbol x = placeholder({None, 5}), a = placeholder({5}), b = placeholder({5});
  const Tensor items = random_normal({60, 5}), first = random_normal({5}), second = random_normal({5});
  SECTION("one state") {
    const Symbol power = K::scan([](Symbol before, Symbol factor) { return before * factor; },
                                 {.outputs_info = K::ones_like(a), .non_sequences = a, .n_steps = n})
                             .outputs.single();
    CHECK(compare({a}, {power}, {first}) == (n >= 4));
  }
  SECTION("sequences with taps, two states that change places, values that are kept") {
    const auto step = [](Symbol past, Symbol now, Symbol s, Symbol t, Symbol factor) -> LoopStep {
      return {t, K::tanh(s + now * factor), s - past};
    };
    for (const bool backwards : {false, true}) {
      const auto outputs = K::scan(step, {.sequences = SequenceTaps{.input = x, .taps = {-2, 0}},
                                          .outputs_info = {a, b, nullptr},
                                          .non_sequences = b,
                                          .n_steps = n,
                                          .go_backwards = backwards})
                               .outputs;
      CHECK(compare({x, a, b}, outputs.vector(), {items, first, second}) == (n >= 4));
    }
  }
  SECTION("a state with two taps, and gradients") {
    const Symbol start = placeholder({2, 5});
    const Symbol states = K::scan([](Symbol x_t, Symbol before2, Symbol before,
                                     Symbol factor) { return K::sin(before2) * factor + before + x_t; },
                                  {.sequences = x,
                                   .outputs_info = OutputTaps{.initial = start, .taps = {-2, -1}},
                                   .non_sequences = b,
                                   .n_steps = n})
                              .outputs.single();
    const std::vector<Symbol> gradients = K::gradients(K::sum(K::square(states)), {start, b, x});
    (void)compare({x, start, b}, {states, gradients[0], gradients[1], gradients[2]},
                  {items * 0.1, random_normal({2, 5}), second * 0.1});
  }
}

TEST_CASE("a known number of steps", "[compiler][loops]") {
  for (const std::int64_t n : {3, 4, 8, 20}) {
    CAPTURE(n);
    const Symbol x = placeholder({n, 3});
    const Symbol sums =
        K::scan([](Symbol x_t, Symbol before) { return before + x_t; }, {.sequences = x, .outputs_info = K::zeros({3})})
            .outputs.single();
    const Function f({x}, {sums});
    const Tensor values = randint(-9, 9, {n, 3}).astype(DType::Float32);
    Tensor expected = values.copy();
    for (std::int64_t i = 3; i < expected.size(); ++i) expected.data<float>()[i] += expected.data<float>()[i - 3];
    CHECK(first_difference(f(values), expected, 0) == "");
  }
}

TEST_CASE("a number of steps that is known when the function runs", "[compiler][loops]") {
  const Symbol a = placeholder({}, DType::Float64), k = placeholder({}, DType::Int32);
  const Symbol powers = K::scan([](Symbol before, Symbol factor) { return before * factor; },
                                {.outputs_info = K::ones_like(a), .non_sequences = a, .n_steps = k})
                            .outputs.single();
  const Function power({a, k}, {K::get_item(powers, {-1})}), all({a, k}, {powers});
  for (const std::int32_t n : {1, 2, 15, 16, 17, 40}) {
    const TensorList inputs{Tensor(2.0).astype(DType::Float64), Tensor(n)};
    CHECK(power(inputs)[0].item<double>() == std::exp2(n));
    CHECK(all(inputs)[0].data<double>()[n / 2] == std::exp2(n / 2 + 1));
  }
}

TEST_CASE("loops that need more than one fused loop a step are left alone", "[compiler][loops]") {
  const Symbol x = placeholder({40, 8}), w = placeholder({8, 8}), big = placeholder({40, 1000});
  const auto product = K::scan([&](Symbol x_t, Symbol before) { return K::tanh(K::dot(before, w) + x_t); },
                               {.sequences = x, .outputs_info = K::zeros({8})});
  CHECK(unrolled(Function({x, w}, {product.outputs}), {{40, 8}, {8, 8}}) == std::vector<std::int64_t>{1});
  const auto wide = K::scan([](Symbol x_t, Symbol before) { return before + x_t; },
                            {.sequences = big, .outputs_info = K::zeros({1000})});
  CHECK(unrolled(Function({big}, {wide.outputs}), {{40, 1000}}) == std::vector<std::int64_t>{1});
  const auto stops = K::scan(
      [](Symbol before) -> LoopStep {
        return {before * 2, until(before > 100)};
      },
      {.outputs_info = K::ones({}), .n_steps = 100});
  const Function last({}, {K::get_item(stops.outputs.single(), {-1})});
  CHECK(last()[0].item<float>() == 256);
}

}  // namespace kerascpp::test
