#include <kerascpp/ops/activations.hpp>
#include <kerascpp/ops/creation.hpp>
#include <kerascpp/ops/elementwise.hpp>
#include <kerascpp/ops/numeric.hpp>
#include <kerascpp/ops/reductions.hpp>

#include "support/op_families.hpp"

namespace kerascpp::test {
namespace {

const Shape kShape{2, 3, 5};
const std::vector<DType> kSingleDouble = {DType::Float32, DType::Float64};

template <class Build>
OpCase composed(const char* label, const char* op, Build build, std::vector<OpInput> inputs) {
  return {.op = op,
          .build = std::move(build),
          .inputs = std::move(inputs),
          .dtypes = kSingleDouble,
          .accumulation_length = 30,
          .label = label};
}

// A reduction without options, along two axes.
OpCase reduction(const char* label, const char* op, Symbol (*function)(const Operand&, const Axes&, bool)) {
  return composed(label, op, unary([function](const Symbol& x) {
                    return function(x, {0, 2}, false);
                  }),
                  {{.shape = kShape, .distinct = true}});
}

OpCase without_gradient(OpCase row) {
  row.gradient = false;
  return row;
}

}  // namespace

std::vector<OpCase> composed_cases() {
  const OpInput x{.shape = kShape};
  const OpInput positive{.shape = kShape, .low = 0.5, .high = 2};
  return {
      composed("sinc", "sin", unary([](const Symbol& a) { return ops::sinc(a); }), {positive}),
      composed("deg2rad", "multiply", unary([](const Symbol& a) { return ops::deg2rad(a); }), {x}),
      composed("fabs", "abs", unary([](const Symbol& a) { return ops::fabs(a); }), {{.shape = kShape, .kinks = {0}}}),
      composed("divide_no_nan", "where",
               binary([](const Symbol& a, const Symbol& b) { return ops::divide_no_nan(a, b); }),
               {x, {.shape = {5}, .gradient = false, .values = Tensor{0.0, 1.0, -2.0, 0.0, 0.5}}}),
      composed("logaddexp2", "logaddexp",
               binary([](const Symbol& a, const Symbol& b) { return ops::logaddexp2(a, b); }), {x, {.shape = {3, 1}}}),
      composed("nan_to_num", "isnan", unary([](const Symbol& a) { return ops::nan_to_num(a); }), {x}),
      without_gradient(
          composed("round to decimals", "round", unary([](const Symbol& a) { return ops::round(a, 1); }), {x})),
      composed("clip", "minimum", unary([](const Symbol& a) { return ops::clip(a, -1, 1.5); }),
               {{.shape = kShape, .kinks = {-1, 1.5}}}),
      composed("polar", "complex", binary([](const Symbol& a, const Symbol& b) {
                 return ops::real(ops::polar(a, b)) + ops::imag(ops::polar(a, b));
               }),
               {positive, x}),
      composed("view_as_complex", "complex",
               unary([](const Symbol& a) { return ops::view_as_real(ops::exp(ops::view_as_complex(a))); }),
               {{.shape = {3, 2}}}),
      composed("glu", "sigmoid", unary([](const Symbol& a) { return ops::glu(a, 1); }), {{.shape = {2, 6, 3}}}),
      reduction("var", "mean", ops::var),
      reduction("std", "sqrt", ops::std),
      reduction("logsumexp", "log", ops::logsumexp),
      reduction("ptp", "max", ops::ptp),
      reduction("nansum", "sum", ops::nansum),
      reduction("nanprod", "prod", ops::nanprod),
      reduction("nanmax", "max", ops::nanmax),
      reduction("nanmin", "min", ops::nanmin),
      reduction("nanmean", "isnan", ops::nanmean),
      reduction("nanvar", "isnan", ops::nanvar),
      reduction("nanstd", "isnan", ops::nanstd),
      without_gradient(reduction("nanargmax", "argmax", ops::nanargmax)),
      without_gradient(reduction("nanargmin", "argmin", ops::nanargmin)),
      composed("average", "sum",
               binary([](const Symbol& a, const Symbol& w) { return ops::average(a, 1, Operand(w)); }),
               {x, {.shape = {3}, .low = 0.5, .high = 1}}),
      composed("linspace", "where",
               binary([](const Symbol& a, const Symbol& b) { return ops::linspace(a, b, {.num = 4, .axis = 1}); }),
               {{.shape = {2, 3}}, {.shape = {3}}}),
      composed("geomspace", "exp",
               binary([](const Symbol& a, const Symbol& b) { return ops::geomspace(a, b, {.num = 4, .axis = -1}); }),
               {{.shape = {2, 3}, .low = 0.5}, {.shape = {3}, .low = 0.5}}),
      composed("tril", "iota_like", unary([](const Symbol& a) { return ops::tril(a, -1); }), {x}),
      composed("triu", "iota_like", unary([](const Symbol& a) { return ops::triu(a, 1); }), {x}),
      composed("meshgrid", "broadcast_like", [](const std::vector<Symbol>& a) { return ops::meshgrid(SymbolList(a)); },
               {{.shape = {3}}, {.shape = {2}}, {.shape = {4}}}),
  };
}

}  // namespace kerascpp::test
