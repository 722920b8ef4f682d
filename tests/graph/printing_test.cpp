#include <kerascpp/backend.hpp>
#include <kerascpp/core/error.hpp>
#include <kerascpp/core/random.hpp>
#include <kerascpp/graph/printing.hpp>

#include "support/catch.hpp"

namespace kerascpp::test {
namespace {

namespace K = backend;

int count(const std::string& text, const std::string& part) {
  int found = 0;
  for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + part.size())) ++found;
  return found;
}

}  // namespace

// the texts are those that the Theano tutorial prints for the same expressions
TEST_CASE("formulas are printed as Theano prints them", "[graph][printing]") {
  const Symbol x = K::dscalar("x"), y = K::dscalar("y");
  CHECK(pp(x + y) == "(x + y)");
  CHECK(pp(x * y - x / y) == "((x * y) - (x / y))");
  CHECK(pp(K::pow(x, y)) == "(x ** y)");
  CHECK(pp(-x) == "(-x)");
  CHECK(pp(x > y) == "gt(x, y)");
  CHECK(pp(1 / (1 + K::exp(-x))) == "(TensorConstant{1.0} / (TensorConstant{1.0} + exp((-x))))");
  const Symbol m = K::dmatrix("m"), v = K::dmatrix("v");
  CHECK(pp(K::dot(m, v)) == "(m \\dot v)");
  CHECK(pp(K::sum(m, 0)) == "sum{0}(m)");
  CHECK(pp(K::sigmoid(K::dscalar())) == "sigmoid(<TensorType(float64, scalar)>)");
}

TEST_CASE("types are printed and compared", "[graph][printing]") {
  CHECK(to_string(K::dmatrix("x").type()) == "TensorType(float64, matrix)");
  CHECK(to_string(K::iscalar().type()) == "TensorType(int32, scalar)");
  CHECK(to_string(K::fvector().type()) == "TensorType(float32, vector)");
  CHECK(to_string(K::drow().type()) == "TensorType(float64, row)");
  CHECK(to_string(K::dcol().type()) == "TensorType(float64, col)");
  CHECK(to_string(K::ftensor4().type()) == "TensorType(float32, 4D)");
  CHECK(to_string(placeholder({1, None, 2}).type()) == "TensorType(float32, (True, False, False))");
  CHECK(K::dmatrix("a").type() == K::dmatrix("b").type());
  CHECK(!(K::dmatrix("a").type() == K::drow("b").type()));
}

TEST_CASE("debugprint shows what reads what", "[graph][printing]") {
  const Symbol x = K::dscalar("x"), y = K::dscalar("y");
  const Symbol sum = x + y;
  CHECK(debugprint(sum * sum) ==
        "multiply [id A] ''\n"
        " |add [id B] ''\n"
        " | |x [id C]\n"
        " | |y [id D]\n"
        " |add [id B] ''\n");
  CHECK(debugprint(sum * sum, {.depth = 2, .ids = "int"}) == "multiply [id 0] ''\n |add [id 1] ''\n |add [id 1] ''\n");
  CHECK(debugprint(-x, {.print_type = true, .ids = ""}) ==
        "negative <TensorType(float64, scalar)> ''\n |x <TensorType(float64, scalar)>\n");
  CHECK_THROWS_WITH(debugprint(x, {.ids = "roman"}), ContainsSubstring("ids \"roman\" is none of"));
  // more than 26 nodes, and a graph deeper than a stack of calls
  Symbol chain = x;
  for (int i = 0; i < 20000; ++i) chain = K::sin(chain);
  const std::string text = debugprint(chain, {.depth = 30});
  CHECK(count(text, "\n") == 30);
  CHECK(count(text, "[id BA]") == 1);
}

TEST_CASE("debugprint of a function shows what runs, and in which order", "[graph][printing]") {
  const Symbol x = placeholder({3}, DType::Float32, "x");
  const Function fused(x, K::exp(x) * 2 + 1), plain(x, K::exp(x) * 2 + 1, {.excluding = {"fuse"}});
  CHECK(debugprint(fused) == "fused [id A] ''   0\n |x [id B]\n");
  const std::string text = debugprint(plain);
  CHECK_THAT(text, ContainsSubstring("add [id A] ''   2") && ContainsSubstring(" |multiply [id B] ''   1") &&
                       ContainsSubstring(" | |exp [id C] ''   0") && ContainsSubstring(" | | |x [id D]\n"));
  const Variable w = K::shared(Tensor{1.0f, 2.0f, 3.0f}, "w");
  const Function updating(x, x * w, {.updates = {{w, w + 1}}});
  CHECK_THAT(debugprint(updating), ContainsSubstring("update of w\n"));
  const Symbol any = K::fvector("any");
  const Function unknown(any, any + 1);
  CHECK_THAT(debugprint(unknown), ContainsSubstring("add [id A]"));
  CHECK_THAT(debugprint(unknown, {.input_shapes = {{4}}}), ContainsSubstring("[id A]"));
  CHECK_THROWS_WITH(debugprint(unknown, {.input_shapes = {{4, 4}}}), ContainsSubstring("expected shape"));
}

TEST_CASE("graphs are drawn in the DOT language", "[graph][printing]") {
  const Symbol x = K::fmatrix("x \"quoted\"");
  const Variable w = K::shared(zeros({3, 2}), "w");
  const Symbol y = K::tanh(K::dot(x, w)) * 2;
  const std::string dot = to_dot(y);
  CHECK(count(dot, "shape = box") == 3);          // dot, tanh, multiply
  CHECK(count(dot, "shape = ellipse") == 3 + 1);  // x, w, 2 and the output
  CHECK(count(dot, " -> ") == 5 + 1);
  CHECK_THAT(dot, ContainsSubstring("x \\\"quoted\\\"") && ContainsSubstring("float32 (None, 2)"));
  CHECK(count(to_dot(y, {.short_names = true}), "float32") == 0);
  const Function f(x, y, {.updates = {{w, w + 1}}});
  CHECK_THAT(to_dot(f), ContainsSubstring("update of w"));
}

}  // namespace kerascpp::test
