#include <kerascpp/core/error.hpp>
#include <kerascpp/graph/function.hpp>
#include <kerascpp/graph/graph.hpp>
#include <kerascpp/graph/node.hpp>
#include <kerascpp/ops.hpp>

#include "support/catch.hpp"
#include "support/message_of.hpp"

namespace kerascpp::test {
TEST_CASE("a function computes several outputs and converts to a tensor when it has one", "[graph][core]") {
  const Symbol x = placeholder({None}), y = placeholder({None});
  const Function both({x, y}, {x + y, x * y});
  const TensorList results = both(Tensor{1, 2}, Tensor{3, 4});
  CHECK(results.size() == 2);
  CHECK(allclose(results[0], Tensor{4.0, 6.0}));
  CHECK(allclose(results[1], Tensor{3.0, 8.0}));
  const Tensor sum = Function({x, y}, x + y)(Tensor{1, 2}, Tensor{3, 4});
  CHECK(allclose(sum, Tensor{4.0, 6.0}));
  CHECK_THAT(message_of<ValueError>([&] { (void)results.single(); }), ContainsSubstring("2"));
}

TEST_CASE("updates are made together, after the outputs", "[graph][core]") {
  const Variable a(Tensor(1.0), "a"), b(Tensor(2.0), "b");
  const Function exchange({}, {a.symbol(), b.symbol()}, {.updates = {{a, b}, {b, a}}});
  const TensorList old_values = exchange();
  CHECK(old_values[0].item<double>() == 1);
  CHECK(old_values[1].item<double>() == 2);
  CHECK(a.get_value().item<double>() == 2);
  CHECK(b.get_value().item<double>() == 1);
  for (int i = 0; i < 5; ++i) (void)exchange();
  CHECK(a.get_value().item<double>() == 1);
}

TEST_CASE("updates that read each other use old values", "[graph][core]") {
  const Variable position(Tensor{1.0, 10.0}, "position"), speed(Tensor{2.0, 3.0}, "speed");
  const Function step({}, {}, {.updates = {{position, position + speed}, {speed, speed - position * 0.5}}});
  (void)step();
  CHECK(allclose(position.get_value(), Tensor{3.0, 13.0}));
  CHECK(allclose(speed.get_value(), Tensor{1.5, -2.0}));
}

TEST_CASE("givens replace symbols", "[graph][core]") {
  const Symbol x = placeholder({2}, DType::Float32, "x"), y = placeholder({2}, DType::Float32, "y");
  const Variable w(Tensor{5.0, 6.0}, "w");
  const Function function({x}, {x * y}, {.givens = {{y, w}}});
  CHECK(allclose(function(Tensor{1.0, 2.0}), Tensor{5.0, 12.0}));
  const Symbol inner = ops::exp(x);
  const Function cut({x}, {inner + 1}, {.givens = {{inner, x * 3}}});
  CHECK(allclose(cut(Tensor{1.0, 2.0}), Tensor{4.0, 7.0}));
}

TEST_CASE("inputs are given by position, by name, or by their default", "[graph][core]") {
  const Symbol x = placeholder({}, DType::Float32, "x"), y = placeholder({}, DType::Float32, "y");
  const Function function({x, y}, {x * 10 + y});
  CHECK(function(TensorList{1.0, 2.0}).item<double>() == 12);
  CHECK(function(TensorList{1.0}, Dict{{"y", 3}}).item<double>() == 13);
  CHECK(function(TensorList{}, Dict{{"y", 3}, {"x", 2}}).item<double>() == 23);
  CHECK_THAT(message_of<ValueError>([&] { (void)function(TensorList{1.0}); }),
             ContainsSubstring("input 1 (\"y\") float32 () is missing; received 1 of 2 inputs"));
  CHECK_THAT(message_of<ValueError>([&] {
               (void)function(TensorList{1.0}, Dict{{"x", 3}});
             }),
             ContainsSubstring("input 0 (\"x\") is given twice"));
  CHECK_THAT(message_of<LookupError>([&] {
               (void)function(TensorList{1.0}, Dict{{"z", 3}});
             }),
             ContainsSubstring("no input named \"z\""));
  CHECK_THAT(message_of<ValueError>([&] {
               (void)function(TensorList{1.0, 2.0, 3.0});
             }),
             ContainsSubstring("takes 2 inputs, received 3"));
}

TEST_CASE("wrong inputs are refused with what was expected and received", "[graph][core]") {
  const Symbol x = placeholder({None, 3}, DType::Float32, "x");
  const Function function(x, x * 2);
  CHECK_THAT(message_of<ShapeError>([&] {
               (void)function(zeros({2, 4}));
             }),
             ContainsSubstring("input 0 (\"x\") expected shape (None, 3), received (2, 4)"));
  const Function strict(x, x * 2, {.allow_input_downcast = false});
  CHECK_THAT(message_of<DTypeError>([&] {
               (void)strict(zeros({2, 3}, DType::Float64));
             }),
             ContainsSubstring("expected float32, received float64, which may lose values"));
  CHECK(function(zeros({2, 3}, DType::Float64)).single().dtype() == DType::Float32);
  CHECK(strict(zeros({2, 3}, DType::Int8)).single().dtype() == DType::Float32);
}

TEST_CASE("what cannot be compiled is refused when the function is made", "[graph][core]") {
  const Symbol x = placeholder({2}, DType::Float32, "x"), y = placeholder({2}, DType::Float32, "y");
  const Variable w(zeros({2}), "w");
  CHECK_THAT(message_of<ValueError>([&] { Function(x, x + y); }), ContainsSubstring("depends on the placeholder y"));
  CHECK_THAT(message_of<ValueError>([&] {
               Function({x, w}, x + w);
             }),
             ContainsSubstring("to replace its value use givens"));
  CHECK_THAT(message_of<ValueError>([&] { Function(x + 1, x); }), ContainsSubstring("expected placeholders as inputs"));
  CHECK_THAT(message_of<ValueError>([&] {
               Function({x, y}, x, {.on_unused_input = "raise"});
             }),
             ContainsSubstring("input 1 (\"y\") is not used by outputs or updates"));
  CHECK_THAT(message_of<ValueError>([&] { Function(x, x, {.mode = "warp"}); }),
             ContainsSubstring("\"warp\" is none of"));
  CHECK_THAT(message_of<ValueError>([&] {
               Function(x, x, {.updates = {{w, w + 1}, {w, w * 2}}});
             }),
             ContainsSubstring("variable \"w\" has two updates"));
  CHECK_THAT(message_of<ShapeError>([&] {
               Function(x, x, {.updates = {{w, ops::zeros({3})}}});
             }),
             ContainsSubstring("variable \"w\" of shape (2,) cannot be updated to a value of shape (3,)"));
}

TEST_CASE("run writes into memory of the caller and checks it", "[graph][core]") {
  const Symbol x = placeholder({None, 2});
  const Function function(x, {x + 1, ops::sum(x)});
  const Tensor input{{1.0, 2.0}, {3.0, 4.0}};
  Tensor outputs[] = {Tensor::empty({2, 2}), Tensor::empty({})};
  function.run(&input, 1, outputs, 2);
  CHECK(allclose(outputs[0], Tensor{{2.0, 3.0}, {4.0, 5.0}}));
  CHECK(outputs[1].item<double>() == 10);
  CHECK_THAT(message_of<ValueError>([&] { function.run(&input, 1, outputs, 1); }),
             ContainsSubstring("gives 2 outputs, received memory for 1"));
  Tensor wrong[] = {Tensor::empty({2, 3}), Tensor::empty({})};
  CHECK_THAT(message_of<ShapeError>([&] { function.run(&input, 1, wrong, 2); }),
             ContainsSubstring("output 0 has shape (2, 2), received memory of shape (2, 3)"));
  Tensor other[] = {Tensor::empty({2, 2}, DType::Float64), Tensor::empty({})};
  CHECK_THAT(message_of<DTypeError>([&] { function.run(&input, 1, other, 2); }),
             ContainsSubstring("output 0 is float32, received memory of float64"));
}

TEST_CASE("a plan is made once per shape", "[graph][core]") {
  const Symbol x = placeholder({None});
  const Function function(x, ops::exp(x));
  for (const std::int64_t length : {3, 5, 3, 5, 3}) (void)function(zeros({length}));
  CHECK(function.counters().plans == 2);
  CHECK(function.counters().calls == 5);
  for (std::int64_t length = 1; length < 200; ++length) (void)function(zeros({length}));
  CHECK(function.counters().plans <= 2 + 200);
  CHECK(allclose(function(Tensor{0.0}), Tensor{1.0}));
}

TEST_CASE("an output may be an input, a constant, a variable or given twice", "[graph][core]") {
  const Symbol x = placeholder({2});
  const Variable w(Tensor{7.0, 8.0}, "w");
  const Symbol y = x * 2;
  const TensorList results = Function(x, {x, constant(Tensor{5}), w.symbol(), y, y})(Tensor{1.0, 2.0});
  CHECK(allclose(results[0], Tensor{1.0, 2.0}));
  CHECK(allclose(results[1], Tensor{5}));
  CHECK(allclose(results[2], Tensor{7.0, 8.0}));
  CHECK(identical(results[3], results[4]));
}

TEST_CASE("empty arrays go through functions", "[graph][core]") {
  const Symbol x = placeholder({None, 3});
  const Function function(x, {ops::exp(x) + 1, ops::sum(x, 0), ops::transpose(x)});
  const TensorList results = function(zeros({0, 3}));
  CHECK(results[0].shape() == Shape{0, 3});
  CHECK(allclose(results[1], zeros({3})));
  CHECK(results[2].shape() == Shape{3, 0});
}

TEST_CASE("deep graphs are compiled and released without recursion", "[graph][core]") {
  const Symbol x = placeholder({});
  Symbol y = x;
  for (int i = 0; i < 20000; ++i) y = y + x;
  const Function function(x, y, {.excluding = {"fuse"}});
  CHECK(function(TensorList{1.0}).item<double>() == 20001);
}

TEST_CASE("what functions compute is part of them", "[graph][core]") {
  const Symbol x = placeholder({2}, DType::Float32, "x");
  const Function function(x, x * 2, {.name = "doubled"});
  CHECK(function.graph().inputs.size() == 1);
  CHECK_THAT(to_string(function.graph()), ContainsSubstring("multiply(%0, %1)"));
  CHECK(function.options().name == "doubled");
}

}  // namespace kerascpp::test
