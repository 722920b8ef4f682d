#include <kerascpp/core/error.hpp>
#include <kerascpp/graph/function.hpp>
#include <kerascpp/ops/control_flow.hpp>
#include <kerascpp/ops/elementwise.hpp>
#include <kerascpp/ops/operators.hpp>
#include <kerascpp/ops/scan.hpp>

#include "support/catch.hpp"

/// What loops say of uses that cannot be right.
namespace kerascpp::test {
namespace {

Symbol vector() { return placeholder({None}, DType::Float32); }
Symbol scalar(DType dtype = DType::Float32) { return placeholder({}, dtype); }
Symbol same(const Symbol& x) { return x; }

}  // namespace

TEST_CASE("scan refuses sequences and taps that cannot be", "[ops][scan][errors]") {
  CHECK_THROWS_WITH(scan(same, {.sequences = scalar()}), ContainsSubstring("a sequence with at least one dimension"));
  CHECK_THROWS_WITH(scan(same, {.sequences = SequenceTaps{.input = vector(), .taps = {}}}),
                    ContainsSubstring("a sequence needs at least one tap"));
  CHECK_THROWS_WITH(
      scan([](Symbol a, Symbol) { return a; }, {.sequences = SequenceTaps{.input = placeholder({2}), .taps = {-2, 1}}}),
      ContainsSubstring("sequence 0 has 2 items, its taps need at least 3"));
  CHECK_THROWS_WITH(scan(same, {.sequences = placeholder({3}), .n_steps = 5}),
                    ContainsSubstring("5 steps are asked for, sequence 0 has items for 3"));
  const auto sum = [](Symbol a, Symbol b) { return a + b; };
  CHECK_THROWS_WITH(
      scan(sum, {.outputs_info = OutputTaps{.initial = placeholder({2}), .taps = {-3, -1}}, .n_steps = 2}),
      ContainsSubstring("output 0 looks back 3 steps: its initial value needs as many items"));
}

TEST_CASE("scan refuses numbers of steps that cannot be", "[ops][scan][errors]") {
  const ScanState zero = scalar();
  CHECK_THROWS_WITH(scan(same, {.outputs_info = zero, .n_steps = -1}), ContainsSubstring("expected n_steps >= 0"));
  CHECK_THROWS_WITH(scan(same, {.outputs_info = zero, .n_steps = scalar()}),
                    ContainsSubstring("expected n_steps to be an integer scalar"));
  CHECK_THROWS_WITH(scan(same, {.outputs_info = zero, .n_steps = placeholder({2}, DType::Int32)}),
                    ContainsSubstring("expected n_steps to be an integer scalar"));
  CHECK_THROWS_WITH(scan(same, {.outputs_info = zero, .n_steps = 2, .truncate_gradient = 0}),
                    ContainsSubstring("truncate_gradient is a number of steps or -1"));
  const Symbol n = scalar(DType::Int64), x = vector();
  const Function f({x, n}, scan(same, {.sequences = x, .n_steps = n}).outputs);
  CHECK_THROWS_WITH(f(Tensor{1.0, 2.0}, Tensor(std::int64_t{3})), ContainsSubstring("3 steps are asked for"));
}

TEST_CASE("scan refuses bodies whose outputs do not fit", "[ops][scan][errors]") {
  CHECK_THROWS_WITH(scan(same, {.sequences = vector(), .outputs_info = {nullptr, nullptr}}),
                    ContainsSubstring("outputs_info has 2 entries, the body gives 1 outputs"));
  CHECK_THROWS_WITH(
      scan([](Symbol s) { return ops::cast(s, DType::Float64); }, {.outputs_info = scalar(), .n_steps = 2}),
      ContainsSubstring("a state keeps its dtype"));
  CHECK_THROWS_WITH(scan([](Symbol s) { return s + placeholder({3}); }, {.outputs_info = scalar(), .n_steps = 2}),
                    ContainsSubstring("a state keeps its shape"));
  CHECK_THROWS_WITH(scan(
                        [](Symbol s) -> LoopStep {
                          return {s, until(placeholder({2}) > 1)};
                        },
                        {.outputs_info = scalar(), .n_steps = 2}),
                    ContainsSubstring("expected a scalar as condition to stop"));
  const Symbol other = scalar();
  CHECK_THROWS_WITH(scan([&](Symbol s) { return s + other; }, {.outputs_info = scalar(), .n_steps = 2, .strict = true}),
                    ContainsSubstring("add it to non_sequences"));
}

TEST_CASE("map, reduce and folds refuse what they cannot go over", "[ops][loops][errors]") {
  CHECK_THROWS_WITH(map(same, scalar()), ContainsSubstring("a sequence with at least one dimension"));
  CHECK_THROWS_WITH(reduce([](Symbol a, Symbol s) { return ops::cast(a + s, DType::Float64); }, vector(), scalar()),
                    ContainsSubstring("a state keeps its dtype"));
  CHECK_THROWS_WITH(ops::map([](const SymbolList& x) { return x; }, SymbolList()),
                    ContainsSubstring("[map] received no sequence"));
  CHECK_THROWS_WITH(ops::vectorized_map([](const SymbolList& x) { return x; }, SymbolList()),
                    ContainsSubstring("[vectorized_map] received no sequence"));
  CHECK_THROWS_WITH(ops::map_fn([](const SymbolList& x) { return x; }, SymbolList()),
                    ContainsSubstring("[map_fn] received no sequence"));
  const auto sum = [](Symbol a, Symbol b) { return a + b; };
  CHECK_THROWS_WITH(ops::foldl(sum, scalar()),
                    ContainsSubstring("[foldl] expected an array with at least one dimension"));
  CHECK_THROWS_WITH(ops::foldr(sum, scalar()),
                    ContainsSubstring("[foldr] expected an array with at least one dimension"));
  CHECK_THROWS_WITH(ops::foldl(
                        [](Symbol a, Symbol b) -> LoopStep {
                          return {a, b};
                        },
                        vector()),
                    ContainsSubstring("[foldl] the body takes 1 values and gives 2"));
  CHECK_THROWS_WITH(ops::associative_scan([](const SymbolList& a, const SymbolList&) { return a; }, SymbolList()),
                    ContainsSubstring("[associative_scan] received nothing to combine"));
}

TEST_CASE("while_loop and fori_loop refuse what they cannot carry", "[ops][loops][errors]") {
  const auto holds = [](Symbol x) { return x < 3; };
  CHECK_THROWS_WITH(ops::while_loop([] { return placeholder({}, DType::Bool); }, same, SymbolList()),
                    ContainsSubstring("[while_loop] needs at least one loop variable"));
  CHECK_THROWS_WITH(ops::while_loop([](Symbol) { return placeholder({2}, DType::Bool); }, same, scalar()),
                    ContainsSubstring("[while_loop] expected a scalar as condition"));
  CHECK_THROWS_WITH(ops::while_loop(
                        holds,
                        [](Symbol x) -> LoopStep {
                          return {x, x};
                        },
                        scalar()),
                    ContainsSubstring("[while_loop] the body takes 1 values and gives 2"));
  CHECK_THROWS_WITH(ops::fori_loop(
                        0.5, 3, [](Symbol, Symbol x) { return x; }, scalar()),
                    ContainsSubstring("[fori_loop] expected integers as bounds"));
  CHECK_THROWS_WITH(ops::fori_loop(
                        0, 3, [](Symbol i, Symbol) { return i; }, scalar()),
                    ContainsSubstring("a state keeps its dtype"));
  CHECK_THROWS_WITH(ops::scan([](const SymbolList& carry, const SymbolList&) { return std::pair(SymbolList(), carry); },
                              scalar(), vector()),
                    ContainsSubstring("[scan] the body takes 1 values and gives 0"));
}

}  // namespace kerascpp::test
