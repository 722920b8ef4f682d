// Functions of theano.tensor, theano.tensor.nnet and theano.tensor.signal; expected values are NumPy's.

#include <array>
#include <span>

#include <kerascpp/kerascpp.hpp>

#include "support/catch.hpp"
#include "support/message_of.hpp"

namespace kerascpp::test {
namespace {

using Numbers = std::vector<double>;

Numbers numbers(const Tensor& x) { return x.astype(DType::Float64).to_vector<double>(); }
Numbers numbers(const Symbol& x) { return numbers(K::eval(x)); }

bool near(const Symbol& x, const Numbers& expected) {
  const Tensor value = K::eval(x);
  return allclose(value.astype(DType::Float64), Tensor(expected).reshape(value.shape()), 1e-6, 1e-7);
}

}  // namespace

TEST_CASE("placeholders take another dtype, as a DType or by name", "[backend][theano]") {
  const Variable state = K::shared(0);
  CHECK(K::scalar("foo", state.dtype()).dtype() == DType::Int32);
  CHECK(K::matrix("m", "int64").dtype() == DType::Int64);
  CHECK(K::cast(K::matrix("m"), "float64").dtype() == DType::Float64);
  CHECK(K::cast(Tensor{1.5}, "int32").dtype() == DType::Int32);
  CHECK(K::variable(Tensor{1, 2}, DType::Float64, "v").dtype() == DType::Float64);
  CHECK_THROWS_AS(K::matrix("m", "int65"), DTypeError);
}

TEST_CASE("more functions of theano.tensor have their names and order", "[backend][theano]") {
  const Tensor x{{1.0, -2.0}, {3.0, 0.5}};
  CHECK(numbers(K::eval(K::sqr(K::as_tensor_variable(x)))) == Numbers{1, 4, 9, 0.25});
  CHECK(numbers(K::sgn(K::constant(x))) == Numbers{1, -1, 1, 1});
  CHECK(numbers(K::inv(K::constant(x))) == Numbers{1, -0.5, 1.0f / 3, 2});
  CHECK(numbers(K::and_(K::constant(Tensor{6, 3}), 2)) == Numbers{2, 2});
  CHECK(numbers(K::or_(K::constant(Tensor{4, 3}), 1)) == Numbers{5, 3});
  CHECK(numbers(K::xor_(K::constant(Tensor{6, 3}), 2)) == Numbers{4, 1});
  CHECK(numbers(K::invert(K::constant(Tensor{6, -1}))) == Numbers{-7, 0});
  CHECK(K::shape_padleft(K::constant(x), 2).shape() == Shape{1, 1, 2, 2});
  CHECK(K::shape_padright(K::constant(x)).shape() == Shape{2, 2, 1});
  CHECK(K::shape_padaxis(K::constant(x), 1).shape() == Shape{2, 1, 2});
  CHECK(numbers(K::join(1, x, Tensor{{7.0}, {8.0}})) == Numbers{1, -2, 7, 3, 0.5, 8});
  const auto [largest, place] = K::max_and_argmax(K::constant(x), 1);
  CHECK(numbers(largest) == Numbers{1, 3});
  CHECK(numbers(place) == Numbers{0, 0});
}

TEST_CASE("batched_dot multiplies item by item", "[backend][theano]") {
  const Symbol a = K::constant(arange(12).reshape({2, 2, 3})), b = K::constant(arange(24).reshape({2, 3, 4}));
  const Tensor both = K::eval(K::batched_dot(a, b));
  CHECK(both.shape() == Shape{2, 2, 4});
  CHECK(numbers(both[1]) == Numbers{344, 365, 386, 407, 488, 518, 548, 578});
  const Symbol rows = K::get_item(a, {Slice(), 0}), columns = K::get_item(b, {Slice(), Slice(), 0});
  CHECK(numbers(K::batched_dot(rows, b)) == Numbers{20, 23, 26, 29, 344, 365, 386, 407});
  CHECK(numbers(K::batched_dot(a, columns)) == Numbers{20, 56, 344, 488});
  CHECK_THROWS_AS(K::batched_dot(K::vector(), b), ShapeError);
}

TEST_CASE("functions of nnet take the output first", "[backend][theano]") {
  CHECK(near(K::nnet::binary_crossentropy(Tensor{0.2, 0.9}, Tensor{0.0, 1.0}), {0.2231435513, 0.1053605157}));
  const Tensor p{{0.7, 0.2, 0.1}, {0.1, 0.3, 0.6}};
  const Numbers expected{0.3566749439, 0.5108256238};
  CHECK(near(K::nnet::categorical_crossentropy(p, Tensor{0, 2}), expected));
  CHECK(near(K::nnet::categorical_crossentropy(p, Tensor{{1.0, 0.0, 0.0}, {0.0, 0.0, 1.0}}), expected));
  const Symbol x = K::constant(Tensor{-4.0, -1.0, 2.0});
  CHECK(near(K::nnet::relu(x), {0, 0, 2}));
  CHECK(near(K::nnet::relu(x, 0.1), {-0.4, -0.1, 2}));
  CHECK(near(K::nnet::hard_sigmoid(x), {0, 0.3, 0.9}));
  CHECK(near(K::nnet::sigmoid(x), {0.0179862100, 0.2689414214, 0.8807970780}));
  CHECK(near(K::nnet::softplus(x), {0.0181499279, 0.3132616875, 2.1269280110}));
  CHECK(near(K::nnet::softmax(x), {0.0023556331, 0.0473141550, 0.9503302119}));
}

TEST_CASE("pool_2d pools the last two axes", "[backend][theano]") {
  const Symbol x = K::constant(Tensor{{1.0, 2.0, 3.0, 4.0, 5.0},
                                      {6.0, 7.0, 8.0, 9.0, 1.0},
                                      {2.0, 3.0, 5.0, -5.0, 6.0},
                                      {7.0, -8.0, 9.0, 1.0, 2.0},
                                      {3.0, 4.0, 5.0, 6.0, -7.0}});
  CHECK(near(K::signal::pool_2d(x, 2, {.ignore_border = true}), {7, 9, 7, 9}));
  CHECK(near(K::signal::pool_2d(x, {2, 2}), {7, 9, 5, 7, 9, 6, 4, 6, -7}));
  CHECK(near(K::signal::pool_2d(x, {3, 2}, {.stride = {2, 1}, .mode = "sum"}), {21, 28, 24, 20, 11, 18, 21, 3}));
  CHECK(near(K::signal::pool_2d(x, {2, 3}, {.mode = "average_exc_pad"}), {4.5, 4.75, 3, 1, 4, -0.5}));
  CHECK(near(K::signal::pool_2d(x, 3, {.ignore_border = true, .stride = 2, .pad = 1, .mode = "average_inc_pad"}),
             {16.0 / 9, 33.0 / 9, 19.0 / 9, 17.0 / 9, 29.0 / 9, 14.0 / 9, 6.0 / 9, 17.0 / 9, 2.0 / 9}));
  CHECK(near(K::signal::pool_2d(x, 3, {.ignore_border = true, .stride = 2, .pad = 1, .mode = "average_exc_pad"}),
             {4, 5.5, 4.75, 17.0 / 6, 29.0 / 9, 14.0 / 6, 1.5, 17.0 / 6, 0.5}));
  const Symbol batch = K::placeholder({None, 3, 5, 5});
  CHECK(K::signal::pool_2d(batch, 2).shape() == Shape{None, 3, 3, 3});
  CHECK_THROWS_WITH(K::signal::pool_2d(x, 2, {.mode = "min"}), ContainsSubstring("is none of max, sum"));
  CHECK_THROWS_WITH(K::signal::pool_2d(x, 2, {.pad = 1}), ContainsSubstring("needs ignore_border"));
}

TEST_CASE("borrowed outputs are given as others are", "[backend][theano]") {
  const auto [x, y] = K::dvectors("x", "y");
  const Function f = K::function({x, K::In(y, {.name = "shift", .value = Tensor{1, 1}})},
                                 {K::Out(x + y, {.borrow = true}), x * 2, K::Out(K::sum(x), {.borrow = false})});
  TensorList first = f(Tensor{1.0, 2.0});
  CHECK(numbers(first[0]) == Numbers{2, 3});
  CHECK(numbers(first[1]) == Numbers{2, 4});
  CHECK(numbers(first[2]) == Numbers{3});
  // a result that is held stays as it is; one that nobody holds any more gives its memory to the next call
  TensorList second = f({Tensor{3.0, 4.0}}, Dict{{"shift", Tensor{10, 10}}});
  CHECK(numbers(second[0]) == Numbers{13, 14});
  CHECK(numbers(first[0]) == Numbers{2, 3});
  const void* const memory = second[0].raw();
  second = {};
  second = f(Tensor{5.0, 6.0});
  CHECK(second[0].raw() == memory);
  CHECK(numbers(second[0]) == Numbers{6, 7});
  // another shape needs other memory
  const Function squares = K::function(x, K::Out(x * x, {.borrow = true}));
  CHECK(numbers(squares(Tensor{1, 2, 3})) == Numbers{1, 4, 9});
  CHECK(numbers(squares(Tensor{4})) == Numbers{16});
  const Function copied = squares.copy();
  CHECK(numbers(copied(Tensor{5})) == Numbers{25});
}

TEST_CASE("borrowed and mutable inputs are read as others are", "[backend][theano]") {
  const auto [x, y] = K::dvectors("x", "y");
  const Function f = K::function({K::In(x, {.borrow = true}),
                                  K::In(y, {.name = "shift", .value = Tensor{1, 1}, .mutable_ = true, .borrow = true})},
                                 K::Out(x + y, {.borrow = true}));
  const Tensor given = Tensor{1.0, 2.0}.astype(DType::Float64);
  CHECK(numbers(f(given)) == Numbers{2, 3});
  CHECK(numbers(f(given, Tensor{0, 5})) == Numbers{1, 7});
  CHECK(numbers(given) == Numbers{1, 2});
}

TEST_CASE("a number given for an input keeps its digits", "[backend][theano]") {
  const auto [x, y] = K::dscalars("x", "y");
  const Symbol z = x + y;
  const Function f = K::function({x, K::In(y, {.value = 12.1})}, z);
  CHECK(f(16.3)[0].item<double>() == 16.3 + 12.1);
  CHECK(f(16.3, 0.2)[0].item<double>() == 16.3 + 0.2);
  CHECK(f(16, 2.5f)[0].item<double>() == 18.5);
  CHECK(K::eval(z, {{x, 16.3}, {y, 12.1}}).item<double>() == 16.3 + 12.1);
  const Symbol i = K::bscalar("i"), s = K::fscalar("s");
  const Function careful = K::function({i, s}, i * s, {.allow_input_downcast = false});
  CHECK(careful(3, 1.5)[0].item<float>() == 4.5f);
  CHECK_THROWS_WITH(careful(300, 1.5), ContainsSubstring("may lose values"));
  CHECK_THROWS_WITH(careful(3, 0.1), ContainsSubstring("may lose values"));
}

TEST_CASE("the result of a loop serves as its outputs", "[backend][theano]") {
  const Symbol x = K::dmatrix("x");
  auto [sums, updates] = K::map([](Symbol row) { return K::sum(row); }, x);
  const Symbol same = K::map([](Symbol row) { return K::sum(row); }, x);
  const Function f = K::function(x, {sums, same});
  const TensorList results = f(Tensor{{1, 2}, {3, 4}});
  CHECK(numbers(results[0]) == Numbers{3, 7});
  CHECK(numbers(results[1]) == Numbers{3, 7});
  CHECK(numbers(K::function(x, K::map([](Symbol row) { return row * 2; }, x))(Tensor{{1, 2}})) == Numbers{2, 4});
}

TEST_CASE("several outputs are printed from a brace list", "[backend][theano]") {
  const Symbol x = K::dvector("x");
  CHECK(K::debugprint({x + 1, x - 1}) == K::debugprint(SymbolList{x + 1, x - 1}));
  CHECK(K::to_dot({x + 1, x - 1}).find("digraph") != std::string::npos);
}

}  // namespace kerascpp::test
