#include <kerascpp/graph/function.hpp>
#include <kerascpp/graph/gradient.hpp>
#include <kerascpp/ops/creation.hpp>
#include <kerascpp/ops/elementwise.hpp>
#include <kerascpp/ops/indexing.hpp>
#include <kerascpp/ops/operators.hpp>
#include <kerascpp/ops/reductions.hpp>
#include <kerascpp/ops/scan.hpp>

#include "support/catch.hpp"

/// Loops in the bodies of loops whose numbers of steps are values of the function. Sums of powers by hand.
namespace kerascpp::test {
namespace {

// x + x^2 + ... + x^steps
Symbol sum_of_powers(const Symbol& x, const Symbol& steps) {
  const SymbolList powers =
      scan([&x](Symbol before) { return before * x; }, {.outputs_info = ops::ones_like(x), .n_steps = steps}).outputs;
  return ops::sum(powers.single(), 0);
}

struct Outer {
  Symbol x = placeholder({None}, DType::Float64, "x"), k = placeholder({}, DType::Int32, "k");
  const Tensor values = Tensor{2.0, 3.0}.astype(DType::Float64);
};

Tensor doubles(std::initializer_list<double> values) {
  Tensor result = Tensor::empty({static_cast<std::int64_t>(values.size())}, DType::Float64);
  std::copy(values.begin(), values.end(), result.data<double>());
  return result;
}

}  // namespace

TEST_CASE("an inner loop stacks as many steps as a value outside says", "[ops][scan]") {
  const Outer o;
  const Symbol sums = scan([&](Symbol item) { return sum_of_powers(item, o.k); }, {.sequences = o.x}).outputs;
  const Function f({o.x, o.k}, {sums, gradients(ops::sum(sums), {o.x})[0]});
  const TensorList three = f(o.values, Tensor(std::int32_t{3}));
  CHECK(allclose(three[0], doubles({14, 39})));
  CHECK(allclose(three[1], doubles({1 + 4 + 12, 1 + 6 + 27})));
  const TensorList one = f(o.values, Tensor(std::int32_t{1}));
  CHECK(allclose(one[0], doubles({2, 3})));
  CHECK(allclose(one[1], doubles({1, 1})));
}

TEST_CASE("an inner loop computes its number of steps from a value outside", "[ops][scan]") {
  const Outer o;
  const Symbol sums = scan([&](Symbol item) { return sum_of_powers(item, 2 * o.k - 1); }, {.sequences = o.x}).outputs;
  CHECK(allclose(Function({o.x, o.k}, sums)(o.values, Tensor(std::int32_t{2}))[0], doubles({14, 39})));
}

TEST_CASE("a loop two levels down stacks as many steps as a value outside says", "[ops][scan]") {
  const Outer o;
  // sums of powers of x, x + 1, ..., x + k - 1
  const auto neighbours = [&](const Symbol& item) {
    const SymbolList sums = scan([&](Symbol i) { return sum_of_powers(item + ops::cast(i, DType::Float64), o.k); },
                                 {.sequences = ops::arange(o.k)})
                                .outputs;
    return ops::sum(sums);
  };
  const Symbol sums = scan([&](Symbol item) { return neighbours(item); }, {.sequences = o.x}).outputs;
  CHECK(allclose(Function({o.x, o.k}, sums)(o.values, Tensor(std::int32_t{2}))[0],
                 doubles({(2 + 4) + (3 + 9), (3 + 9) + (4 + 16)})));
}

TEST_CASE("a number of steps below zero does none and keeps its value elsewhere", "[ops][scan]") {
  const Symbol x = placeholder({}, DType::Float64, "x"), k = placeholder({}, DType::Int64, "k");
  const Function f({x, k}, {sum_of_powers(x, k), k + 1});
  const TensorList found = f(Tensor(2.0).astype(DType::Float64), Tensor(std::int64_t{-3}));
  CHECK(found[0].item<double>() == 0);
  CHECK(found[1].item<std::int64_t>() == -2);
}

}  // namespace kerascpp::test
