#include <limits>

#include <kerascpp/graph/node.hpp>
#include <kerascpp/ops/elementwise.hpp>

#include "support/op_families.hpp"

namespace kerascpp::test {
namespace {

const std::vector<DType> kFloats = {DType::Float32, DType::Float64, DType::BFloat16, DType::Float16};
const std::vector<DType> kIntegers = {DType::UInt8, DType::Int8, DType::Int32, DType::Int64, DType::UInt64};

struct Range {
  double low = -2, high = 2;
};

// Both inputs are broadcast: (2, 1, 5) with (3, 5).
OpCase smooth(const char* op, Range a = {}, Range b = {}) {
  return {
      .op = op,
      .build = binary(ops::BinaryOp(op)),
      .inputs = {{.shape = {2, 1, 5}, .low = a.low, .high = a.high}, {.shape = {3, 5}, .low = b.low, .high = b.high}},
      .dtypes = kFloats};
}

OpCase step(const char* op, std::vector<DType> dtypes, Range a, Range b) {
  OpCase row = smooth(op, a, b);
  row.dtypes = std::move(dtypes);
  row.gradient = false;
  return row;
}

// A comparison: small integers, so that equal ones are met.
OpCase comparison(const char* op, std::vector<DType> dtypes) {
  OpCase row = step(op, std::move(dtypes), {}, {});
  row.inputs = {{.shape = {2, 1, 5}, .values = Tensor{{{0, 1, 2, 3, 4}}, {{4, 3, 2, 1, 0}}}},
                {.shape = {3, 5}, .values = Tensor{{2, 2, 2, 2, 2}, {0, 1, 2, 3, 4}, {5, 0, 5, 0, 5}}}};
  return row;
}

template <class F>
OpCase of_complex(const char* op, F function) {
  return {.op = op,
          .build =
              [function](const std::vector<Symbol>& x) {
                return std::vector<Symbol>{function(ops::complex(x[0], x[1]), ops::complex(x[2], x[3]))};
              },
          .inputs = {{.shape = {2, 3}, .low = 0.3, .high = 1.2},
                     {.shape = {2, 3}, .low = 0.3, .high = 1.2},
                     {.shape = {3}, .low = 0.3, .high = 1.2},
                     {.shape = {3}, .low = 0.3, .high = 1.2}},
          .dtypes = {DType::Float32, DType::Float64},
          .second_gradient = false,
          .label = "complex"};
}

OpCase where_case() {
  return {
      .op = "where",
      .build = [](const std::vector<Symbol>& x) { return std::vector<Symbol>{ops::where(x[0], x[1], x[2])}; },
      .inputs = {bool_input({2, 1, 5}), {.shape = {3, 5}}, {.shape = {2, 3, 1}}},
      .dtypes = {DType::Float32, DType::Float64, DType::BFloat16, DType::Int8, DType::Int64, DType::Complex64},
      .errors = {
          {[] { (void)ops::where(placeholder({2}), placeholder({3}), 0); },
           "[where] shapes (2,) and (3,) cannot be broadcast together"},
          {[] {
             make_symbol("where", {placeholder({2}), placeholder({2}), placeholder({2})});
           },
           "[where] expects a bool condition, received float32 (2,)"},
          {[] {
             make_symbol("where", {placeholder({2}, DType::Bool), placeholder({2}), placeholder({2}, DType::Int32)});
           },
           "[where] expects choices of one dtype, received float32 (2,) and int32 (2,)"}}};
}

std::vector<OpCase> float_cases() {
  std::vector<OpCase> rows = {
      smooth("add"),
      smooth("subtract"),
      smooth("multiply"),
      smooth("divide", {}, {0.5, 2}),
      smooth("power", {0.5, 2}, {-2, 2}),
      smooth("maximum"),
      smooth("minimum"),
      smooth("fmax"),
      smooth("fmin"),
      smooth("arctan2", {-2, 2}, {0.5, 2}),
      smooth("hypot", {0.5, 2}, {0.5, 2}),
      smooth("logaddexp"),
      smooth("copysign", {0.2, 2}, {0.2, 2}),
      smooth("complex"),
      step("floor_divide", kFloats, {0.6, 0.9}, {0.11, 0.19}),
      step("floor_divide", kIntegers, {0, 90}, {0, 9}),
      step("nextafter", kFloats, {-2, 2}, {-2, 2}),
      step("heaviside", kFloats, {-2, 2}, {-2, 2}),
  };
  rows.front().errors = {{[] {
                            ops::add(placeholder({2, 3}), placeholder({4}));
                          },
                          "[add] shapes (2, 3) and (4,) cannot be broadcast together"},
                         {[] {
                            make_symbol("add", {placeholder({2}), placeholder({2}, DType::Int32)});
                          },
                          "[add] expects inputs of one dtype, received float32 (2,) and int32 (2,)"},
                         {[] { ops::gcd(placeholder({2}), 3); }, "[gcd] expects integers, received float32"}};
  rows[13].dtypes = {DType::Float32, DType::Float64};
  // remainders jump where the quotient is integral, so both ranges keep it between two integers
  for (const char* op : {"mod", "fmod"}) {
    rows.push_back(smooth(op, {5.2, 5.8}, {2.1, 2.5}));
    rows.push_back(step(op, {DType::Float32, DType::Float64, DType::Int8, DType::Int64}, {-9, 9}, {2, 5}));
    rows.push_back(step(op, kIntegers, {0, 90}, {0, 9}));
  }
  OpCase lower_gamma = smooth("gammainc", {0.5, 4}, {0.3, 5});
  lower_gamma.inputs[0].gradient = false;
  lower_gamma.dtypes = {DType::Float32, DType::Float64};
  rows.push_back(lower_gamma);
  OpCase scaled = smooth("ldexp");
  scaled.inputs[1] = {
      .shape = {3, 5}, .gradient = false, .values = Tensor{{-3, -2, -1, 0, 1}, {2, 3, 4, -4, 0}, {1, 0, 2, 0, 3}}};
  rows.push_back(scaled);
  // the gradient of a constant exponent has formulas of its own
  for (const double exponent : {0.0, 1.0, 2.0, 3.0, -1.5}) {
    OpCase power = smooth("power", {0.5, 2});
    power.inputs.pop_back();
    power.build = unary([exponent](const Symbol& x) { return ops::power(x, exponent); });
    power.label = "exponent " + std::to_string(exponent);
    rows.push_back(power);
  }
  return rows;
}

std::vector<OpCase> integer_cases() {
  std::vector<OpCase> rows = {
      step("gcd", kIntegers, {0, 90}, {0, 90}),
      step("lcm", kIntegers, {0, 11}, {0, 11}),
      step("left_shift", kIntegers, {0, 90}, {0, 9}),
      step("right_shift", kIntegers, {0, 90}, {0, 9}),
      step("right_shift", {DType::Int8, DType::Int64}, {-90, 0}, {0, 70}),
      step("power", kIntegers, {0, 5}, {0, 4}),
      step("power", {DType::Int8, DType::Int64}, {-3, 3}, {-3, 4}),
      step("copysign", kFloats, {-2, 2}, {-2, 2}),
  };
  for (const char* op : {"add", "subtract", "multiply", "maximum", "minimum", "fmax", "fmin"})
    rows.push_back(step(op, kIntegers, {0, 120}, {0, 120}));
  for (const char* op : {"add", "multiply", "maximum", "minimum"})
    rows.push_back(step(op, {DType::Bool}, {0, 2}, {0, 2}));
  for (const char* op : {"logical_and", "logical_or", "logical_xor"})
    rows.push_back(step(op, {DType::Bool}, {0, 2}, {0, 2}));
  for (const char* op : {"bitwise_and", "bitwise_or", "bitwise_xor"}) {
    rows.push_back(step(op, kIntegers, {0, 120}, {0, 120}));
    rows.push_back(step(op, {DType::Bool}, {0, 2}, {0, 2}));
  }
  // beyond int64, where uint64 differs from the reference's wide type
  const Tensor large = Tensor(std::vector<std::uint64_t>{~0ull, 1ull << 63, 7, (1ull << 63) + 5, 0});
  const Tensor other = Tensor(std::vector<std::uint64_t>{3, (1ull << 63) + 1, ~0ull, 1000, 1ull << 63});
  for (const char* op : {"maximum", "minimum", "floor_divide", "mod", "less", "greater_equal", "right_shift", "gcd"}) {
    OpCase row = step(op, {DType::UInt64}, {}, {});
    row.inputs = {fixed_input(large), fixed_input(other)};
    row.label = "large uint64";
    rows.push_back(row);
  }
  return rows;
}

std::vector<OpCase> comparison_cases() {
  std::vector<DType> all = kFloats;
  all.insert(all.end(), kIntegers.begin(), kIntegers.end());
  std::vector<OpCase> rows;
  for (const char* op : {"less", "less_equal", "greater", "greater_equal", "equal", "not_equal"})
    rows.push_back(comparison(op, all));
  for (const char* op : {"equal", "not_equal"}) rows.push_back(comparison(op, {DType::Complex64, DType::Bool}));
  const double nan = std::numeric_limits<double>::quiet_NaN(), infinity = std::numeric_limits<double>::infinity();
  for (const char* op : {"less", "greater_equal", "equal", "not_equal", "maximum", "minimum", "fmax", "fmin",
                         "logaddexp", "heaviside", "add", "hypot", "nextafter"}) {
    OpCase row = step(op, {DType::Float32, DType::Float64}, {}, {});
    row.inputs = {{.shape = {8}, .values = Tensor{nan, 1.0, nan, infinity, -infinity, infinity, 0.0, -infinity}},
                  {.shape = {8}, .values = Tensor{1.0, nan, nan, 2.0, -infinity, infinity, -0.0, infinity}}};
    row.label = "infinities and NaN";
    rows.push_back(row);
  }
  return rows;
}

}  // namespace

std::vector<OpCase> elementwise_binary_cases() {
  std::vector<OpCase> rows = float_cases();
  for (auto more : {integer_cases(), comparison_cases()})
    for (OpCase& row : more) rows.push_back(std::move(row));
  rows.push_back(of_complex("add", ops::add));
  rows.push_back(of_complex("subtract", ops::subtract));
  rows.push_back(of_complex("multiply", ops::multiply));
  rows.push_back(of_complex("divide", ops::divide));
  rows.push_back(of_complex("power", ops::power));
  rows.push_back(where_case());
  return rows;
}

}  // namespace kerascpp::test
