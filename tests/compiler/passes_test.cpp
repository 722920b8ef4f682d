#include <algorithm>

#include <kerascpp/core/error.hpp>
#include <kerascpp/graph/function.hpp>
#include <kerascpp/graph/node.hpp>
#include <kerascpp/ops/elementwise.hpp>
#include <kerascpp/ops/like.hpp>
#include <kerascpp/ops/linear_algebra.hpp>
#include <kerascpp/ops/reductions.hpp>
#include <kerascpp/ops/shape.hpp>

#include "compiler/passes.hpp"
#include "support/catch.hpp"
#include "support/graph_text.hpp"
#include "support/op_checks.hpp"
#include "support/op_families.hpp"

namespace kerascpp::test {
namespace {

Graph example() {
  const Symbol x = placeholder({6, 64}, DType::Float32, "x"), b = placeholder({64}, DType::Float32, "b");
  Graph graph;
  graph.inputs = {x, b};
  // identities, log(1 + x), constants, two equal nodes, chains
  graph.outputs = {ops::log(1 + ops::exp(x * 1) * ops::exp(b)), ops::exp(x) + ops::exp(x) * (constant(2) + 3)};
  return graph;
}

std::string optimized_without(const std::string& pass) {
  compiler::PassOptions options;
  if (!pass.empty()) options.disable(pass);
  return to_string(compiler::optimize(example(), options, "cpu"));
}

}  // namespace

TEST_CASE("an unknown pass is refused with the names of those there are", "[compiler]") {
  try {
    const Function function({}, {constant(1)}, {.excluding = {"unroll"}});
    FAIL_CHECK("nothing was thrown");
  } catch (const LookupError& error) {
    CHECK_THAT(error.what(),
               ContainsSubstring(
                   "there is no pass named \"unroll\"; passes are merge_loops, specialize, decompose, prune_bodies, "
                   "sink_branches, canonicalize, stabilize, fold, split_loops, unroll_loops, "
                   "fuse_epilogues, fuse, hoist, schedule, "
                   "memory_plan"));
  }
}

TEST_CASE("each pass between graphs that is left out leaves its work undone", "[compiler]") {
  const std::string all = optimized_without("");
  for (const char* pass : {"canonicalize", "stabilize", "fold", "fuse", "hoist"}) {
    INFO(pass);
    CHECK(optimized_without(pass) != all);
  }
  CHECK_THAT(optimized_without("hoist"), ContainsSubstring("{body=graph, hoist=false}"));
  CHECK_THAT(optimized_without("fuse"), !ContainsSubstring("fused"));
  CHECK_THAT(optimized_without("stabilize"), !ContainsSubstring("log1p"));
}

TEST_CASE("without a schedule a variable is not written in place", "[compiler]") {
  const auto plan_without = [](const std::vector<std::string>& passes) {
    const Variable w(zeros({8}), "w");
    const Symbol x = placeholder({8});
    FunctionOptions options{.updates = {{w, w - x}}, .excluding = passes};
    options.excluding.emplace_back("fuse");
    // the old value is read after the new one is made, in the order in which the graph lists them
    const Symbol old_value = ops::sin(w);
    return Function(x, {w - x, ops::cos(old_value)}, options).describe({{8}});
  };
  CHECK_THAT(plan_without({}), !ContainsSubstring("@@"));
  CHECK(plan_without({"schedule"}) != "");
}

TEST_CASE("without a memory plan every value has memory of its own", "[compiler]") {
  const auto arena_without = [](const std::vector<std::string>& passes) {
    const Symbol x = placeholder({64, 64});
    Symbol y = x;
    for (int i = 0; i < 4; ++i) y = ops::matmul(y, x);
    const std::string plan = Function(x, y, {.excluding = passes}).describe({{64, 64}});
    return std::stoll(plan.substr(plan.rfind("arena ") + 6));
  };
  constexpr long long kBytes = 64 * 64 * 4;
  CHECK(arena_without({}) >= 2 * kBytes);
  CHECK(arena_without({"memory_plan"}) == arena_without({}) + kBytes);
}

TEST_CASE("without specialize the shapes of inputs must be known", "[compiler]") {
  const Symbol x = placeholder({None, 3});
  const Function function({x}, ops::exp(x), {.excluding = {"specialize"}});
  try {
    (void)function(zeros({2, 3}));
    FAIL_CHECK("nothing was thrown");
  } catch (const ShapeError& error) {
    CHECK_THAT(error.what(),
               ContainsSubstring("without the pass \"specialize\", input 0 needs a known shape, and float32 "
                                 "(None, 3) is not that of the value, float32 (2, 3)"));
  }
}

TEST_CASE("results do not depend on which pass is left out", "[compiler][battery]") {
  for (const OpFamily& family : op_families()) DYNAMIC_SECTION(family.name) {
      for (const OpCase& row : family.cases()) {
        if (std::find(row.dtypes.begin(), row.dtypes.end(), DType::Float32) == row.dtypes.end()) continue;
        within("operation " + row.op + " " + row.label, [&row] {
          std::vector<Tensor> values;
          for (std::size_t i = 0; i < row.inputs.size(); ++i)
            values.push_back(make_values(row.inputs[i], dtype_of_input(row.inputs[i], DType::Float32), i + 1));
          const Built built = build(row, DType::Float32, true);
          const std::vector<Tensor> expected = run(built.inputs, built.outputs, values, "reference");
          for (const std::string& pass : compiler::pass_names()) {
            INFO("without " << pass);
            const Function function{SymbolList(built.inputs), SymbolList(built.outputs), {.excluding = {pass}}};
            const std::vector<Tensor> actual = function(TensorList(values)).vector();
            for (std::size_t i = 0; i < expected.size(); ++i)
              CHECK(first_difference(actual[i], expected[i], tolerance_of(row, DType::Float32)) == "");
          }
        });
      }
    }
}

}  // namespace kerascpp::test
