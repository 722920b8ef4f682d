// Names of Theano: typed placeholders, types, shapes, values.

#include <kerascpp/kerascpp.hpp>

#include "support/catch.hpp"
#include "support/message_of.hpp"

namespace kerascpp::test {
namespace {

std::string type_text(const Operand& x) { return to_string(K::type(x)); }

}  // namespace

TEST_CASE("the letter of a placeholder is its dtype, the word its dimensions", "[backend][theano]") {
  struct Row {
    const K::TypedPlaceholder* kinds[7];
    const char* dtype;
  };
  const Row rows[] = {
      {{&K::bscalar, &K::bvector, &K::bmatrix, &K::brow, &K::bcol, &K::btensor3, &K::btensor4}, "int8"},
      {{&K::wscalar, &K::wvector, &K::wmatrix, &K::wrow, &K::wcol, &K::wtensor3, &K::wtensor4}, "int16"},
      {{&K::iscalar, &K::ivector, &K::imatrix, &K::irow, &K::icol, &K::itensor3, &K::itensor4}, "int32"},
      {{&K::lscalar, &K::lvector, &K::lmatrix, &K::lrow, &K::lcol, &K::ltensor3, &K::ltensor4}, "int64"},
      {{&K::fscalar, &K::fvector, &K::fmatrix, &K::frow, &K::fcol, &K::ftensor3, &K::ftensor4}, "float32"},
      {{&K::dscalar, &K::dvector, &K::dmatrix, &K::drow, &K::dcol, &K::dtensor3, &K::dtensor4}, "float64"},
      {{&K::cscalar, &K::cvector, &K::cmatrix, &K::crow, &K::ccol, &K::ctensor3, &K::ctensor4}, "complex64"},
      {{&K::zscalar, &K::zvector, &K::zmatrix, &K::zrow, &K::zcol, &K::ztensor3, &K::ztensor4}, "complex128"},
      {{&K::scalar, &K::vector, &K::matrix, &K::row, &K::col, &K::tensor3, &K::tensor4}, "float32"},
  };
  const char* const dimensions[] = {"scalar", "vector", "matrix", "row", "col", "3D", "4D"};
  const Shape shapes[] = {{}, {None}, {None, None}, {1, None}, {None, 1}, {None, None, None}, {None, None, None, None}};
  for (const Row& row : rows)
    for (std::size_t k = 0; k < 7; ++k) {
      const Symbol x = (*row.kinds[k])("x");
      CHECK(type_text(x) == std::string("TensorType(") + row.dtype + ", " + dimensions[k] + ")");
      CHECK(x.shape() == shapes[k]);
      CHECK(x.name() == "x");
    }
  set_floatx("float64");
  CHECK(type_text(K::matrix()) == "TensorType(float64, matrix)");
  set_floatx("float32");
}

TEST_CASE("plural forms make several placeholders at once", "[backend][theano]") {
  const auto [x, y] = K::dmatrices("x", "y");
  const auto [a, b, c] = K::fscalars.of<3>();
  CHECK(type_text(x) == "TensorType(float64, matrix)");
  CHECK(y.name() == "y");
  CHECK_FALSE(a.is(b));
  CHECK(type_text(c) == "TensorType(float32, scalar)");
  const auto [u] = K::ivectors("u");
  CHECK(type_text(u) == "TensorType(int32, vector)");
}

TEST_CASE("types print as Theano's and compare", "[backend][theano]") {
  CHECK(type_text(K::placeholder({1, None, 3})) == "TensorType(float32, (True, False, False))");
  CHECK(type_text(K::placeholder({1})) == "TensorType(float32, (True,))");
  CHECK(type_text(Variable(zeros({2, 3}))) == "TensorType(float32, matrix)");
  CHECK(type_text(K::dmatrix() + K::drow()) == "TensorType(float64, matrix)");
  CHECK(K::type(K::dvector("a")) == K::type(K::dvector("b")));
  CHECK_FALSE(K::type(K::dvector("a")) == K::type(K::fvector("a")));
}

TEST_CASE("dimshuffle permutes, adds and drops dimensions", "[backend][theano]") {
  const Symbol x = K::placeholder({2, 1, 3});
  CHECK(K::dimshuffle(x, {2, "x", 0, 1}).shape() == Shape{3, 1, 2, 1});
  CHECK(K::dimshuffle(x, {2, 0}).shape() == Shape{3, 2});
  CHECK(K::dimshuffle(x, {"x", 0, 2}).shape() == Shape{1, 2, 3});
  const Function f(x, K::dimshuffle(x, {2, "x", 0}));
  CHECK(allclose(f(Tensor{{{1.0, 2.0, 3.0}}, {{4.0, 5.0, 6.0}}}), Tensor{{{1.0, 4.0}}, {{2.0, 5.0}}, {{3.0, 6.0}}}));
  CHECK_THAT(message_of<ShapeError>([&] {
               (void)K::dimshuffle(x, {0, 1});
             }),
             ContainsSubstring("float32 (2, 1, 3) is left out"));
  CHECK_THAT(message_of<ValueError>([&] {
               (void)K::dimshuffle(x, {0, 0, 1, 2});
             }),
             ContainsSubstring("dimension 0 comes twice"));
  CHECK_THAT(message_of<ValueError>([&] { (void)K::dimshuffle(x, {3}); }), ContainsSubstring("no dimension 3"));
  CHECK_THAT(message_of<ValueError>([&] { (void)K::dimshuffle(x, {"y"}); }), ContainsSubstring("received \"y\""));
}

TEST_CASE("comparisons, alloc and fill under Theano's names", "[backend][theano]") {
  const Tensor a{1.0, 2.0, 3.0}, b{2.0, 2.0, 2.0};
  CHECK(identical(K::lt(a, b), Tensor{true, false, false}));
  CHECK(identical(K::le(a, b), Tensor{true, true, false}));
  CHECK(identical(K::gt(a, b), Tensor{false, false, true}));
  CHECK(identical(K::ge(a, b), Tensor{false, true, true}));
  CHECK(identical(K::eq(a, b), Tensor{false, true, false}));
  CHECK(identical(K::neq(a, b), Tensor{true, false, true}));
  CHECK(allclose(K::eval(K::alloc(Tensor{1.0, 2.0}, {3, 2})), Tensor{{1.0, 2.0}, {1.0, 2.0}, {1.0, 2.0}}));
  const Symbol x = K::matrix("x");
  CHECK(allclose(K::eval(K::fill(x, 7), {{x, zeros({2, 1})}}), Tensor{{7.0}, {7.0}}));
}

TEST_CASE("specify_shape makes a shape known and checks it when the function runs", "[backend][theano]") {
  const Symbol x = K::matrix("x"), known = K::specify_shape(x, {2, None});
  CHECK(known.shape() == Shape{2, None});
  const Function f(x, known * 2);
  CHECK(allclose(f(ones({2, 3})), full({2, 3}, 2)));
  CHECK_THAT(message_of<ShapeError>([&] {
               (void)f(ones({3, 2}));
             }),
             ContainsSubstring("shape (2, None) is asked for, received (3, 2)"));
}

TEST_CASE("the shape of an expression is known without evaluating it", "[backend][theano]") {
  const Symbol x = K::matrix("x"), y = K::matrix("y");
  const Function f({x, y}, K::shape(K::dot(x, y)));
  const std::string plan = f.describe({Shape{2, 3}, Shape{3, 4}});
  INFO(plan);
  CHECK(plan.find("matmul") == std::string::npos);
  CHECK(identical(f(ones({2, 3}), ones({3, 4}))[0], Tensor{2, 4}.astype(DType::Int32)));
}

TEST_CASE("eval computes an expression for given values", "[backend][theano]") {
  const auto [x, y] = K::dscalars("x", "y");
  CHECK(K::eval(x + y, {{x, 16.3}, {y, 12.1}}).item<double>() == Approx(28.4));
  const Variable w(Tensor{1.0, 2.0}, "w");
  CHECK(allclose(K::eval(w * 2), Tensor{2.0, 4.0}));
  CHECK_THAT(message_of<ValueError>([&x = x, &y = y] { (void)K::eval(x + y, {{x, 1.0}}); }), ContainsSubstring("y"));
  CHECK_THAT(message_of<ShapeError>([&x = x] {
               (void)K::eval(x, {{x, Tensor{1.0, 2.0}}});
             }),
             ContainsSubstring("received a value of shape (2,)"));
}

TEST_CASE("values are borrowed without a copy where that is asked for", "[backend][theano]") {
  const Variable w(Tensor{1.0, 2.0}, "w");
  Tensor copied = w.get_value(), borrowed = K::get_value(w, {.borrow = true});
  copied.data<float>()[0] = 7;
  CHECK(w.get_value().to_vector<double>()[0] == 1);
  borrowed.data<float>()[0] = 8;
  CHECK(w.get_value().to_vector<double>()[0] == 8);
  Tensor given = Tensor{3.0, 4.0}.astype(DType::Float32);
  K::set_value(w, given, {.borrow = true});
  given.data<float>()[1] = 5;
  CHECK(w.get_value().to_vector<double>() == std::vector<double>{3, 5});
  K::set_value(w, given, {});
  given.data<float>()[1] = 6;
  CHECK(w.get_value().to_vector<double>() == std::vector<double>{3, 5});
  CHECK_THAT(message_of<ShapeError>([&] { K::set_value(w, zeros({3}), {.borrow = true}); }),
             ContainsSubstring("received a value of shape (3,)"));
}

TEST_CASE("convolutions with kernels of unknown size equal those of known size", "[backend][theano]") {
  for (const Shape& kernel_shape : {Shape{1, 1}, Shape{2, 3}, Shape{3, 2}, Shape{4, 5}}) {
    const Tensor x = random_normal({6, 5}), k = random_normal(kernel_shape);
    const Symbol a = K::matrix(), b = K::matrix(), c = K::placeholder({6, 5}), d = K::placeholder(kernel_shape);
    for (const char* mode : {"full", "same", "valid"}) {
      CAPTURE(mode, kernel_shape);
      const Tensor expected = K::function({c, d}, K::convolve(c, d, mode))(x, k);
      CHECK(allclose(K::function({a, b}, K::convolve(a, b, mode))(x, k), expected, 1e-5, 1e-5));
    }
    for (const char* mode : {"full", "half", "valid"}) {
      CAPTURE(mode, kernel_shape);
      const auto convolved = [&](const Symbol& image, const Symbol& filter) {
        return K::nnet::conv2d(K::dimshuffle(image, {"x", "x", 0, 1}), K::dimshuffle(filter, {"x", "x", 0, 1}),
                               {.border_mode = mode});
      };
      const Tensor expected = K::function({c, d}, convolved(c, d))(x, k);
      CHECK(allclose(K::function({a, b}, convolved(a, b))(x, k), expected, 1e-5, 1e-5));
    }
    const Tensor full = K::function({c, d}, K::convolve(c, d, "full"))(x, k);
    CHECK(allclose(K::function({a, b}, K::signal::conv2d(a, b, {.border_mode = "full"}))(x, k), full, 1e-5, 1e-5));
  }
  const Symbol v = K::dvector(), w = K::dvector();
  const Tensor line = K::function({v, w}, K::convolve(v, w, "same"))(Tensor{1, 2, 3, 4}, Tensor{0, 1, 0.5});
  CHECK(line.to_vector<double>() == std::vector<double>{1, 2.5, 4, 5.5});  // numpy.convolve
}

TEST_CASE("Theano's convolutions say what does not fit", "[backend][theano]") {
  const Symbol x = K::tensor4(), w = K::tensor4();
  CHECK_THAT(message_of<ValueError>([&] { (void)K::nnet::conv2d(x, w, {.border_mode = "same"}); }),
             ContainsSubstring("border_mode \"same\" is none of valid, full, half"));
  const Symbol image = K::placeholder({2, 3, 6, 5});
  CHECK_THAT(message_of<ShapeError>([&] {
               const Shape other{2, 4, 6, 5};
               (void)K::nnet::conv2d(image, w, {.input_shape = other});
             }),
             ContainsSubstring("[specify_shape] shape (2, 4, 6, 5) is asked for, received (2, 3, 6, 5)"));
  CHECK_THAT(message_of<ShapeError>([&] { (void)K::signal::conv2d(image, image); }),
             ContainsSubstring("expected an input (H, W) or (B, H, W)"));
}

}  // namespace kerascpp::test
