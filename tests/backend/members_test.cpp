#include <kerascpp/kerascpp.hpp>

#include "support/catch.hpp"

using namespace kerascpp;
namespace K = kerascpp::backend;

namespace {

using Numbers = std::vector<double>;

Numbers numbers(const Tensor& x) { return x.astype(DType::Float64).to_vector<double>(); }

const Tensor kMatrix = Tensor{{0, 1, 2}, {10, 11, 12}}.astype("float64");

}  // namespace

TEST_CASE("symbols, variables and tensors are read by brackets as in NumPy", "[backend][indexing]") {
  const Symbol x = K::dmatrix("x"), i = K::iscalar("i");
  const Variable v = K::variable(kMatrix);
  const auto value = [&](const Symbol& y) { return numbers(y.eval({{x, kMatrix}, {i, 1}})); };
  struct Row {
    Symbol of_symbol, of_variable;
    Tensor of_tensor;
    Numbers expected;
  };
  const std::vector<Row> rows{
      {x[0], v[0], kMatrix[0], {0, 1, 2}},
      {x[-1], v[-1], kMatrix[-1], {10, 11, 12}},
      {x[i], v[i], kMatrix[1], {10, 11, 12}},
      {x[{1, 2}], v[{1, 2}], kMatrix[{1, 2}], {12}},
      {x[{Slice(), 1}], v[{Slice(), 1}], kMatrix[{Slice(), 1}], {1, 11}},
      {x[{i, Slice(1, 3)}], v[{i, Slice(1, 3)}], kMatrix[{1, Slice(1, 3)}], {11, 12}},
      {x[Slice::every(-1)], v[Slice::every(-1)], kMatrix[Slice::every(-1)], {10, 11, 12, 0, 1, 2}},
      {x[{Ellipsis(), Slice(0, 2)}], v[{Ellipsis(), Slice(0, 2)}], kMatrix[{Ellipsis(), Slice(0, 2)}], {0, 1, 10, 11}},
      {x[x > 1], v[v > 1], kMatrix[kMatrix > 1], {2, 10, 11, 12}},
      {x[std::vector<int>{1, 1}], v[std::vector<int>{1, 1}], kMatrix[std::vector<int>{1, 1}], {10, 11, 12, 10, 11, 12}},
  };
  for (std::size_t row = 0; row < rows.size(); ++row) {
    CAPTURE(row);
    CHECK(value(rows[row].of_symbol) == rows[row].expected);
    CHECK(value(rows[row].of_variable) == rows[row].expected);
    CHECK(numbers(rows[row].of_tensor) == rows[row].expected);
  }
  CHECK(kMatrix[{1, 2}].item<double>() == 12);
  CHECK(x[0].shape() == Shape{K::None});
  CHECK_THROWS_AS((x[{0, 0, 0}]), ShapeError);
}

TEST_CASE("what a loop gives is read by brackets: steps of one output, or outputs", "[backend][loops]") {
  const Symbol x = K::dvector("x");
  const auto [sums, updates] = K::scan([](Symbol item, Symbol sum) { return sum + item; },
                                       {.sequences = x, .outputs_info = K::constant(Tensor(0.0).astype("float64"))});
  CHECK(sums[-1].eval({{x, Tensor{1, 2, 4}}}).item<double>() == 7);
  CHECK(numbers(sums[Slice(0, 2)].eval({{x, Tensor{1, 2, 4}}})) == Numbers{1, 3});
  const auto [both, none] = K::scan([](Symbol item) -> LoopStep { return {item * 2, item + 1}; }, {.sequences = x});
  REQUIRE(both.size() == 2);
  CHECK(numbers(both[1].eval({{x, Tensor{1, 2}}})) == Numbers{2, 3});
  CHECK(numbers(both[-2].eval({{x, Tensor{1, 2}}})) == Numbers{2, 4});
  CHECK_THROWS_AS(both[2], LookupError);
  CHECK_THROWS_AS(both[Slice(0, 1)], ValueError);
}

TEST_CASE("symbols tell who computes them, and are cast", "[backend]") {
  const Symbol x = K::dscalar("x"), y = K::exp(x);
  CHECK(x.owner() == nullptr);
  CHECK(K::constant(Tensor(1)).owner() == nullptr);
  CHECK(K::variable(Tensor(1)).symbol().owner() == nullptr);
  REQUIRE(y.owner() != nullptr);
  CHECK(y.owner()->op().name == "exp");
  CHECK(y.owner()->inputs().front().is(x));
  CHECK(y.astype("float32").dtype() == DType::Float32);
}

TEST_CASE("folds take their initializer with or without its name", "[backend][loops]") {
  const Symbol x = K::dvector("x");
  const auto add = [](Symbol a, Symbol b) { return a + b; };
  for (const Symbol& y : {K::foldl(add, x, 10), K::foldl(add, x, {.initializer = 10}), K::foldr(add, x, 10),
                          K::foldr(add, x, {.initializer = 10, .name = "sum"})})
    CHECK(y.eval({{x, Tensor{1, 2}}}).item<double>() == 13);
}

TEST_CASE("values of variables are shared where borrowing is allowed", "[backend][variables]") {
  Tensor value{1.0f, 2.0f};
  const Variable borrowed = K::shared(value, {.borrow = true}), copied = K::shared(value);
  value.data<float>()[0] = 5;
  CHECK(numbers(borrowed.get_value()) == Numbers{5, 2});
  CHECK(numbers(copied.get_value()) == Numbers{1, 2});
  const Variable placed = K::shared(value, {.borrow = true, .target = "cpu:0"});
  value.data<float>()[0] = 6;
  CHECK(numbers(placed.get_value()) == Numbers{6, 2});
  value.data<float>()[0] = 5;
  Tensor inside = borrowed.get_value({.borrow = true, .return_internal_type = true});
  inside.data<float>()[1] = 7;
  CHECK(numbers(borrowed.get_value()) == Numbers{5, 7});
}

TEST_CASE("random tensors and symbols take options by name", "[backend][random]") {
  const auto mean = [](const Tensor& x) { return K::eval(K::mean(x)).item<float>(); };
  CHECK(mean(random_normal({2000}, {.mean = 9, .stddev = 0.5})) == Approx(9).margin(0.1));
  CHECK(mean(random_uniform({2000}, {.minval = 4, .maxval = 6, .seed = 3})) == Approx(5).margin(0.1));
  CHECK(mean(K::random_normal({2000}, {.mean = 9, .stddev = 0.5}).eval()) == Approx(9).margin(0.1));
  CHECK(mean(K::random_uniform({2000}, {.minval = 4, .maxval = 6}).eval()) == Approx(5).margin(0.1));
  CHECK(mean(K::truncated_normal({2000}, {.mean = -3}).eval()) == Approx(-3).margin(0.15));
}
