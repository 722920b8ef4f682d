#include <kerascpp/ops/symbolic_slices.hpp>

#include <kerascpp/graph/function.hpp>
#include <kerascpp/graph/gradient.hpp>
#include <kerascpp/ops/elementwise.hpp>
#include <kerascpp/ops/indexing.hpp>
#include <kerascpp/ops/operators.hpp>
#include <kerascpp/ops/reductions.hpp>

#include "support/catch.hpp"
#include "support/op_test.hpp"

// Expected values are Python's and NumPy's.
namespace kerascpp::test {
namespace {

std::vector<double> numbers(const Tensor& x) { return x.astype(DType::Float64).to_vector<double>(); }

Symbol number(const char* name) { return placeholder({}, DType::Int32, name); }

Tensor at(std::int32_t value) { return Tensor(value); }

}  // namespace

TEST_CASE("slices between symbols are those of Python", "[ops][indexing]") {
  const Symbol x = placeholder({None}, DType::Float32, "x"), a = number("a"), b = number("b");
  const Function forwards({x, a, b}, {ops::slice_between(x, a, b)});
  const Function every_second({x, a, b}, {ops::slice_between(x, a, b, {.step = 2})});
  const Function backwards({x, a, b}, {ops::slice_between(x, a, b, {.step = -1})});
  const Function to_the_end({x, a}, {ops::slice_between(x, a), ops::slice_between(x, a, {}, {.step = -2})});
  const Tensor values = arange(6);
  using Numbers = std::vector<double>;
  CHECK(numbers(forwards(values, at(1), at(4))) == Numbers{1, 2, 3});
  CHECK(numbers(forwards(values, at(-2), at(100))) == Numbers{4, 5});
  CHECK(numbers(forwards(values, at(-100), at(-4))) == Numbers{0, 1});
  CHECK(numbers(forwards(values, at(4), at(1))).empty());
  CHECK(numbers(every_second(values, at(0), at(5))) == Numbers{0, 2, 4});
  CHECK(numbers(every_second(values, at(1), at(6))) == Numbers{1, 3, 5});
  CHECK(numbers(backwards(values, at(4), at(1))) == Numbers{4, 3, 2});
  CHECK(numbers(backwards(values, at(100), at(-4))) == Numbers{5, 4, 3});
  CHECK(numbers(backwards(values, at(-100), at(3))).empty());
  const TensorList both = to_the_end(values, at(3));
  CHECK(numbers(both[0]) == Numbers{3, 4, 5});
  CHECK(numbers(both[1]) == Numbers{3, 1});
}

TEST_CASE("a slice between symbols works on any axis and has a gradient", "[ops][indexing]") {
  const Symbol x = placeholder({None, None}, DType::Float64, "x"), a = number("a"), b = number("b");
  const Symbol part = ops::slice_between(x, a, b, {.axis = -1});
  const Function f({x, a, b}, {part, gradients(ops::sum(ops::square(part)), x)[0]});
  const TensorList values = f(arange(6).reshape({2, 3}).astype(DType::Float64), at(1), at(3));
  CHECK(values[0].shape() == Shape{2, 2});
  CHECK(numbers(values[0]) == std::vector<double>{1, 2, 4, 5});
  CHECK(numbers(values[1]) == std::vector<double>{0, 2, 4, 0, 8, 10});
}

TEST_CASE("minibatches are cut by a symbolic number", "[ops][indexing]") {
  // as Theano's tutorials do: givens replace the input by part of a variable
  const Variable data(arange(10).reshape({5, 2}), "data");
  const Symbol index = placeholder({}, DType::Int64, "index"), x = placeholder({None, 2}, DType::Float32, "x");
  const Function f({index}, {ops::sum(x)}, {.givens = {{x, ops::slice_between(data, index * 2, (index + 1) * 2)}}});
  CHECK(f(Tensor(std::int64_t{1}))[0].item<float>() == 4 + 5 + 6 + 7);
  CHECK(f(Tensor(std::int64_t{2}))[0].item<float>() == 8 + 9);
}

TEST_CASE("a mask that is computed takes the elements where it is true", "[ops][indexing]") {
  const Symbol x = placeholder({None, None}, DType::Float64, "x");
  const Symbol large = ops::get_item(x, {x > 2});
  const Symbol rows = ops::get_item(x, {ops::sum(x, 1) > 4});
  const Function f(x, {large, rows, gradients(ops::sum(ops::square(large)), x)[0]});
  const TensorList values = f(Tensor{{1, 5, 0}, {3, 0, 0}, {2, 2, 2}}.astype(DType::Float64));
  CHECK(numbers(values[0]) == std::vector<double>{5, 3});
  CHECK(values[1].shape() == Shape{2, 3});
  CHECK(numbers(values[1]) == std::vector<double>{1, 5, 0, 2, 2, 2});
  CHECK(numbers(values[2]) == std::vector<double>{0, 10, 0, 6, 0, 0, 0, 0, 0});
  CHECK(f(zeros({2, 3}, DType::Float64))[0].shape() == Shape{0});
}

TEST_CASE("bounds that are no integer scalars are refused", "[ops][indexing]") {
  const Symbol x = placeholder({None}), a = number("a");
  CHECK_THROWS_WITH(ops::slice_between(x, placeholder({})), ContainsSubstring("expected an integer as bound"));
  CHECK_THROWS_WITH(ops::slice_between(x, placeholder({2}, DType::Int32)), ContainsSubstring("expected a scalar"));
  CHECK_THROWS_WITH(ops::slice_between(x, a, {}, {.step = 0}), ContainsSubstring("the step is zero"));
}

}  // namespace kerascpp::test
