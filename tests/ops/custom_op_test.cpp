#include <kerascpp/kerascpp.hpp>

#include "support/catch.hpp"
#include "support/op_checks.hpp"
#include "support/temporary_folder.hpp"

/// Operations that a user writes as functions of tensors.
namespace kerascpp::test {
namespace {

Tensor cubed(const Tensor& x) { return x * x * x; }

/// x^3 with its gradient.
const CustomOp& cube() {
  static const CustomOp op =
      as_op(cubed, {.name = "cube", .gradient = [](const SymbolList& x, const SymbolList& g) -> SymbolList {
                      return 3 * x[0] * x[0] * g[0];
                    }});
  return op;
}

Tensor doubles(const std::vector<double>& values) { return Tensor(values); }

}  // namespace

TEST_CASE("a function of tensors is an operation", "[ops][custom_op]") {
  const Symbol x = K::dvector("x");
  const Symbol y = cube()(x);
  CHECK(y.dtype() == DType::Float64);
  CHECK(y.shape() == Shape{None});
  const Function f = K::function(x, y + 1);
  CHECK(f(doubles({1, 2, -3}))[0].to_vector<double>() == std::vector<double>{2, 9, -26});
  CHECK(K::debugprint(y).find("cube") != std::string::npos);
}

TEST_CASE("an operation of a user has the gradient that it gives, and that one's gradient", "[ops][custom_op]") {
  const Symbol x = K::dscalar("x");
  const Symbol slope = K::grad(cube()(x), x), second = K::grad(slope, x);
  const Function f = K::function(x, {slope, second});
  CHECK(f(2.0)[0].item<double>() == 12);
  CHECK(f(2.0)[1].item<double>() == 12);
  const auto opaque = as_op(cubed, {.name = "cube without gradient"});
  CHECK_THROWS_WITH(K::grad(opaque(x), x), ContainsSubstring("[cube without gradient] the operation has no gradient"));
}

TEST_CASE("an operation of a user has several inputs and outputs of announced types", "[ops][custom_op]") {
  const auto divmod = as_op(
      [](const Tensor& a, const Tensor& b) -> TensorList {
        return {ops::floor_divide(a, b), ops::mod(a, b)};
      },
      {.name = "divmod",
       .itypes = {K::type(K::lvector()), K::type(K::lscalar())},
       .otypes = {K::type(K::lvector()), K::type(K::lvector())}});
  const Symbol a = K::lvector("a"), b = K::lscalar("b");
  const Function f = K::function({a, b}, divmod(a, b));
  const TensorList both = f(Tensor(std::vector<std::int64_t>{7, 9, 12}), Tensor(std::int64_t{4}));
  CHECK(both[0].to_vector<std::int64_t>() == std::vector<std::int64_t>{1, 2, 3});
  CHECK(both[1].to_vector<std::int64_t>() == std::vector<std::int64_t>{3, 1, 0});
  CHECK_THROWS_WITH(divmod(a, a), ContainsSubstring("[divmod] expected TensorType(int64, scalar) as input 1"));
  CHECK_THROWS_WITH(divmod(K::dvector("d"), b), ContainsSubstring("[divmod] expected TensorType(int64, vector)"));
  CHECK_THROWS_WITH(divmod(a), ContainsSubstring("[divmod] takes 2 inputs, received 1"));
}

TEST_CASE("an operation of a user tells its shapes", "[ops][custom_op]") {
  const auto product = as_op([](const Tensor& a, const Tensor& b) { return ops::dot(a, b); },
                             {.name = "numpy_dot", .infer_shape = [](const std::vector<Shape>& in) {
                                return std::vector<Shape>{{in[0].dim(0), in[1].dim(1)}};
                              }});
  const Symbol a = K::fmatrix("a"), b = K::fmatrix("b");
  const Function f = K::function({a, b}, product(a, b));
  const Tensor x = random_normal({3, 4}), y = random_normal({4, 5});
  CHECK(allclose(f(x, y)[0], ops::dot(x, y)));
  const auto wrong = as_op([](const Tensor& x) { return ops::sum(x); }, {.name = "wrong"});
  CHECK_THROWS_WITH(
      K::function(a, wrong(a))(x),
      ContainsSubstring("[wrong] the function gave an output 0 of shape (), announced is float32 (3, 4)"));
  const auto other = as_op([](const Tensor& x) { return x.astype(DType::Float64); }, {.name = "other"});
  CHECK_THROWS_WITH(K::function(a, other(a))(x), ContainsSubstring("[other] the function gave an output 0 of float64"));
  const auto untold = as_op([](const Tensor& x) { return x; }, {.name = "untold", .otypes = {K::type(K::fvector())}});
  CHECK_THROWS_WITH(untold(a), ContainsSubstring("give infer_shape"));
  CHECK_THROWS_WITH(as_op(cubed, {.name = "numpy_dot"}), ContainsSubstring("named \"numpy_dot\" already"));
}

TEST_CASE("an operation of a user works in loops and on tensors at hand", "[ops][custom_op]") {
  const Symbol x = K::dvector("x");
  const Symbol cubes = K::scan([](Symbol x_t) { return Symbol(cube()(x_t)); }, {.sequences = x}).outputs;
  const Function f = K::function(x, {cubes, Symbol(K::grad(K::sum(cubes), x))});
  const TensorList values = f(doubles({1, 2, 3}));
  CHECK(values[0].to_vector<double>() == std::vector<double>{1, 8, 27});
  CHECK(values[1].to_vector<double>() == std::vector<double>{3, 12, 27});
  const Tensor at_once = cube()(doubles({3, 4}));
  CHECK(at_once.to_vector<double>() == std::vector<double>{27, 64});
}

TEST_CASE("graphs with operations of a user are saved, and loaded where these exist", "[ops][custom_op]") {
  const TemporaryFolder folder;
  const Symbol x = K::dvector("x");
  save_function(K::function(x, cube()(x)), folder.file("f.zip"));
  CHECK(load_function(folder.file("f.zip"))(doubles({2, 3}))[0].to_vector<double>() == std::vector<double>{8, 27});
  Graph graph;
  graph.inputs = {x};
  graph.outputs = {make_node(OpRegistry::global().get("custom_op"), {x}, {{"name", std::string("cube")}}).front()};
  CHECK_THROWS_WITH(make_node(OpRegistry::global().get("custom_op"), {x}, {{"name", std::string("nobody's")}}),
                    ContainsSubstring("there is no operation named \"nobody's\""));
}

TEST_CASE("what a function of a user throws reaches the caller", "[ops][custom_op]") {
  const auto fails = as_op([](const Tensor&) -> Tensor { throw ValueError("not today"); }, {.name = "fails"});
  const Symbol x = K::dscalar("x");
  CHECK_THROWS_WITH(K::function(x, fails(x))(1.0), ContainsSubstring("not today"));
  const auto two = as_op([](const Tensor& a, const Tensor& b) { return a + b; }, {.name = "two"});
  CHECK_THROWS_WITH(K::function(x, two(x))(1.0), ContainsSubstring("does not take 1 tensors"));
}

}  // namespace kerascpp::test
