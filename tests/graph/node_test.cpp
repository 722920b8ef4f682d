#include <kerascpp/core/error.hpp>
#include <kerascpp/graph/graph.hpp>
#include <kerascpp/graph/node.hpp>
#include <kerascpp/graph/variable.hpp>
#include <kerascpp/ops.hpp>

#include "support/catch.hpp"

namespace kerascpp::test {

TEST_CASE("a node tells its operation, inputs, attributes and outputs", "[graph][core]") {
  const Symbol x = placeholder({2, 3}, DType::Float32, "x");
  const Symbol y = ops::sum(x, {1}, true);
  CHECK(y.node()->op().name == "sum");
  CHECK(y.node()->input(0).is(x));
  CHECK(y.node()->attributes().integers("axis") == std::vector<std::int64_t>{1});
  CHECK(y.node()->attributes().flag("keepdims"));
  CHECK(y.spec() == TensorSpec{DType::Float32, {2, 1}});
  CHECK(y.node()->id() > x.node()->id());
  CHECK(x.name() == "x");
  CHECK(y.name() == "sum_" + std::to_string(y.node()->id()));
  CHECK(to_string(y) == y.name() + " float32 (2, 1)");
}

TEST_CASE("nodes remember the line and the scope in which they were made", "[graph][core]") {
  const Symbol x = placeholder({2});
  const int line = __LINE__ + 1;
  const Symbol y = ops::exp(x);
  CHECK(y.node()->site().line == line);
  CHECK_THAT(y.node()->site().file, ContainsSubstring("node_test.cpp"));
  const int composed_line = __LINE__ + 1;
  const Symbol composed = ops::gelu(x);
  CHECK(composed.node()->site().line == composed_line);
  const ScopeGuard outer("model"), inner("dense_1");
  CHECK(ops::exp(x).node()->scope() == "model/dense_1");
}

TEST_CASE("an error names the operation, the shapes and the user's line", "[graph][core]") {
  const Symbol a = placeholder({2, 3}), b = placeholder({4, 5});
  const ScopeGuard scope("model/dense_1");
  int line = 0;
  try {
    line = __LINE__ + 1;
    (void)ops::matmul(a, b);
    FAIL_CHECK("nothing was thrown");
  } catch (const ShapeError& error) {
    CHECK_THAT(error.what(), ContainsSubstring("[matmul] cannot multiply shapes (2, 3) and (4, 5)"));
    CHECK_THAT(error.what(), ContainsSubstring("node_test.cpp:" + std::to_string(line)));
    CHECK_THAT(error.what(), ContainsSubstring("while making op \"matmul\" on float32 (2, 3), float32 (4, 5)"));
    CHECK_THAT(error.what(), ContainsSubstring("in layer \"model/dense_1\""));
  }
}

TEST_CASE("an error of a composed operation names the user's line once", "[graph][core]") {
  const Symbol a = placeholder({2, 3});
  try {
    (void)ops::softmax(a, 7);
    FAIL_CHECK("nothing was thrown");
  } catch (const Error& error) {
    const std::string text = error.what();
    const std::size_t first = text.find("node_test.cpp:");
    CHECK(first != std::string::npos);
    CHECK(text.find("node_test.cpp:", first + 1) == std::string::npos);
    CHECK(text.find("softmax.cpp") == std::string::npos);
  }
  // and later errors are not said to be there
  CHECK(std::string(Error("plain").what()) == "plain");
}

TEST_CASE("variables are leaves that share their value", "[graph][core]") {
  Variable w(Tensor{1.0, 2.0}, "w");
  const Variable same = w;
  w.set_value(Tensor{3.0, 4.0});
  CHECK(allclose(same.get_value(), Tensor{3.0, 4.0}));
  CHECK(same.symbol().is(w.symbol()));
  CHECK(variable_of(w.symbol()).is(w));
  CHECK_FALSE(variable_of(ops::exp(w)).defined());
  Tensor value = w.get_value();
  value.data<float>()[0] = 9;
  CHECK(allclose(w.get_value(), Tensor{3.0, 4.0}));  // a copy
  try {
    w.set_value(zeros({3}));
    FAIL_CHECK("nothing was thrown");
  } catch (const ShapeError& error) {
    CHECK_THAT(error.what(), ContainsSubstring("variable \"w\" has shape (2,), received a value of shape (3,)"));
  }
}

TEST_CASE("a graph lists its nodes with inputs before users", "[graph][core]") {
  const Symbol x = placeholder({2}, DType::Float32, "x");
  const Symbol y = ops::exp(x), z = y * x;
  Graph graph;
  graph.inputs = {x};
  graph.outputs = {z};
  CHECK(to_string(graph) ==
        "%0 = placeholder() \"x\" : float32 (2,)\n"
        "%1 = exp(%0) : float32 (2,)\n"
        "%2 = multiply(%1, %0) : float32 (2,)\n"
        "return %2\n");
}

TEST_CASE("symbols are substituted", "[graph][core]") {
  const Symbol x = placeholder({2}), y = placeholder({2});
  const Symbol changed = substitute(ops::exp(x) * x, {{x, y}});
  CHECK(changed.node()->input(1).is(y));
  CHECK(changed.node()->input(0).node()->input(0).is(y));
}

TEST_CASE("attributes are compared by value and found by key", "[graph][core]") {
  const Attributes a{{"axis", std::int64_t{1}}, {"value", Tensor{1.0, 2.0}}};
  const Attributes same{{"value", Tensor{1.0, 2.0}}, {"axis", std::int64_t{1}}};
  const Attributes other{{"axis", std::int64_t{1}}, {"value", Tensor{1.0, 3.0}}};
  CHECK(a == same);
  CHECK(hash_of(a) == hash_of(same));
  CHECK_FALSE(a == other);
  CHECK(a.get_or("missing", std::int64_t{5}) == 5);
  CHECK(
      to_string(Attributes{{"rate", 2.0}, {"axes", std::vector<std::int64_t>{1, 2}}, {"mode", std::string("same")}}) ==
      "rate=2.0, axes=[1, 2], mode=\"same\"");
  try {
    (void)a.text("axis");
    FAIL_CHECK("nothing was thrown");
  } catch (const LookupError& error) {
    CHECK_THAT(error.what(), ContainsSubstring("attribute \"axis\" is not of the type asked for"));
  }
}

}  // namespace kerascpp::test
