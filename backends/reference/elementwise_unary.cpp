#include <cmath>
#include <limits>
#include <numbers>

#include "backends/reference/families.hpp"
#include "backends/reference/special_functions.hpp"
#include "backends/reference/wide.hpp"

/// Each elementwise function of one argument as up to three scalar functions, one per wide type.
namespace kerascpp::reference {
namespace {

struct UnaryRow {
  const char* name;
  std::int64_t (*integer)(std::int64_t);
  double (*real)(double);
  Complex (*complex)(const Complex&);
};

// Signed overflow wraps, as it does in NumPy.
std::int64_t negate(std::int64_t x) { return static_cast<std::int64_t>(-static_cast<std::uint64_t>(x)); }
std::int64_t same(std::int64_t x) { return x; }

double sign(double x) { return std::isnan(x) ? x : static_cast<double>((x > 0) - (x < 0)); }
double identity(double x) { return x; }
double rsqrt(double x) { return 1 / std::sqrt(x); }
double sigmoid(double x) {
  // exp of a negative number only, so nothing overflows
  const double e = std::exp(-std::abs(x));
  return x >= 0 ? 1 / (1 + e) : e / (1 + e);
}

Complex log1p(const Complex& z) {
  const double x = z.real(), y = z.imag();
  return {0.5 * std::log1p(x * (2 + x) + y * y), std::atan2(y, 1 + x)};
}
// exp(x + iy) - 1 = expm1(x) cos(y) - 2 sin(y/2)^2 + i exp(x) sin(y)
Complex expm1(const Complex& z) {
  const double half = std::sin(z.imag() / 2);
  return {std::expm1(z.real()) * std::cos(z.imag()) - 2 * half * half, std::exp(z.real()) * std::sin(z.imag())};
}
bool is_nan(const Complex& z) { return std::isnan(z.real()) || std::isnan(z.imag()); }
bool is_inf(const Complex& z) { return std::isinf(z.real()) || std::isinf(z.imag()); }

using Z = const Complex&;

const UnaryRow kRows[] = {
    {"negative", negate, [](double x) { return -x; }, [](Z z) { return -z; }},
    {"abs", [](std::int64_t x) { return x < 0 ? negate(x) : x; }, std::fabs, [](Z z) { return Complex(std::abs(z)); }},
    {"sign", [](std::int64_t x) { return std::int64_t{(x > 0) - (x < 0)}; }, sign,
     [](Z z) { return z == 0.0 ? z : z / std::abs(z); }},
    {"floor", nullptr, std::floor, nullptr},
    {"ceil", nullptr, std::ceil, nullptr},
    {"round", same, std::nearbyint, nullptr},  // half to even
    {"trunc", same, std::trunc, nullptr},
    {"sqrt", nullptr, std::sqrt, std::sqrt},
    {"rsqrt", nullptr, rsqrt, [](Z z) { return 1.0 / std::sqrt(z); }},
    {"cbrt", nullptr, std::cbrt, nullptr},
    {"reciprocal", nullptr, [](double x) { return 1 / x; }, [](Z z) { return 1.0 / z; }},
    {"square",
     [](std::int64_t x) {
       return static_cast<std::int64_t>(static_cast<std::uint64_t>(x) * static_cast<std::uint64_t>(x));
     },
     [](double x) { return x * x; }, [](Z z) { return z * z; }},
    {"exp", nullptr, std::exp, std::exp},
    {"exp2", nullptr, std::exp2, [](Z z) { return std::exp(z * std::numbers::ln2); }},
    {"expm1", nullptr, std::expm1, expm1},
    {"log", nullptr, std::log, std::log},
    {"log1p", nullptr, std::log1p, log1p},
    {"log2", nullptr, std::log2, [](Z z) { return std::log(z) / std::numbers::ln2; }},
    {"log10", nullptr, std::log10, std::log10},
    {"sin", nullptr, std::sin, std::sin},
    {"cos", nullptr, std::cos, std::cos},
    {"tan", nullptr, std::tan, std::tan},
    {"arcsin", nullptr, std::asin, [](Z z) { return std::asin(z); }},
    {"arccos", nullptr, std::acos, [](Z z) { return std::acos(z); }},
    {"arctan", nullptr, std::atan, [](Z z) { return std::atan(z); }},
    {"sinh", nullptr, std::sinh, std::sinh},
    {"cosh", nullptr, std::cosh, std::cosh},
    {"tanh", nullptr, std::tanh, std::tanh},
    {"arcsinh", nullptr, std::asinh, [](Z z) { return std::asinh(z); }},
    {"arccosh", nullptr, std::acosh, [](Z z) { return std::acosh(z); }},
    {"arctanh", nullptr, std::atanh, [](Z z) { return std::atanh(z); }},
    {"erf", nullptr, std::erf, nullptr},
    {"erfc", nullptr, std::erfc, nullptr},
    {"erfinv", nullptr, erfinv, nullptr},
    {"sigmoid", nullptr, sigmoid, [](Z z) { return 1.0 / (1.0 + std::exp(-z)); }},
    {"relu", [](std::int64_t x) { return x > 0 ? x : 0; }, [](double x) { return x < 0 ? 0 : x; }, nullptr},
    {"lgamma", nullptr, log_gamma, nullptr},
    {"digamma", nullptr, [](double x) { return polygamma(0, x); }, nullptr},
    {"i0", nullptr, [](double x) { return bessel_i(0, x); }, nullptr},
    {"i1", nullptr, [](double x) { return bessel_i(1, x); }, nullptr},
    {"logical_not", [](std::int64_t x) { return std::int64_t{x == 0}; }, nullptr, nullptr},
    {"isfinite", [](std::int64_t) { return std::int64_t{1}; }, [](double x) { return std::isfinite(x) ? 1.0 : 0.0; },
     [](Z z) { return Complex(is_nan(z) || is_inf(z) ? 0 : 1); }},
    {"isinf", [](std::int64_t) { return std::int64_t{0}; }, [](double x) { return std::isinf(x) ? 1.0 : 0.0; },
     [](Z z) { return Complex(is_inf(z) ? 1 : 0); }},
    {"isnan", [](std::int64_t) { return std::int64_t{0}; }, [](double x) { return std::isnan(x) ? 1.0 : 0.0; },
     [](Z z) { return Complex(is_nan(z) ? 1 : 0); }},
    {"real", same, identity, [](Z z) { return Complex(z.real()); }},
    {"imag", [](std::int64_t) { return std::int64_t{0}; }, [](double) { return 0.0; },
     [](Z z) { return Complex(z.imag()); }},
    {"conj", same, identity, [](Z z) { return std::conj(z); }},
    {"angle", nullptr, [](double x) { return std::isnan(x)     ? x
                                             : std::signbit(x) ? std::numbers::pi
                                                               : 0; },
     [](Z z) { return Complex(std::arg(z)); }},
    {"identity", same, identity, [](Z z) { return z; }},
    {"stop_gradient", same, identity, [](Z z) { return z; }},
    {"cast", same, identity, [](Z z) { return z; }},
};

template <class Wide, class Function>
void map(const runtime::KernelQuery& query, const runtime::KernelArguments& arguments, Function function) {
  auto values = load<Wide>(arguments.inputs[0], query.inputs[0]);
  for (Wide& value : values.storage()) value = function(value);
  store<Wide>(values, arguments.outputs[0], query.outputs[0]);
}

void run_row(const UnaryRow& row, const runtime::KernelQuery& query, const runtime::KernelArguments& arguments) {
  with_wide_type(query.inputs[0].dtype, [&]<class Wide>(Wide) {
    if constexpr (std::is_same_v<Wide, double>)
      map<Wide>(query, arguments, row.real);
    else if constexpr (std::is_same_v<Wide, Complex>)
      map<Wide>(query, arguments, row.complex);
    else
      map<Wide>(query, arguments, row.integer);
  });
}

// Bits depend on the dtype: those of bool are one, and uint64 has no sign.
void run_bitwise_not(const runtime::KernelQuery& query, const runtime::KernelArguments& arguments) {
  if (is_bool(query.inputs[0].dtype))
    map<std::int64_t>(query, arguments, [](std::int64_t x) { return std::int64_t{x == 0}; });
  else
    map<std::int64_t>(query, arguments, [](std::int64_t x) { return ~x; });
}

void run_signbit(const runtime::KernelQuery& query, const runtime::KernelArguments& arguments) {
  const DType dtype = query.inputs[0].dtype;
  if (is_floating(dtype))
    map<double>(query, arguments, [](double x) { return std::signbit(x) ? 1.0 : 0.0; });
  else
    map<std::int64_t>(query, arguments, [dtype](std::int64_t x) { return std::int64_t{!is_unsigned(dtype) && x < 0}; });
}

void run_polygamma(const runtime::KernelQuery& query, const runtime::KernelArguments& arguments) {
  const auto order = static_cast<int>(query.attributes.integer("order"));
  map<double>(query, arguments, [order](double x) { return polygamma(order, x); });
}

}  // namespace

void register_unary_kernels(runtime::KernelRegistry& registry) {
  for (const UnaryRow& row : kRows)
    add_reference_kernel(registry, row.name,
                         [&row](const runtime::KernelQuery& query, const runtime::KernelArguments& arguments) {
                           run_row(row, query, arguments);
                         });
  add_reference_kernel(registry, "bitwise_not", run_bitwise_not);
  add_reference_kernel(registry, "signbit", run_signbit);
  add_reference_kernel(registry, "polygamma", run_polygamma);
}

}  // namespace kerascpp::reference
