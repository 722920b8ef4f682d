#include <kerascpp/ops/elementwise.hpp>
#include <kerascpp/ops/numeric.hpp>

#include "support/op_fixtures.hpp"

/// Elementwise operations, called as in keras.ops.numpy and keras.ops.math.
namespace kerascpp::test {
namespace {

using Unary = std::pair<const char*, ops::UnaryOp>;
using Binary = std::pair<const char*, ops::BinaryOp>;

const std::vector<Unary> kUnary = {
    {"abs", ops::abs},
    {"absolute", ops::absolute},
    {"angle", ops::angle},
    {"arccos", ops::arccos},
    {"arccosh", ops::arccosh},
    {"arcsin", ops::arcsin},
    {"arcsinh", ops::arcsinh},
    {"arctan", ops::arctan},
    {"arctanh", ops::arctanh},
    {"bitwise_invert", ops::bitwise_invert},
    {"bitwise_not", ops::bitwise_not},
    {"cbrt", ops::cbrt},
    {"ceil", ops::ceil},
    {"conj", ops::conj},
    {"conjugate", ops::conjugate},
    {"copy", ops::copy},
    {"cos", ops::cos},
    {"cosh", ops::cosh},
    {"erf", ops::erf},
    {"erfc", ops::erfc},
    {"erfinv", ops::erfinv},
    {"exp", ops::exp},
    {"exp2", ops::exp2},
    {"expm1", ops::expm1},
    {"floor", ops::floor},
    {"i0", ops::i0},
    {"imag", ops::imag},
    {"isfinite", ops::isfinite},
    {"isinf", ops::isinf},
    {"isnan", ops::isnan},
    {"log", ops::log},
    {"log10", ops::log10},
    {"log1p", ops::log1p},
    {"log2", ops::log2},
    {"logical_not", ops::logical_not},
    {"negative", ops::negative},
    {"real", ops::real},
    {"reciprocal", ops::reciprocal},
    {"rsqrt", ops::rsqrt},
    {"sign", ops::sign},
    {"signbit", ops::signbit},
    {"sin", ops::sin},
    {"sinh", ops::sinh},
    {"sqrt", ops::sqrt},
    {"square", ops::square},
    {"tan", ops::tan},
    {"tanh", ops::tanh},
    {"trunc", ops::trunc},
};

const std::vector<Binary> kBinary = {
    {"add", ops::add},
    {"arctan2", ops::arctan2},
    {"bitwise_and", ops::bitwise_and},
    {"bitwise_left_shift", ops::bitwise_left_shift},
    {"bitwise_or", ops::bitwise_or},
    {"bitwise_right_shift", ops::bitwise_right_shift},
    {"bitwise_xor", ops::bitwise_xor},
    {"divide", ops::divide},
    {"equal", ops::equal},
    {"floor_divide", ops::floor_divide},
    {"fmax", ops::fmax},
    {"fmin", ops::fmin},
    {"fmod", ops::fmod},
    {"gammainc", ops::gammainc},
    {"gcd", ops::gcd},
    {"greater", ops::greater},
    {"greater_equal", ops::greater_equal},
    {"heaviside", ops::heaviside},
    {"hypot", ops::hypot},
    {"lcm", ops::lcm},
    {"ldexp", ops::ldexp},
    {"left_shift", ops::left_shift},
    {"less", ops::less},
    {"less_equal", ops::less_equal},
    {"logaddexp", ops::logaddexp},
    {"logical_and", ops::logical_and},
    {"logical_or", ops::logical_or},
    {"logical_xor", ops::logical_xor},
    {"maximum", ops::maximum},
    {"minimum", ops::minimum},
    {"mod", ops::mod},
    {"multiply", ops::multiply},
    {"nextafter", ops::nextafter},
    {"not_equal", ops::not_equal},
    {"power", ops::power},
    {"right_shift", ops::right_shift},
    {"subtract", ops::subtract},
    {"true_divide", ops::true_divide},
};

template <class T>
void add_simple(FixtureOps<T>& table) {
  using Result = std::vector<T>;
  using Arguments = ArgumentsOf<T>;
  add_alike(table, kUnary, [](const ops::UnaryOp& op, const Arguments& a) { return Result{op(a.tensor(0, "x"))}; });
  add_alike(table, kBinary, [](const ops::BinaryOp& op, const Arguments& a) {
    return Result{op(a.tensor(0, "x1"), a.tensor(1, "x2"))};
  });
  table["deg2rad"] = [](const Arguments& a) { return Result{ops::deg2rad(a.tensor(0, "x"))}; };
  table["divide_no_nan"] = [](const Arguments& a) {
    return Result{ops::divide_no_nan(a.tensor(0, "x1"), a.tensor(1, "x2"))};
  };
  table["fabs"] = [](const Arguments& a) { return Result{ops::fabs(a.tensor(0, "x"))}; };
  table["isneginf"] = [](const Arguments& a) { return Result{ops::isneginf(a.tensor(0, "x"))}; };
  table["isposinf"] = [](const Arguments& a) { return Result{ops::isposinf(a.tensor(0, "x"))}; };
  table["isreal"] = [](const Arguments& a) { return Result{ops::isreal(a.tensor(0, "x"))}; };
  table["logaddexp2"] = [](const Arguments& a) {
    return Result{ops::logaddexp2(a.tensor(0, "x1"), a.tensor(1, "x2"))};
  };
  table["polar"] = [](const Arguments& a) { return Result{ops::polar(a.tensor(0, "abs_"), a.tensor(1, "angle"))}; };
  table["rad2deg"] = [](const Arguments& a) { return Result{ops::rad2deg(a.tensor(0, "x"))}; };
  table["sinc"] = [](const Arguments& a) { return Result{ops::sinc(a.tensor(0, "x"))}; };
  table["view_as_complex"] = [](const Arguments& a) { return Result{ops::view_as_complex(a.tensor(0, "x"))}; };
  table["view_as_real"] = [](const Arguments& a) { return Result{ops::view_as_real(a.tensor(0, "x"))}; };
}

std::optional<double> optional_number(const FixtureArguments& a, std::size_t position, std::string_view name) {
  return a.has(position, name) ? std::optional(a.number(position, name, 0)) : std::nullopt;
}

template <class T>
void add_with_options(FixtureOps<T>& table) {
  using Result = std::vector<T>;
  using Arguments = ArgumentsOf<T>;
  table["cast"] = [](const Arguments& a) {
    return Result{ops::cast(a.tensor(0, "x"), dtype_from_name(a.text(1, "dtype", "")))};
  };
  table["saturate_cast"] = [](const Arguments& a) {
    return Result{ops::saturate_cast(a.tensor(0, "x"), dtype_from_name(a.text(1, "dtype", "")))};
  };
  table["clip"] = [](const Arguments& a) {
    return Result{ops::clip(a.tensor(0, "x"), a.value(1, "x_min"), a.value(2, "x_max"))};
  };
  table["round"] = [](const Arguments& a) {
    return Result{ops::round(a.tensor(0, "x"), static_cast<int>(a.integer(1, "decimals", 0)))};
  };
  table["where"] = [](const Arguments& a) {
    return Result{ops::where(a.tensor(0, "condition"), a.tensor(1, "x1"), a.tensor(2, "x2"))};
  };
  table["nan_to_num"] = [](const Arguments& a) {
    return Result{ops::nan_to_num(a.tensor(0, "x"), a.number(1, "nan", 0), optional_number(a, 2, "posinf"),
                                  optional_number(a, 3, "neginf"))};
  };
  table["isclose"] = [](const Arguments& a) {
    return Result{ops::isclose(a.tensor(0, "x1"), a.tensor(1, "x2"), a.number(2, "rtol", 1e-5),
                               a.number(3, "atol", 1e-8), a.flag(4, "equal_nan", false))};
  };
  table["allclose"] = [](const Arguments& a) { return Result{ops::allclose(a.tensor(0, "x1"), a.tensor(1, "x2"))}; };
}

template <class T>
FixtureOps<T> table_of() {
  FixtureOps<T> table;
  add_simple(table);
  add_with_options(table);
  return table;
}

}  // namespace

FixtureTable elementwise_table() { return {table_of<Tensor>(), table_of<Symbol>()}; }

}  // namespace kerascpp::test
