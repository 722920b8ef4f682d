#include <kerascpp/ops/control_flow.hpp>
#include <kerascpp/ops/creation.hpp>
#include <kerascpp/ops/custom_op.hpp>
#include <kerascpp/ops/differentiation.hpp>
#include <kerascpp/ops/elementwise.hpp>
#include <kerascpp/ops/linear_algebra.hpp>
#include <kerascpp/ops/operators.hpp>
#include <kerascpp/ops/printing.hpp>
#include <kerascpp/ops/reductions.hpp>
#include <kerascpp/ops/scan.hpp>
#include <kerascpp/ops/transfer.hpp>

#include "support/op_families.hpp"

namespace kerascpp::test {
namespace {

using Symbols = std::vector<Symbol>;

// x (T, B, F), h (B, U), w (F, U), u (U, U), b (U,)
Symbols recurrent(const Symbols& in) {
  return ops::scan(
             [&](const Symbol& before, const Symbol& x) {
               const Symbol next = ops::tanh(ops::matmul(x, in[2]) + ops::matmul(before, in[3]) + in[4]);
               return std::pair<SymbolList, SymbolList>(next, next * next);
             },
             in[1], in[0])
      .second.vector();
}

Symbols last_of_reversed(const Symbols& in) {
  const auto [last, values] = ops::scan(
      [&](const Symbol& carry, const Symbol& x) {
        const Symbol next = carry * in[2] + ops::sin(x);
        return std::pair<SymbolList, SymbolList>(next, x * carry);
      },
      in[1], in[0], {.reverse = true});
  return {last.single(), values.single()};
}

// two outputs, one of them seen two steps later; a sequence with taps
Symbols tapped(const Symbols& in) {
  return scan(
             [](Symbol earlier, Symbol later, Symbol two_before, Symbol before, Symbol scale) -> LoopStep {
               const Symbol next = two_before * 0.5f + ops::sin(before) * scale + earlier;
               return {next, next * later};
             },
             {.sequences = SequenceTaps{.input = in[0], .taps = {-1, 1}},
              .outputs_info = {OutputTaps{.initial = in[1], .taps = {-2, -1}}, nullptr},
              .non_sequences = in[2]})
      .outputs.vector();
}

// a state for each row of x (T, U), of which every third is kept, and a value beside it
Symbols with_kept_states(const Symbols& in) {
  return scan(
             [](Symbol x, Symbol s, Symbol w) -> LoopStep {
               const Symbol next = ops::tanh(ops::dot(s, w) + x);
               return {next, next * x};
             },
             {.sequences = in[0], .outputs_info = {in[1], nullptr}, .non_sequences = in[2], .save_every_N = 3})
      .outputs.vector();
}

// a b^2 and a + b, by a function of tensors
const CustomOp& user_defined() {
  static const CustomOp op = as_op(
      [](const Tensor& a, const Tensor& b) -> TensorList {
        return {a * b * b, a + b};
      },
      {.name = "battery",
       .infer_shape =
           [](const std::vector<Shape>& in) {
             return std::vector<Shape>{in[0], in[0]};
           },
       .gradient = [](const SymbolList& x, const SymbolList& g) -> SymbolList {
         return {x[1] * x[1] * g[0] + g[1], 2 * x[0] * x[1] * g[0] + g[1]};
       }});
  return op;
}

Symbols nested(const Symbols& in) {
  return scan(
             [&](Symbol row, Symbol sum) {
               const Symbol inner = scan([](Symbol x, Symbol s) { return ops::sin(s) * x + x; },
                                         {.sequences = row, .outputs_info = ops::zeros_like(ops::sum(row))})
                                        .outputs;
               return sum * 0.5f + ops::sum(inner) * in[1];
             },
             {.sequences = in[0], .outputs_info = ops::zeros_like(in[1])})
      .outputs.vector();
}

Symbols branch(const Symbols& in, double threshold) {
  return ops::cond(
             ops::sum(in[0]) > threshold, [&] { return ops::sin(in[0]) * in[1]; },
             [&] { return ops::exp(in[1]) + 0 * in[0]; })
      .vector();
}

// two outputs with the gradients that they have anyway
Symbols with_own_gradient(const Symbols& in) {
  static const auto f = ops::custom_gradient([](Symbol a, Symbol b) {
    return ops::WithGradient{std::vector<Symbol>{ops::sin(a) * b, b * b}, [a, b](Symbol g, Symbol h) {
                               return Symbols{g * ops::cos(a) * b, g * ops::sin(a) + 2 * h * b};
                             }};
  });
  return f(in[0], in[1]).vector();
}

}  // namespace

std::vector<OpCase> loop_cases() {
  const std::vector<DType> floats = {DType::Float32, DType::Float64};
  return {
      {.op = "scan",
       .build = recurrent,
       .inputs = {{{5, 2, 3}}, {{2, 4}}, {{3, 4}}, {{4, 4}}, {{4}}},
       .dtypes = floats,
       .accumulation_length = 64,
       .errors = {{[] {
                     (void)ops::scan(
                         [](const Symbol& c, const Symbol& x) { return std::pair<SymbolList, SymbolList>(x, c); },
                         placeholder({2, 3}), placeholder({4}));
                   },
                   "a state keeps its shape"},
                  {[] { (void)ops::map([](const SymbolList& x) { return x; }, placeholder({})); },
                   "expected a sequence with at least one dimension"}},
       .label = "recurrent"},
      {.op = "scan",
       .build = last_of_reversed,
       .inputs = {{{4, 3}}, {{3}}, {{3}}},
       .dtypes = floats,
       .accumulation_length = 16,
       .label = "reversed"},
      {.op = "scan",
       .build = tapped,
       .inputs = {{{6, 3}}, {{2, 3}}, {{3}}},
       .dtypes = floats,
       .accumulation_length = 32,
       .label = "taps"},
      {.op = "scan",
       .build = nested,
       .inputs = {{{3, 4}}, {{2}}},
       .dtypes = floats,
       .accumulation_length = 64,
       .label = "nested"},
      {.op = "scan",
       .build = with_kept_states,
       .inputs = {{{7, 2}}, {{2}}, {{2, 2}}},
       .dtypes = floats,
       .accumulation_length = 32,
       .label = "kept states"},
      {.op = "switch",
       .build = [](const Symbols& in) { return branch(in, -100); },
       .inputs = {{{3, 4}}, {{3, 4}}},
       .dtypes = floats,
       .errors = {{[] {
                     (void)ops::cond(
                         placeholder({2}), [] { return placeholder({}); }, [] { return placeholder({}); });
                   },
                   "expected a scalar as condition"},
                  {[] {
                     (void)ops::cond(
                         placeholder({}), [] { return placeholder({2}); }, [] { return placeholder({3}); });
                   },
                   "output 0 is float32 (3,) in branch 0 and float32 (2,) in branch 1"}},
       .label = "then"},
      {.op = "switch",
       .build = [](const Symbols& in) { return branch(in, 100); },
       .inputs = {{{3, 4}}, {{3, 4}}},
       .dtypes = floats,
       .label = "else"},
      {.op = "custom_op",
       .build = [](const Symbols& in) { return user_defined()(in).vector(); },
       .inputs = {{{2, 3}}, {{2, 3}}},
       .dtypes = floats,
       .accumulation_length = 4,
       .errors = {{[] { (void)user_defined()(SymbolList{}); }, "without inputs"}}},
      {.op = "print",
       .build = [](const Symbols& in) { return Symbols{ops::print_tensor(in[0] * 2, "battery", {"shape"}) + in[0]}; },
       .inputs = {{{2, 3}}},
       .dtypes = floats,
       .errors = {{[] { (void)ops::print_tensor(placeholder({2}), "", {"colour"}); }, "cannot print \"colour\""}}},
      {.op = "transfer",
       .build = [](const Symbols& in) { return Symbols{ops::transfer(in[0] * 2, "cpu:1") * in[1]}; },
       .inputs = {{{2, 3}}, {{2, 3}}},
       .dtypes = floats,
       .errors = {{[] { (void)ops::transfer(placeholder({2}), "cpu:x"); }, "malformed device name \"cpu:x\""}}},
      {.op = "transfer_like",
       .build = [](const Symbols& in) { return Symbols{ops::transfer_like(ops::sin(in[0]), in[1])}; },
       .inputs = {{{2, 3}}, {{3, 2}}},
       .dtypes = floats},
      {.op = "custom_gradient",
       .build = with_own_gradient,
       .inputs = {{{3, 4}}, {{3, 4}}},
       .dtypes = floats,
       .errors = {{[] {
                     (void)ops::custom_gradient([](Symbol x) {
                       return ops::WithGradient{x, [](Symbol) { return placeholder({2}); }};
                     })(placeholder({3}));
                   },
                   "the gradient of argument 0 is float32 (2,)"}}},
  };
}

}  // namespace kerascpp::test
