#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>
#include <numeric>

#include "backends/reference/families.hpp"
#include "backends/reference/special_functions.hpp"
#include "backends/reference/wide.hpp"

#include <xtensor/xbroadcast.hpp>

/// Each elementwise function of two arguments as scalar functions, one per wide type; uint64 has its own where order
/// or sign matters.
namespace kerascpp::reference {
namespace {

using Natural = std::uint64_t;

struct BinaryRow {
  const char* name;
  std::int64_t (*integer)(std::int64_t, std::int64_t) = nullptr;
  Natural (*natural)(Natural, Natural) = nullptr;
  double (*real)(double, double) = nullptr;
  Complex (*complex)(const Complex&, const Complex&) = nullptr;
};

// Rows from one generic function: of integers, of all real numbers, of everything.
template <auto F>
BinaryRow of_integers(const char* name) {
  return {name, [](std::int64_t a, std::int64_t b) { return static_cast<std::int64_t>(F(a, b)); },
          [](Natural a, Natural b) { return static_cast<Natural>(F(a, b)); }};
}
template <auto F>
BinaryRow of_reals(const char* name) {
  BinaryRow row = of_integers<F>(name);
  row.real = [](double a, double b) { return static_cast<double>(F(a, b)); };
  return row;
}
template <auto F>
BinaryRow of_all(const char* name) {
  BinaryRow row = of_reals<F>(name);
  row.complex = [](const Complex& a, const Complex& b) { return Complex(F(a, b)); };
  return row;
}
BinaryRow of_floats(const char* name, double (*real)(double, double)) { return {name, nullptr, nullptr, real}; }

// Integers wrap on overflow: they are computed without sign.
template <auto F>
BinaryRow arithmetic(const char* name) {
  BinaryRow row = of_all<F>(name);
  row.integer = [](std::int64_t a, std::int64_t b) {
    return static_cast<std::int64_t>(F(static_cast<Natural>(a), static_cast<Natural>(b)));
  };
  return row;
}

template <class T>
T larger(T a, T b) {
  if constexpr (std::is_floating_point_v<T>)
    if (std::isnan(a) || std::isnan(b)) return a + b;
  return a >= b ? a : b;
}

template <class T>
T smaller(T a, T b) {
  if constexpr (std::is_floating_point_v<T>)
    if (std::isnan(a) || std::isnan(b)) return a + b;
  return a <= b ? a : b;
}

// C's remainder. The smallest integer by -1 is kept from the processor, which traps on it.
template <class T>
T remainder(T a, T b) {
  if constexpr (std::is_floating_point_v<T>)
    return std::fmod(a, b);
  else if constexpr (std::is_signed_v<T>)
    return b == 0 || b == -1 ? 0 : a % b;
  else
    return b == 0 ? 0 : a % b;
}

template <class T>
T python_mod(T a, T b) {
  const T r = remainder(a, b);
  if constexpr (std::is_unsigned_v<T>)
    return r;
  else
    return r != 0 && (r < 0) != (b < 0) ? r + b : r;
}

template <class T>
T floor_quotient(T a, T b) {
  if constexpr (std::is_floating_point_v<T>)
    return std::floor(a / b);
  else if (b == 0)
    return 0;
  else if constexpr (std::is_unsigned_v<T>)
    return a / b;
  else if (b == -1)
    return static_cast<T>(-static_cast<Natural>(a));
  else
    return a / b - (a % b != 0 && (a < 0) != (b < 0));
}

template <class T>
T to_power(T a, T b) {
  if constexpr (std::is_floating_point_v<T>)
    return std::pow(a, b);
  else if constexpr (std::is_integral_v<T>) {
    if constexpr (std::is_signed_v<T>)
      if (b < 0) return a == 1 ? 1 : a == -1 ? (b % 2 == 0 ? 1 : -1) : 0;
    Natural result = 1, base = static_cast<Natural>(a);
    for (auto n = static_cast<Natural>(b); n != 0; n >>= 1, base *= base)
      if (n & 1) result *= base;
    return static_cast<T>(result);
  } else {
    if (b == 0.0) return 1.0;
    return a == 0.0 && b.real() > 0 ? T{} : std::pow(a, b);
  }
}

template <class T>
T divisor(T a, T b) {
  if constexpr (std::is_signed_v<T>) {
    const auto size = [](T x) { return x < 0 ? -static_cast<Natural>(x) : static_cast<Natural>(x); };
    return static_cast<T>(std::gcd(size(a), size(b)));
  } else
    return std::gcd(a, b);
}

template <class T>
T multiple(T a, T b) {
  if (a == 0 || b == 0) return 0;
  const auto product = static_cast<T>(static_cast<Natural>(a / divisor(a, b)) * static_cast<Natural>(b));
  if constexpr (std::is_signed_v<T>)
    return product < 0 ? static_cast<T>(-static_cast<Natural>(product)) : product;
  else
    return product;
}

template <class T>
T shifted_left(T a, T b) {
  const auto count = static_cast<Natural>(b);
  return count >= 64 ? T{0} : static_cast<T>(static_cast<Natural>(a) << count);
}

template <class T>
T shifted_right(T a, T b) {
  const auto count = static_cast<Natural>(b);
  return count >= 64 ? static_cast<T>(a < T{0} ? -1 : 0) : static_cast<T>(a >> count);
}

double logaddexp(double a, double b) {
  if (std::isnan(a) || std::isnan(b)) return a + b;
  const double largest = std::max(a, b);
  return std::isinf(largest) ? largest : largest + std::log1p(std::exp(-std::abs(a - b)));
}

double heaviside(double a, double b) { return std::isnan(a) ? a : a < 0 ? 0 : a == 0 ? b : 1; }

double times_power_of_two(double a, double b) {
  return std::ldexp(a, static_cast<int>(std::clamp(b, -100000.0, 100000.0)));
}

const BinaryRow kRows[] = {
    arithmetic<[](auto a, auto b) { return a + b; }>("add"),
    arithmetic<[](auto a, auto b) { return a - b; }>("subtract"),
    arithmetic<[](auto a, auto b) { return a * b; }>("multiply"),
    {"divide", nullptr, nullptr, [](double a, double b) { return a / b; },
     [](const Complex& a, const Complex& b) { return a / b; }},
    of_reals<[](auto a, auto b) { return floor_quotient(a, b); }>("floor_divide"),
    of_reals<[](auto a, auto b) { return python_mod(a, b); }>("mod"),
    of_reals<[](auto a, auto b) { return remainder(a, b); }>("fmod"),
    of_all<[](auto a, auto b) { return to_power(a, b); }>("power"),
    of_reals<[](auto a, auto b) { return larger(a, b); }>("maximum"),
    of_reals<[](auto a, auto b) { return smaller(a, b); }>("minimum"),
    of_reals<[](auto a, auto b) { return b != b || a >= b ? a : b; }>("fmax"),
    of_reals<[](auto a, auto b) { return b != b || a <= b ? a : b; }>("fmin"),
    of_floats("arctan2", std::atan2),
    of_floats("hypot", std::hypot),
    of_floats("logaddexp", logaddexp),
    of_floats("copysign", std::copysign),
    of_floats("heaviside", heaviside),
    of_floats("ldexp", times_power_of_two),
    of_floats("gammainc", gammainc),
    of_integers<[](auto a, auto b) { return divisor(a, b); }>("gcd"),
    of_integers<[](auto a, auto b) { return multiple(a, b); }>("lcm"),
    of_all<[](auto a, auto b) { return a == b ? 1.0 : 0.0; }>("equal"),
    of_all<[](auto a, auto b) { return a != b ? 1.0 : 0.0; }>("not_equal"),
    of_reals<[](auto a, auto b) { return a < b; }>("less"),
    of_reals<[](auto a, auto b) { return a <= b; }>("less_equal"),
    of_reals<[](auto a, auto b) { return (a > b); }>("greater"),
    of_reals<[](auto a, auto b) { return a >= b; }>("greater_equal"),
    of_integers<[](auto a, auto b) { return a != 0 && b != 0; }>("logical_and"),
    of_integers<[](auto a, auto b) { return a != 0 || b != 0; }>("logical_or"),
    of_integers<[](auto a, auto b) { return (a != 0) != (b != 0); }>("logical_xor"),
    of_integers<[](auto a, auto b) { return a & b; }>("bitwise_and"),
    of_integers<[](auto a, auto b) { return a | b; }>("bitwise_or"),
    of_integers<[](auto a, auto b) { return a ^ b; }>("bitwise_xor"),
    of_integers<[](auto a, auto b) { return shifted_left(a, b); }>("left_shift"),
    of_integers<[](auto a, auto b) { return shifted_right(a, b); }>("right_shift"),
};

template <class Wide>
xt::xarray<Wide> load_broadcast(const runtime::KernelQuery& query, const runtime::KernelArguments& arguments,
                                std::size_t i, const Shape& shape) {
  return xt::broadcast(load<Wide>(arguments.inputs[i], query.inputs[i]),
                       std::vector<std::size_t>(shape.begin(), shape.end()));
}

template <class Wide, class Function>
void map(const runtime::KernelQuery& query, const runtime::KernelArguments& arguments, Function function) {
  auto a = load_broadcast<Wide>(query, arguments, 0, query.outputs[0].shape);
  const auto b = load_broadcast<Wide>(query, arguments, 1, query.outputs[0].shape);
  std::transform(a.storage().begin(), a.storage().end(), b.storage().begin(), a.storage().begin(), function);
  store<Wide>(a, arguments.outputs[0], query.outputs[0]);
}

void run_row(const BinaryRow& row, const runtime::KernelQuery& query, const runtime::KernelArguments& arguments) {
  with_wide_type(query.inputs[0].dtype, [&]<class Wide>(Wide) {
    if constexpr (std::is_same_v<Wide, double>)
      map<Wide>(query, arguments, row.real);
    else if constexpr (std::is_same_v<Wide, Complex>)
      map<Wide>(query, arguments, row.complex);
    else if (query.inputs[0].dtype == DType::UInt64)
      map<Wide>(query, arguments, [&row](std::int64_t a, std::int64_t b) {
        return static_cast<std::int64_t>(row.natural(static_cast<Natural>(a), static_cast<Natural>(b)));
      });
    else
      map<Wide>(query, arguments, row.integer);
  });
}

// The neighbour in the dtype itself, not in the wide type.
template <class Float>
double next(double a, double b) {
  return std::nextafter(static_cast<Float>(a), static_cast<Float>(b));
}

template <class Half>
double next_half(double a, double b) {
  if (std::isnan(a) || std::isnan(b)) return a + b;
  if (a == b) return b;
  Half half(static_cast<float>(a));
  if (a == 0)
    half.bits = static_cast<std::uint16_t>(b > 0 ? 0x0001 : 0x8001);
  else
    half.bits = static_cast<std::uint16_t>((a < b) == (a > 0) ? half.bits + 1 : half.bits - 1);
  return static_cast<float>(half);
}

void run_nextafter(const runtime::KernelQuery& query, const runtime::KernelArguments& arguments) {
  switch (query.inputs[0].dtype) {
    case DType::Float16:
      return map<double>(query, arguments, next_half<float16>);
    case DType::BFloat16:
      return map<double>(query, arguments, next_half<bfloat16>);
    case DType::Float32:
      return map<double>(query, arguments, next<float>);
    default:
      return map<double>(query, arguments, next<double>);
  }
}

void run_complex(const runtime::KernelQuery& query, const runtime::KernelArguments& arguments) {
  map<Complex>(query, arguments, [](const Complex& a, const Complex& b) { return Complex(a.real(), b.real()); });
}

void run_where(const runtime::KernelQuery& query, const runtime::KernelArguments& arguments) {
  const Shape& shape = query.outputs[0].shape;
  const auto condition = load_broadcast<std::int64_t>(query, arguments, 0, shape);
  with_wide_type(query.outputs[0].dtype, [&]<class Wide>(Wide) {
    auto a = load_broadcast<Wide>(query, arguments, 1, shape);
    const auto b = load_broadcast<Wide>(query, arguments, 2, shape);
    for (std::size_t i = 0; i < a.size(); ++i)
      if (condition.storage()[i] == 0) a.storage()[i] = b.storage()[i];
    store<Wide>(a, arguments.outputs[0], query.outputs[0]);
  });
}

}  // namespace

void register_binary_kernels(runtime::KernelRegistry& registry) {
  for (const BinaryRow& row : kRows)
    add_reference_kernel(registry, row.name,
                         [&row](const runtime::KernelQuery& query, const runtime::KernelArguments& arguments) {
                           run_row(row, query, arguments);
                         });
  add_reference_kernel(registry, "nextafter", run_nextafter);
  add_reference_kernel(registry, "complex", run_complex);
  add_reference_kernel(registry, "where", run_where);
}

}  // namespace kerascpp::reference
