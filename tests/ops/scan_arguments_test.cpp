#include <cmath>
#include <vector>

#include <kerascpp/graph/function.hpp>
#include <kerascpp/ops/operators.hpp>
#include <kerascpp/ops/scan.hpp>

#include "support/catch.hpp"
#include "support/op_checks.hpp"

/// The table of Theano's documentation of scan:
///
///   sequences = [dict(input=Sequence1, taps=[-3, 2, -1]), Sequence2, dict(input=Sequence3, taps=3)]
///   outputs_info = [dict(initial=Output1, taps=[-3, -5]), dict(initial=Output2, taps=None), Output3]
///   non_sequences = [Argument1, Argument2]
///
/// gives fn the arguments
///
///   Sequence1[t-3] Sequence1[t+2] Sequence1[t-1] Sequence2[t] Sequence3[t+3] Output1[t-3] Output1[t-5] Output3[t-1]
///   Argument1 Argument2
namespace kerascpp::test {
namespace {

using Numbers = std::vector<double>;

Numbers wave(std::size_t count, double k) {
  Numbers values;
  for (std::size_t i = 0; i < count; ++i) values.push_back(std::sin(static_cast<double>(i) * 1.7 + k) * 0.8);
  return values;
}

/// Argument i has the weight weights[i], different for each output.
double weight(std::size_t output, std::size_t i) {
  return std::cos(static_cast<double>(3 * output + i) * 1.3) * 0.2 + 0.05 * static_cast<double>(i + 1);
}

Symbol vector(const char* name) { return placeholder({None}, DType::Float64, name); }
Symbol scalar(const char* name) { return placeholder({}, DType::Float64, name); }

}  // namespace

TEST_CASE("arguments reach the body of a loop in the order of Theano's table", "[ops][scan]") {
  const Symbol sequence1 = vector("Sequence1"), sequence2 = vector("Sequence2"), sequence3 = vector("Sequence3");
  const Symbol output1 = vector("Output1"), output3 = scalar("Output3");
  const Symbol argument1 = scalar("Argument1"), argument2 = scalar("Argument2");
  const auto body = [](const SymbolList& arguments) -> SymbolList {
    REQUIRE(arguments.size() == 10);
    std::vector<Symbol> outputs;
    for (std::size_t o = 0; o < 3; ++o) {
      Symbol sum;
      for (std::size_t i = 0; i < arguments.size(); ++i) {
        const Symbol term = arguments[i] * weight(o, i);
        sum = sum.defined() ? sum + term : term;
      }
      outputs.push_back(sum);
    }
    return outputs;
  };
  const SymbolList outputs = scan(body, {.sequences = {SequenceTaps{.input = sequence1, .taps = {-3, 2, -1}}, sequence2,
                                                       SequenceTaps{.input = sequence3, .taps = 3}},
                                         .outputs_info = {OutputTaps{.initial = output1, .taps = {-3, -5}},
                                                          OutputTaps{.initial = output3, .taps = {}}, output3},
                                         .non_sequences = {argument1, argument2}})
                                 .outputs;
  REQUIRE(outputs.size() == 3);
  const Function f({sequence1, sequence2, sequence3, output1, output3, argument1, argument2}, outputs);

  // Sequence1 has items for 12 - 5 steps, Sequence2 for 9, Sequence3 for 9 - 3
  const Numbers s1 = wave(12, 1), s2 = wave(9, 2), s3 = wave(9, 3), first = wave(5, 4);
  constexpr std::size_t kSteps = 6;
  Numbers o1 = first, o3{0.7};
  std::vector<Numbers> expected(3);
  for (std::size_t t = 0; t < kSteps; ++t) {
    const Numbers arguments{s1[t], s1[t + 5], s1[t + 2], s2[t], s3[t + 3], o1[t + 2], o1[t], o3.back(), 0.3, -0.4};
    Numbers values(3, 0.0);
    for (std::size_t o = 0; o < 3; ++o)
      for (std::size_t i = 0; i < arguments.size(); ++i) values[o] += arguments[i] * weight(o, i);
    for (std::size_t o = 0; o < 3; ++o) expected[o].push_back(values[o]);
    o1.push_back(values[0]);
    o3.push_back(values[2]);
  }
  const auto number = [](double value) { return Tensor(Numbers{value}).reshape({}); };
  const TensorList actual =
      f(Tensor(s1), Tensor(s2), Tensor(s3), Tensor(first), number(0.7), number(0.3), number(-0.4));
  for (std::size_t o = 0; o < 3; ++o) {
    REQUIRE(actual[o].shape() == Shape{static_cast<std::int64_t>(kSteps)});
    for (std::size_t t = 0; t < kSteps; ++t)
      CHECK(actual[o].item<double>(static_cast<std::int64_t>(t)) == Approx(expected[o][t]));
  }
}

}  // namespace kerascpp::test
