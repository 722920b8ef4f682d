#include <limits>

#include <kerascpp/graph/node.hpp>
#include <kerascpp/ops/activations.hpp>
#include <kerascpp/ops/elementwise.hpp>

#include "support/op_families.hpp"

namespace kerascpp::test {
namespace {

const Shape kShape{2, 3, 5};
const std::vector<DType> kFloats = {DType::Float32, DType::Float64, DType::BFloat16, DType::Float16};
const std::vector<DType> kSingleDouble = {DType::Float32, DType::Float64};
const std::vector<DType> kIntegers = {DType::Bool,  DType::UInt8, DType::Int8,
                                      DType::Int32, DType::Int64, DType::UInt64};
const std::vector<DType> kComplex = {DType::Complex64, DType::Complex128};

// A differentiable function of real numbers in [low, high).
OpCase smooth(const char* op, double low, double high, std::vector<double> kinks = {}) {
  return {.op = op,
          .build = unary(ops::UnaryOp(op)),
          .inputs = {{.shape = kShape, .low = low, .high = high, .kinks = std::move(kinks)}},
          .dtypes = kFloats};
}

// A function whose gradient is zero.
OpCase step(const char* op, std::vector<DType> dtypes, double low, double high, std::vector<double> kinks = {}) {
  return {.op = op,
          .build = unary(ops::UnaryOp(op)),
          .inputs = {{.shape = kShape, .low = low, .high = high, .kinks = std::move(kinks)}},
          .dtypes = std::move(dtypes),
          .gradient = false};
}

// A function of a complex number; its gradient is taken with respect to real and imaginary part.
template <class F>
OpCase of_complex(const char* op, F function, double low = 0.3, double high = 1.2) {
  OpCase row{
      .op = op,
      .build =
          [function](const std::vector<Symbol>& x) { return std::vector<Symbol>{function(ops::complex(x[0], x[1]))}; },
      .inputs = {{.shape = {2, 3}, .low = low, .high = high}, {.shape = {2, 3}, .low = low, .high = high}},
      .dtypes = kSingleDouble,
      .second_gradient = false,
      .label = "complex"};
  return row;
}
OpCase of_complex(const char* op) { return of_complex(op, ops::UnaryOp(op)); }

OpCase cast_to(DType to, std::vector<DType> from, bool gradient) {
  return {.op = "cast",
          .build =
              [to](const std::vector<Symbol>& x) {
                return std::vector<Symbol>{make_symbol("cast", {x[0]}, {{"dtype", to}})};
              },
          .inputs = {{.shape = kShape, .low = 0, .high = 100, .kinks = {0}}},
          .dtypes = std::move(from),
          .gradient = gradient,
          .label = std::string(name(to))};
}

void append(std::vector<OpCase>& rows, std::vector<OpCase> more) {
  for (OpCase& row : more) rows.push_back(std::move(row));
}

std::vector<OpCase> smooth_cases() {
  std::vector<OpCase> rows = {
      smooth("negative", -2, 2),   smooth("abs", -2, 2, {0}),    smooth("sqrt", 0.2, 4),      smooth("rsqrt", 0.2, 4),
      smooth("cbrt", 0.2, 4),      smooth("reciprocal", 0.2, 4), smooth("square", -2, 2),     smooth("exp", -2, 2),
      smooth("exp2", -2, 2),       smooth("expm1", -2, 2),       smooth("log", 0.2, 4),       smooth("log1p", -0.8, 4),
      smooth("log2", 0.2, 4),      smooth("log10", 0.2, 4),      smooth("sin", -4, 4),        smooth("cos", -4, 4),
      smooth("tan", -1.2, 1.2),    smooth("arcsin", -0.8, 0.8),  smooth("arccos", -0.8, 0.8), smooth("arctan", -3, 3),
      smooth("sinh", -2, 2),       smooth("cosh", -2, 2),        smooth("tanh", -3, 3),       smooth("arcsinh", -3, 3),
      smooth("arccosh", 1.2, 4),   smooth("arctanh", -0.8, 0.8), smooth("erf", -2, 2),        smooth("erfc", -2, 2),
      smooth("erfinv", -0.8, 0.8), smooth("sigmoid", -6, 6),     smooth("relu", -2, 2, {0}),  smooth("lgamma", 0.5, 6),
      smooth("digamma", 0.5, 6),   smooth("i0", -3, 3),          smooth("i1", 0.2, 3),        smooth("real", -2, 2),
      smooth("conj", -2, 2),       smooth("identity", -2, 2),
  };
  for (OpCase& row : rows)
    if (row.op == "log") row.errors = {{[] { ops::log(Symbol()); }, "undefined"}};
  rows.push_back({.op = "polygamma",
                  .build = [](const std::vector<Symbol>& x) { return std::vector<Symbol>{ops::polygamma(2, x[0])}; },
                  .inputs = {{.shape = kShape, .low = 1, .high = 6}},
                  .dtypes = kSingleDouble,
                  .errors = {{[] { (void)ops::polygamma(-1, placeholder({2})); }, "expects n >= 0, received -1"}}});
  return rows;
}

std::vector<OpCase> step_cases() {
  std::vector<OpCase> rows = {
      step("sign", kFloats, -2, 2, {0}),
      step("sign", {DType::Int8, DType::Int32, DType::Int64}, -4, 4),
      step("floor", kFloats, -4, 4),
      step("ceil", kFloats, -4, 4),
      step("round", kFloats, -4, 4),
      step("trunc", kFloats, -4, 4),
      step("round", kIntegers, 0, 9),
      step("imag", kFloats, -2, 2),
      step("angle", kFloats, -2, 2),
      step("stop_gradient", kFloats, -2, 2),
      step("logical_not", {DType::Bool}, 0, 2),
      step("bitwise_not", kIntegers, 0, 90),
      step("isfinite", kFloats, -2, 2),
      step("isinf", kFloats, -2, 2),
      step("isnan", kFloats, -2, 2),
      step("signbit", kFloats, -2, 2),
      step("signbit", kIntegers, 0, 9),
      step("negative", {DType::Int8, DType::Int64, DType::UInt8, DType::UInt64}, 0, 90),
      step("abs", {DType::Int8, DType::Int64}, -90, 90),
      step("square", {DType::Int8, DType::UInt8, DType::Int64}, 0, 90),
      step("relu", {DType::Int8, DType::Int32}, -9, 9),
      step("identity", kIntegers, 0, 90),
      step("conj", kIntegers, 0, 90),
  };
  const double infinity = std::numeric_limits<double>::infinity(), nan = std::numeric_limits<double>::quiet_NaN();
  // what is not a number: the tests, and functions that must let it through
  for (const char* op : {"isfinite", "isinf", "isnan", "signbit", "relu", "exp", "tanh", "sigmoid", "floor", "sign",
                         "abs", "erf", "sqrt", "log", "expm1", "log1p", "round", "negative"}) {
    OpCase row = step(op, kFloats, 0, 0);
    row.inputs = {{.shape = {7}, .values = Tensor{infinity, -infinity, nan, 0.0, -0.0, 1.5, -2.5}}};
    row.label = "infinities and NaN";
    rows.push_back(std::move(row));
  }
  rows.push_back(cast_to(DType::Float32, kFloats, false));
  rows.push_back(cast_to(DType::Float64, {DType::Int8, DType::Bool, DType::UInt64, DType::Float32}, true));
  rows.push_back(cast_to(DType::Int8, kFloats, false));
  rows.push_back(cast_to(DType::UInt16, kIntegers, false));
  rows.push_back(cast_to(DType::Bool, kFloats, false));
  rows.push_back(cast_to(DType::Complex64, {DType::Float32, DType::Int32, DType::Complex128}, false));
  rows.push_back(cast_to(DType::Float16, {DType::Float32, DType::Complex64}, false));
  return rows;
}

std::vector<OpCase> complex_cases() {
  std::vector<OpCase> rows;
  for (const char* op : {"negative", "abs",     "sqrt",   "rsqrt", "reciprocal", "square", "exp",     "exp2",
                         "expm1",    "log",     "log1p",  "log2",  "log10",      "sin",    "cos",     "tan",
                         "arcsin",   "arccos",  "arctan", "sinh",  "cosh",       "tanh",   "arcsinh", "arccosh",
                         "arctanh",  "sigmoid", "real",   "imag",  "conj",       "angle",  "identity"})
    rows.push_back(of_complex(op));
  OpCase cast_back = of_complex("cast", [](const Symbol& z) { return ops::cast(ops::exp(z), DType::Float32); });
  cast_back.gradient = false;  // the float32 in it is too coarse for differences
  rows.push_back(cast_back);
  for (const char* op : {"sign", "isnan", "isinf", "isfinite"}) rows.push_back(step(op, kComplex, -2, 2));
  return rows;
}

}  // namespace

std::vector<OpCase> elementwise_unary_cases() {
  std::vector<OpCase> rows = smooth_cases();
  append(rows, step_cases());
  append(rows, complex_cases());
  rows.front().errors = {};
  rows.push_back({.op = "erf",
                  .build = unary(ops::erf),
                  .inputs = {{.shape = kShape}},
                  .dtypes = {DType::Float32},
                  .gradient = false,
                  .errors = {{[] { ops::erf(placeholder({2}, DType::Complex64)); },
                              "[erf] has no meaning for complex numbers, received complex64"},
                             {[] { ops::bitwise_not(placeholder({2})); }, "[bitwise_not] expects integers"},
                             {[] { make_symbol("exp", {placeholder({2}, DType::Int32)}); },
                              "[exp] does not compute in int32: cast its input to float32"}},
                  .label = "errors"});
  return rows;
}

}  // namespace kerascpp::test
