#include <kerascpp/graph/node.hpp>

#include "compiler/fused_loop.hpp"
#include "support/catch.hpp"
#include "support/graph_text.hpp"

namespace kerascpp::test {
namespace {

std::string loops_of(const char* text, bool hoist) {
  const Graph body = parse_graph(text);
  const Attributes attributes{{"hoist", hoist}};
  runtime::KernelQuery query{OpRegistry::global().get("fused"), attributes, {}, {}, {}, {}};
  for (const Symbol& input : body.inputs) query.inputs.push_back(input.spec());
  for (const Symbol& output : body.outputs) query.outputs.push_back(output.spec());
  const compiler::FusedProgram program = compiler::lower_fused(body, query);
  CHECK(program.refusal.empty());
  return to_string(program);
}

// an exponential of a row, which 64 other rows need
const char* const kRowInMatrix = R"(
    %0 = placeholder() : float32 (64, 16)
    %1 = placeholder() : float32 (16,)
    %2 = exp(%1) : float32 (16,)
    %3 = multiply(%0, %2) : float32 (64, 16)
    return %3
    )";

}  // namespace

TEST_CASE("hoist computes ahead of a loop what does not change in it", "[compiler]") {
  const std::string with = loops_of(kRowInMatrix, true);
  INFO(with);
  CHECK(with == R"(loop (16)
  %0 = load input1[1] : float32
  %1 = exp(%0) : float32
  temporary0[1] = %1
loop (64, 16)
  %0 = load input0[16, 1] : float32
  %1 = load temporary0[0, 1] : float32
  %2 = multiply(%0, %1) : float32
  output0[16, 1] = %2
)");
}

TEST_CASE("without hoist a loop computes everything for each element", "[compiler]") {
  const std::string without = loops_of(kRowInMatrix, false);
  INFO(without);
  CHECK(without == R"(loop (64, 16)
  %0 = load input0[16, 1] : float32
  %1 = load input1[0, 1] : float32
  %2 = exp(%1) : float32
  %3 = multiply(%0, %2) : float32
  output0[16, 1] = %3
)");
}

TEST_CASE("hoist leaves alone what is cheap or seldom repeated", "[compiler]") {
  const char* const cheap = R"(
    %0 = placeholder() : float32 (64, 16)
    %1 = placeholder() : float32 (16,)
    %2 = negative(%1) : float32 (16,)
    %3 = multiply(%0, %2) : float32 (64, 16)
    return %3
    )";
  CHECK(loops_of(cheap, true) == loops_of(cheap, false));
  const char* const seldom = R"(
    %0 = placeholder() : float32 (4, 16)
    %1 = placeholder() : float32 (16,)
    %2 = exp(%1) : float32 (16,)
    %3 = multiply(%0, %2) : float32 (4, 16)
    return %3
    )";
  CHECK(loops_of(seldom, true) == loops_of(seldom, false));
}

}  // namespace kerascpp::test
