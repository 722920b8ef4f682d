#include <cmath>

#include <kerascpp/core/error.hpp>
#include <kerascpp/graph/function.hpp>
#include <kerascpp/graph/gradient.hpp>
#include <kerascpp/graph/node.hpp>
#include <kerascpp/ops.hpp>

#include "support/catch.hpp"

namespace kerascpp::test {
namespace {

double value_at(const Symbol& y, const Symbol& x, double at) {
  return Function(x, y)(Tensor(std::vector<double>{at}).reshape({})).item<double>();
}

}  // namespace

TEST_CASE("gradients of gradients are those of the function", "[graph][core]") {
  const Symbol x = placeholder({}, DType::Float64);
  Symbol derivative = ops::sin(x * x);
  CHECK(value_at(derivative, x, 0.7) == Approx(std::sin(0.49)));
  derivative = gradients(derivative, x)[0];  // 2 x cos(x^2)
  CHECK(value_at(derivative, x, 0.7) == Approx(2 * 0.7 * std::cos(0.49)));
  derivative = gradients(derivative, x)[0];  // 2 cos(x^2) - 4 x^2 sin(x^2)
  CHECK(value_at(derivative, x, 0.7) == Approx(2 * std::cos(0.49) - 4 * 0.49 * std::sin(0.49)));
  derivative = gradients(derivative, x)[0];  // -12 x sin(x^2) - 8 x^3 cos(x^2)
  CHECK(value_at(derivative, x, 0.7) == Approx(-12 * 0.7 * std::sin(0.49) - 8 * 0.343 * std::cos(0.49)));
}

TEST_CASE("several losses and several symbols have gradients at once", "[graph][core]") {
  const Symbol x = placeholder({2}, DType::Float64), y = placeholder({2}, DType::Float64);
  const std::vector<Symbol> g = gradients({ops::sum(x * y), ops::sum(x * 3)}, {x, y});
  const TensorList values = Function({x, y}, g)(Tensor(std::vector<double>{1, 2}), Tensor(std::vector<double>{5, 6}));
  CHECK(allclose(values[0], Tensor{8.0, 9.0}.astype(DType::Float64)));
  CHECK(allclose(values[1], Tensor{1.0, 2.0}.astype(DType::Float64)));
}

TEST_CASE("a symbol used several times has the sum of its gradients", "[graph][core]") {
  const Symbol x = placeholder({}, DType::Float64);
  CHECK(value_at(gradients(x * x * x + x, x)[0], x, 2) == Approx(13));
}

TEST_CASE("stop_gradient lets no gradient through", "[graph][core]") {
  const Symbol x = placeholder({}, DType::Float64);
  CHECK(value_at(gradients(x * ops::stop_gradient(x * x), x)[0], x, 3) == Approx(9));
}

TEST_CASE("comparisons and roundings have gradient zero", "[graph][core]") {
  const Symbol x = placeholder({}, DType::Float64);
  CHECK(value_at(gradients(ops::floor(x) + ops::cast(x > 1, DType::Float64) + 2 * x, x)[0], x, 1.5) == Approx(2));
}

TEST_CASE("gradients of inner symbols are taken as those of leaves", "[graph][core]") {
  const Symbol x = placeholder({}, DType::Float64);
  const Symbol inner = x * x;
  CHECK(value_at(gradients(ops::exp(inner) + x, inner)[0], x, 0.5) == Approx(std::exp(0.25)));
}

TEST_CASE("the product of a vector and the Jacobian is that of the weighted sum", "[graph][core]") {
  const Symbol x = placeholder({2}, DType::Float64), v = placeholder({2}, DType::Float64);
  const std::vector<Symbol> g = gradients_of({x * x}, {v}, {x});
  const Tensor value = Function({x, v}, g[0])(Tensor(std::vector<double>{3, 4}), Tensor(std::vector<double>{1, 10}));
  CHECK(allclose(value, Tensor(std::vector<double>{6, 80})));
}

TEST_CASE("gradients of what is not floating are refused", "[graph][core]") {
  const Symbol x = placeholder({2}, DType::Int32), y = placeholder({2});
  const auto message = [](const SymbolList& loss, const SymbolList& wrt) -> std::string {
    try {
      (void)gradients(loss, wrt);
    } catch (const DTypeError& error) {
      return error.what();
    }
    return "nothing was thrown";
  };
  const Symbol loss = ops::sum(x);
  CHECK_THAT(message(loss, x), ContainsSubstring("expected a floating loss, received " + loss.name() + " int32 ()"));
  CHECK_THAT(message(ops::sum(y), x), ContainsSubstring("expected floating symbols to differentiate with respect to"));
}

}  // namespace kerascpp::test
