#include <kerascpp/ops/differentiation.hpp>

#include <cmath>

#include <kerascpp/core/error.hpp>
#include <kerascpp/graph/function.hpp>
#include <kerascpp/graph/node.hpp>
#include <kerascpp/ops.hpp>

#include "support/catch.hpp"
#include "support/message_of.hpp"
#include "support/op_checks.hpp"

namespace kerascpp::test {
namespace {

constexpr double kTolerance = 1e-14;

Tensor doubles(const std::vector<double>& values, const Shape& shape) { return Tensor(values).reshape(shape); }
Tensor doubles(const std::vector<double>& values) { return Tensor(values); }

Symbol vector(const char* name, std::int64_t n = None) { return placeholder({n}, DType::Float64, name); }
Symbol matrix(const char* name) { return placeholder({None, None}, DType::Float64, name); }

std::string differs(const Tensor& actual, const Tensor& expected, double tolerance = kTolerance) {
  CHECK(actual.dtype() == expected.dtype());
  return first_difference(actual, expected, tolerance);
}

const Tensor kX = doubles({0.3, -0.7});
const Tensor kA = doubles({0.5, -1.0, 2.0, 1.5, 0.25, -0.5}, {2, 3});
// y = tanh(x A); NumPy: (A * (1 - y^2)).T
const Tensor kJacobian = doubles({0.2434586805741708, 0.7303760417225125, -0.8044323121916703, 0.20110807804791758,
                                  0.9054420740954481, -0.22636051852386202},
                                 {3, 2});

}  // namespace

TEST_CASE("known gradients take the place of what lies behind them", "[graph][gradients]") {
  const Symbol x = vector("x", 2), y = x * x, dy = vector("dy", 2);
  const Function alone({x, dy}, gradients({}, {x}, {.known_grads = {{y, dy}}}));
  CHECK(differs(alone(doubles({3, 4}), doubles({1, 10}))[0], doubles({6, 80})) == "");
  // the gradient of exp(y) is not taken, that of 5 x is
  const Function beside({x, dy}, gradients(ops::sum(ops::exp(y) + 5 * x), {x}, {.known_grads = {{y, dy}}}));
  CHECK(differs(beside(doubles({3, 4}), doubles({1, 10}))[0], doubles({11, 85})) == "");
  const Function given({x, dy}, gradients(ops::sum(y), {y}, {.known_grads = {{y, dy}}}));
  CHECK(differs(given(doubles({3, 4}), doubles({1, 10}))[0], doubles({1, 10})) == "");
  CHECK_THAT(message_of<ShapeError>([&] {
               (void)gradients({}, {x}, {.known_grads = {{y, vector("v", 3)}}});
             }),
             ContainsSubstring("float64 (2,) has shape (3,)"));
}

TEST_CASE("no gradient flows through what is considered constant", "[graph][gradients]") {
  const Symbol x = vector("x", 2), square = x * x;
  const Function f({x}, gradients(ops::sum(square * x), {x}, {.consider_constant = square}));
  CHECK(differs(f(doubles({3, 4}))[0], doubles({9, 16})) == "");
  CHECK_THAT(message_of<ValueError>([&] { (void)gradients(ops::sum(square), {x}, {.consider_constant = square}); }),
             ContainsSubstring("the loss does not depend on x"));
}

TEST_CASE("a loss that does not depend on a symbol raises, warns, or gives zeros", "[graph][gradients]") {
  const Symbol x = vector("x", 3), y = vector("y", 2);
  const Symbol loss = ops::sum(x + 0 * ops::cast(ops::axis_size(y, 0), DType::Float64));
  CHECK_THAT(message_of<ValueError>([&] {
               (void)grad(loss, {x, y});
             }),
             ContainsSubstring("the loss does not depend on"));
  for (const char* what : {"warn", "ignore"}) {
    const Function f({x, y}, gradients(loss, {x, y}, {.disconnected_inputs = what}));
    CHECK(differs(f(doubles({1, 2, 3}), doubles({1, 2}))[1], doubles({0, 0})) == "");
  }
  CHECK_THAT(message_of<ValueError>([&] {
               (void)gradients(loss, {x, y}, {.disconnected_inputs = "zero"});
             }),
             ContainsSubstring("is none of raise, warn, ignore"));
  // a derivative that is zero is not a missing one
  const Function rounded({x}, gradients(ops::sum(ops::floor(x)), {x}));
  CHECK(differs(rounded(doubles({1.5, 2.5, 3.5}))[0], doubles({0, 0, 0})) == "");
}

TEST_CASE("grad of one symbol is one symbol, and wants a scalar", "[graph][gradients]") {
  const Symbol x = vector("x", 2), y = vector("y", 2);
  const Symbol one = grad(ops::sum(x * y), x);
  const Function f({x, y}, {one, grad(ops::sum(x * y), {x, y})[1]});
  const TensorList values = f(doubles({1, 2}), doubles({3, 4}));
  CHECK(differs(values[0], doubles({3, 4})) == "");
  CHECK(differs(values[1], doubles({1, 2})) == "");
  CHECK_THAT(message_of<ShapeError>([&] { (void)grad(x * y, x); }), ContainsSubstring("expected a scalar as cost"));
}

TEST_CASE("the Jacobian of tanh(x A) is that of NumPy, with known and unknown shapes", "[ops][gradients]") {
  for (const std::int64_t n : {std::int64_t{2}, None}) {
    const Symbol x = vector("x", n), a = matrix("a");
    const Function f({x, a}, jacobian(ops::tanh(ops::dot(x, a)), x));
    CHECK(differs(f(kX, kA)[0], kJacobian) == "");
  }
  const Symbol x = vector("x", 2);
  const Function scalar(x, jacobian(ops::sum(x * x), x));
  CHECK(differs(scalar(kX)[0], doubles({0.6, -1.4})) == "");
  // (2, 2) by (2,): d(x_i x_j) / dx_k
  const Function outer(x, jacobian(ops::outer(x, x), x));
  CHECK(differs(outer(doubles({3, 5}))[0], doubles({6, 0, 5, 3, 5, 3, 0, 10}, {2, 2, 2})) == "");
}

TEST_CASE("the Hessian and its product with a vector, both ways", "[ops][gradients]") {
  const Symbol x = vector("x", 2), a = matrix("a"), v = vector("v", 2);
  const Symbol y = ops::tanh(ops::dot(x, a)), cost = ops::sum(y * y);
  const Symbol g = grad(cost, x);
  const Function f({x, a, v}, {hessian(cost, x), Rop(g, x, v), grad(ops::sum(g * v), x)});
  const TensorList values = f(kX, kA, doubles({2, -1}));
  CHECK(
      differs(values[0], doubles({-1.7909302611552875, 0.021057659921576266, 0.021057659921576266, -1.285289131082131},
                                 {2, 2})) == "");
  CHECK(differs(values[1], doubles({-3.6029181822321514, 1.3274044509252836})) == "");
  CHECK(differs(values[2], doubles({-3.6029181822321514, 1.3274044509252836})) == "");
  const Function flat(x, hessian(ops::sum(3 * x), x));
  CHECK(differs(flat(kX)[0], doubles({0, 0, 0, 0}, {2, 2})) == "");
}

TEST_CASE("Rop is the Jacobian times a vector, Lop a vector times the Jacobian", "[ops][gradients]") {
  const Symbol x = vector("x"), a = matrix("a"), v = vector("v"), u = vector("u");
  const Symbol y = ops::tanh(ops::dot(x, a));
  const Function f({x, a, v, u}, {Rop(y, x, v), Lop(y, x, u)});
  const TensorList values = f(kX, kA, doubles({2, -1}), doubles({1, -2, 0.5}));
  CHECK(differs(values[0], doubles({-0.24345868057417086, -1.8099727024312582, 2.0372446667147583})) == "");
  CHECK(differs(values[1], doubles({2.3050443420052353, 0.2149796263647463})) == "");
  // each of several outputs, one of which depends on the other, along two symbols at once
  const Symbol p = vector("p", 2), q = vector("q", 2), first = p * q, second = ops::exp(first);
  const Function both({p, q}, {Rop({first, second}, {p, q}, {q, p})[0], Rop({first, second}, {p, q}, {q, p})[1],
                               Lop({first, second}, p, {p, q}).single()});
  const TensorList several = both(doubles({0.5, 2}), doubles({3, 0.25}));
  CHECK(differs(several[0], doubles({9.25, 4.0625})) == "");
  CHECK(differs(several[1], doubles({9.25 * std::exp(1.5), 4.0625 * std::exp(0.5)})) == "");
  CHECK(differs(several[2], doubles({0.5 * 3 + 9 * std::exp(1.5), 2 * 0.25 + 0.0625 * std::exp(0.5)})) == "");
  CHECK_THAT(message_of<ValueError>([&] {
               (void)Rop(y, {x, a}, {v});
             }),
             ContainsSubstring("[Rop] expected 2 points, received 1"));
  CHECK_THAT(message_of<ValueError>([&] { (void)Rop(p * p, q, q); }), ContainsSubstring("does not depend on"));
  CHECK_THAT(message_of<ShapeError>([&] { (void)Lop(p, p, vector("w", 3)); }),
             ContainsSubstring("point 0 has shape (3,)"));
}

TEST_CASE("the R-operator goes through scan", "[ops][gradients][scan]") {
  const Symbol x = vector("x"), w = placeholder({}, DType::Float64, "w"), dx = vector("dx"),
               dw = placeholder({}, DType::Float64, "dw");
  const SymbolList states =
      scan([](Symbol x_t, Symbol before, Symbol weight) { return ops::tanh(before * weight + x_t); },
           {.sequences = x, .outputs_info = constant(Tensor(0.0).astype(DType::Float64)), .non_sequences = w})
          .outputs;
  const Function f({x, w, dx, dw}, Rop(states, {x, w}, {dx, dw}));
  const std::vector<double> xs = {0.3, -0.8, 0.5, 1.1}, dxs = {1, 0.5, -2, 0.25};
  std::vector<double> expected;
  for (double s = 0, ds = 0, i = 0; i < 4; ++i) {  // the chain rule, step by step
    const double x_t = xs[static_cast<std::size_t>(i)], dx_t = dxs[static_cast<std::size_t>(i)];
    const double next = std::tanh(s * 0.7 + x_t);
    ds = (1 - next * next) * (ds * 0.7 + s * 1.5 + dx_t);
    s = next;
    expected.push_back(ds);
  }
  const Tensor weight = doubles({0.7}, {}), dweight = doubles({1.5}, {});
  CHECK(differs(f(doubles(xs), weight, doubles(dxs), dweight)[0], doubles(expected)) == "");
}

TEST_CASE("the R-operator of 100,000 inputs keeps no Jacobian", "[ops][gradients]") {
  constexpr std::int64_t n = 100000;
  const Symbol x = placeholder({n}, DType::Float64), v = placeholder({n}, DType::Float64);
  const Symbol y = ops::sin(x) * ops::flip(x, 0);
  const Function f({x, v}, Rop(y, x, v));
  const Tensor at = full({n}, 0.5, DType::Float64), along = full({n}, 2.0, DType::Float64);
  const std::string plan = f.describe({Shape{n}, Shape{n}});
  const std::size_t found = plan.find("arena ");
  INFO(plan);
  REQUIRE(found != std::string::npos);
  CHECK(std::stoll(plan.substr(found + 6)) < 20 * n * 8);  // a Jacobian has n * n * 8 bytes
  CHECK(differs(f(at, along)[0], full({n}, 2 * (std::cos(0.5) * 0.5 + std::sin(0.5)), DType::Float64)) == "");
}

TEST_CASE("jvp gives a function's value and its derivative along tangents", "[ops][gradients]") {
  const Symbol x = vector("x", 2), t = vector("t", 2);
  const ops::JvpResult one = ops::jvp([](Symbol a) { return a * ops::sin(a); }, x, t);
  const ops::JvpResult two = ops::jvp(
      [&](Symbol a, Symbol b) {
        return std::vector<Symbol>{a * b * x, a + b, ops::exp(a)};
      },
      {x, x}, {t, 3 * t}, {.has_aux = true});
  CHECK(two.primals_out.size() == 2);
  const Function f({x, t}, {one.primals_out, one.tangents_out, two.tangents_out[0], two.tangents_out[1], two.aux});
  const TensorList values = f(doubles({0.5, 2}), doubles({1, -1}));
  CHECK(differs(values[0], doubles({0.5 * std::sin(0.5), 2 * std::sin(2.0)})) == "");
  CHECK(differs(values[1], doubles({std::sin(0.5) + 0.5 * std::cos(0.5), -std::sin(2.0) - 2 * std::cos(2.0)})) == "");
  CHECK(differs(values[2], doubles({(0.5 + 3 * 0.5) * 0.5, -(2 + 3 * 2) * 2.0})) == "");  // the outer x stays
  CHECK(differs(values[3], doubles({4, -4})) == "");
  CHECK(differs(values[4], doubles({std::exp(0.5), std::exp(2.0)})) == "");
}

// keras.ops.custom_gradient's own example: log(1 + e^x), with a gradient that does not overflow
TEST_CASE("a function may bring its own gradient", "[ops][gradients]") {
  const auto log1pexp = ops::custom_gradient([](Symbol x) {
    const Symbol e = ops::exp(x);
    return ops::WithGradient{ops::log(1 + e), [e](Symbol upstream) { return upstream * (1.0 - 1.0 / (1.0 + e)); }};
  });
  const Symbol x = vector("x");
  const Symbol y = log1pexp(x);
  const Function f(x, {y, gradients(y, x)[0]});
  const TensorList values = f(doubles({-1, 0.5, 1000}));
  const std::vector<double> logs = values[0].to_vector<double>();
  CHECK(logs[0] == Approx(std::log1p(std::exp(-1.0))));
  CHECK(logs[1] == Approx(std::log1p(std::exp(0.5))));
  CHECK(differs(values[1], doubles({1 - 1 / (1 + std::exp(-1.0)), 1 - 1 / (1 + std::exp(0.5)), 1})) == "");

  // a rule that is not the derivative, so that its use shows; of two arguments, inside of a loop as well
  const auto product = ops::custom_gradient([](Symbol a, Symbol b) {
    return ops::WithGradient{a * b, [a, b](Symbol g) { return std::vector<Symbol>{10 * g * b, 100 * g * a}; }};
  });
  const Symbol a = vector("a", 2), b = vector("b", 2);
  const SymbolList rows =
      scan([&](Symbol p, Symbol q) { return product(p, q).single(); }, {.sequences = {a, b}}).outputs;
  const std::vector<Symbol> g = gradients(ops::sum(product(a, b)), {a, b}), h = gradients(ops::sum(rows), {a, b});
  const Function both({a, b}, {g[0], g[1], h[0], h[1], gradients(ops::sum(g[0]), b)[0]});
  const TensorList results = both(doubles({2, 3}), doubles({5, 7}));
  for (const std::size_t i : {0u, 2u}) CHECK(differs(results[i], doubles({50, 70})) == "");
  for (const std::size_t i : {1u, 3u}) CHECK(differs(results[i], doubles({200, 300})) == "");
  CHECK(differs(results[4], doubles({10, 10})) == "");  // the second derivative is that of the rule

  const auto wrong = ops::custom_gradient([](Symbol p, Symbol q) {
    return ops::WithGradient{p + q, [](Symbol upstream) { return upstream; }};
  });
  CHECK_THAT(message_of<ValueError>([&] { (void)wrong(a, b); }), ContainsSubstring("gave 1 gradients for 2 arguments"));
}

TEST_CASE("vectorize applies a function of scalars, or of a signature's arrays, to all", "[ops]") {
  const Symbol x = placeholder({3, 1}, DType::Float64), y = placeholder({4}, DType::Float64);
  const auto larger_root = ops::vectorize([](Symbol a, Symbol b) { return ops::sqrt(ops::maximum(a, b)); });
  const Symbol roots = larger_root(x, y);
  CHECK(roots.shape() == Shape{3, 4});
  const Function f({x, y}, roots);
  CHECK(differs(f(doubles({4, 9, 1}, {3, 1}), doubles({1, 4, 16, 25}))[0],
                doubles({2, 2, 4, 5, 3, 3, 4, 5, 1, 2, 4, 5}, {3, 4})) == "");

  const Symbol m = placeholder({2, 3, 2}, DType::Float64), v = placeholder({2}, DType::Float64);
  const auto apply = ops::vectorize([](Symbol a, Symbol b) { return ops::dot(a, b); }, {.signature = "(m,n),(n)->(m)"});
  const Symbol applied = apply(m, v);
  CHECK(applied.shape() == Shape{2, 3});
  const Function g({m, v}, {applied, gradients(ops::sum(applied), v)[0]});
  const TensorList values = g(doubles({1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12}, {2, 3, 2}), doubles({1, -1}));
  CHECK(differs(values[0], doubles({-1, -1, -1, -1, -1, -1}, {2, 3})) == "");
  CHECK(differs(values[1], doubles({36, 42})) == "");

  const auto weighted =
      ops::vectorize([](Symbol a, Symbol weights) { return a * ops::sum(weights); }, {.excluded = {1}});
  const Function h({y, v}, weighted(y, v));
  CHECK(differs(h(doubles({1, 2, 3, 4}), doubles({1, 2}))[0], doubles({3, 6, 9, 12})) == "");

  CHECK_THAT(message_of<ValueError>([] { (void)ops::vectorize([](Symbol a) { return a; }, {.signature = "(n->(n)"}); }),
             ContainsSubstring("cannot read the signature"));
  CHECK_THAT(message_of<ShapeError>([&] { (void)apply(v, v); }), ContainsSubstring("at least 2 dimensions"));
}

TEST_CASE("values become tensors and tensors values", "[ops]") {
  static_assert(!ops::is_tensor(1.0));
  const Variable w(doubles({1, 2}));
  CHECK((ops::is_tensor(w) && ops::is_tensor(w.symbol()) && ops::is_tensor(w.get_value())));
  CHECK(ops::convert_to_tensor(w, DType::Float32).dtype() == DType::Float32);
  CHECK(ops::convert_to_tensor(Tensor{1.0, 2.0}, DType::Int32).dtype() == DType::Int32);
  CHECK(differs(ops::convert_to_numpy(w * 3), doubles({3, 6})) == "");
  CHECK_THROWS_WITH(ops::convert_to_numpy(vector("x") + 1), ContainsSubstring("x"));
}

}  // namespace kerascpp::test
