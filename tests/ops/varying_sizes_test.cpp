#include <kerascpp/graph/function.hpp>
#include <kerascpp/graph/gradient.hpp>
#include <kerascpp/ops/control_flow.hpp>
#include <kerascpp/ops/creation.hpp>
#include <kerascpp/ops/elementwise.hpp>
#include <kerascpp/ops/indexing.hpp>
#include <kerascpp/ops/joining.hpp>
#include <kerascpp/ops/linear_algebra.hpp>
#include <kerascpp/ops/operators.hpp>
#include <kerascpp/ops/reductions.hpp>
#include <kerascpp/ops/scan.hpp>
#include <kerascpp/ops/shape.hpp>
#include <kerascpp/ops/symbolic_slices.hpp>

#include "support/catch.hpp"
#include "support/op_test.hpp"

// Shapes that change from step to step inside of a loop. Expected values were computed by NumPy.
namespace kerascpp::test {
namespace {

std::vector<double> numbers(const Tensor& x) { return x.astype(DType::Float64).to_vector<double>(); }

bool near(const Tensor& result, const std::vector<double>& expected) {
  return allclose(result, Tensor(expected).reshape(result.shape()), 1e-7, 1e-9);
}

Tensor doubles(const TensorLiteral& literal) { return Tensor(literal).astype(DType::Float64); }

FunctionOptions in_mode(const char* mode) {
  FunctionOptions options;
  options.mode = mode;
  return options;
}

}  // namespace

TEST_CASE("a step may reduce a slice of another length each time", "[ops][loops]") {
  const Symbol x = placeholder({None}, DType::Float64, "x");
  const Symbol sums =
      scan([&](Symbol i) { return ops::sum(ops::slice_between(x, 0, i)); }, {.sequences = ops::arange(1, 5)}).outputs;
  const Symbol gradient = grad(ops::sum(ops::square(sums)), x);
  for (const char* mode : {"fast_run", "fast_compile", "reference"}) {
    const Function f(x, {sums, gradient}, in_mode(mode));
    const TensorList results = f(doubles({1, 2, 3, 4, 5}));
    CHECK(numbers(results[0]) == std::vector<double>{1, 3, 6, 10});
    CHECK(numbers(results[1]) == std::vector<double>{40, 38, 32, 20, 0});
  }
  // other lengths of the whole are other plans
  const Function f(x, sums);
  CHECK(numbers(f(doubles({1, 1, 1}))[0]) == std::vector<double>{1, 2, 3, 3});
}

TEST_CASE("products of rows in growing number have gradients", "[ops][loops]") {
  const Symbol h = placeholder({None, 3}, DType::Float64, "h"), w = placeholder({3, 2}, DType::Float64, "w");
  const Symbol sums = scan([&](Symbol i) { return ops::sum(ops::tanh(ops::matmul(ops::slice_between(h, 0, i), w))); },
                           {.sequences = ops::arange(1, 5)})
                          .outputs;
  const SymbolList gradients_of_both = gradients(ops::sum(ops::square(sums)), {w, h});
  const Function f({h, w}, {sums, gradients_of_both[0], gradients_of_both[1]});
  const TensorList results = f(doubles({{0.5, -1.0, 0.25}, {1.5, 0.75, -0.5}, {-0.25, 2.0, 1.0}, {0.1, 0.2, -0.3}}),
                               doubles({{0.2, -0.4}, {0.3, 0.1}, {-0.5, 0.6}}));
  const double loose = 1e-6;  // literals of float32
  CHECK(
      allclose(results[0], Tensor(std::vector<double>{-0.46290596, -0.4908606, 0.27539565, 0.30404868}), loose, loose));
  CHECK(allclose(results[1],
                 Tensor(std::vector<double>{-0.41517574, -0.30498656, 3.17898532, 2.04933106, 0.76300486, 0.15805896})
                     .reshape({3, 2}),
                 loose, loose));
  CHECK(allclose(results[2],
                 Tensor(std::vector<double>{0.15785552, -0.27565132, -0.10181903, -0.01784071, 0.04028406, 0.00629028,
                                            0.00548605, 0.40322718, -0.23942833, -0.118357, 0.23154989, 0.06212943})
                     .reshape({4, 3}),
                 loose, loose));
}

TEST_CASE("a length may be a state of the loop", "[ops][loops]") {
  const Symbol x = placeholder({None}, DType::Float64, "x");
  const SymbolList outputs = scan(
                                 [&](Symbol s, Symbol n) -> LoopStep {
                                   return {0.5 * s + ops::sum(ops::slice_between(x, 0, n) * s * s), n + 1};
                                 },
                                 {.outputs_info = {constant(doubles(1.0)), constant(Tensor(1))}, .n_steps = 4})
                                 .outputs;
  const Symbol last = ops::get_item(outputs[0], {-1});
  const Function f(x, {outputs[0], grad(last, x)});
  const TensorList results = f(Tensor(std::vector<double>{0.1, 0.2, 0.3, 0.4, 0.5}));
  CHECK(near(results[0], {0.6, 0.408, 0.3038784, 0.2442812844}));
  CHECK(
      allclose(results[1], Tensor(std::vector<double>{1.61415179, 0.67138872, 0.27674371, 0.09234208, 0}), 1e-6, 1e-6));
}

TEST_CASE("a step may count and add what its mask takes", "[ops][loops]") {
  const Symbol x = placeholder({None}, DType::Float64, "x"), limits = placeholder({None}, DType::Float64, "limits");
  const SymbolList outputs = scan(
                                 [&](Symbol limit) -> LoopStep {
                                   const Symbol taken = ops::get_item(x, {x > limit});
                                   return {ops::sum(taken), ops::size(taken)};
                                 },
                                 {.sequences = limits})
                                 .outputs;
  const Function f({x, limits}, outputs);
  const TensorList results = f(doubles({1, -2, 3, 4, 0.5}), doubles({0, 1, 3.5}));
  CHECK(numbers(results[0]) == std::vector<double>{8.5, 7, 4});
  CHECK(numbers(results[1]) == std::vector<double>{4, 2, 1});
}

TEST_CASE("an inner loop may do another number of steps each time", "[ops][loops]") {
  const Symbol x = placeholder({None}, DType::Float64, "x");
  const auto power = [&](Symbol i) {
    const Symbol powers =
        scan([&](Symbol before) { return before * x; }, {.outputs_info = ops::ones_like(x), .n_steps = i}).outputs;
    return ops::where(i > 0, ops::sum(ops::slice_between(powers, i - 1, i)), 5.0);
  };
  const Function f(x, scan(power, {.sequences = ops::arange(4)}).outputs);
  CHECK(numbers(f(doubles({1, -2, 3, 4, 0.5}))[0]) == std::vector<double>{5, 6.5, 30.25, 84.125});
}

TEST_CASE("branches may slice by values", "[ops][branches]") {
  const Symbol x = placeholder({None}, DType::Float64, "x"), n = placeholder({}, DType::Int32, "n");
  const auto choose = [&](Symbol count) {
    return ops::cond(
               count > 2, [&] { return SymbolList(ops::sum(ops::slice_between(x, 0, count))); },
               [&] { return SymbolList(-ops::sum(x)); })
        .single();
  };
  const Function f({x, n}, {choose(n), scan(choose, {.sequences = ops::arange(1, 5)}).outputs});
  const TensorList results = f(doubles({1, 2, 3, 4, 5}), Tensor(3));
  CHECK(results[0].item<double>() == 6);
  CHECK(numbers(results[1]) == std::vector<double>{-15, -15, 6, 10});
}

TEST_CASE("a while loop may reduce slices as well", "[ops][loops]") {
  const Symbol x = placeholder({None}, DType::Float64, "x");
  // the first n for which the sum of the first n elements is over 5
  const SymbolList result = ops::while_loop([&](Symbol n) { return ops::sum(ops::slice_between(x, 0, n)) <= 5.0; },
                                            [](Symbol n) { return n + 1; }, constant(Tensor(0)));
  const Function f(x, result);
  CHECK(f(doubles({1, 2, 3, 4, 5}))[0].item<int>() == 3);
  CHECK(f(doubles({7, 2}))[0].item<int>() == 1);
}

TEST_CASE("what a step gives keeps its shape", "[ops][loops]") {
  const Symbol x = placeholder({None}, DType::Float64, "x");
  const Function slices(
      x, scan([&](Symbol i) { return ops::slice_between(x, 0, i); }, {.sequences = ops::arange(1, 4)}).outputs);
  CHECK_THROWS_WITH(slices(doubles({1, 2, 3})),
                    ContainsSubstring("depends on values, and must be the same each time: reduce it there"));
  // a part of known length may begin anywhere
  const Function windows(
      x, scan([&](Symbol i) { return ops::slice(x, {i}, {2}); }, {.sequences = ops::arange(0, 3)}).outputs);
  CHECK(numbers(windows(doubles({1, 2, 3, 4}))[0]) == std::vector<double>{1, 2, 2, 3, 3, 4});
  const Function growing(x, scan(
                                [](Symbol a) {
                                  return ops::concatenate({a, a});
                                },
                                {.outputs_info = x, .n_steps = 3})
                                .outputs);
  CHECK_THROWS_WITH(growing(doubles({1})), ContainsSubstring("a state keeps its dtype and shape"));
}

}  // namespace kerascpp::test
