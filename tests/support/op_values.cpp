#include <algorithm>
#include <cmath>
#include <limits>

#include <kerascpp/core/error.hpp>
#include <kerascpp/core/random.hpp>

#include "support/op_test.hpp"

namespace kerascpp::test {
namespace {

constexpr double kKinkDistance = 0.05;

double away_from(double value, const std::vector<double>& kinks) {
  for (const double kink : kinks)
    if (std::abs(value - kink) < kKinkDistance) return kink + std::copysign(kKinkDistance, value - kink);
  return value;
}

bool same(double a, double b, double tolerance) {
  if (std::isnan(a) || std::isnan(b)) return std::isnan(a) && std::isnan(b);
  if (std::isinf(a) || std::isinf(b)) return a == b;
  return std::abs(a - b) <= tolerance;
}

// Real and imaginary parts, or the values, as float64.
std::vector<double> parts(const Tensor& tensor) {
  if (!is_complex(tensor.dtype())) return tensor.astype(DType::Float64).to_vector<double>();
  const Tensor wide = tensor.astype(DType::Complex128);
  const auto* values = static_cast<const double*>(wide.raw());
  return {values, values + 2 * wide.size()};
}

}  // namespace

OpInput integer_input(Shape shape, std::int64_t low, std::int64_t high, DType dtype) {
  return {.shape = shape,
          .low = static_cast<double>(low),
          .high = static_cast<double>(high),
          .has_own_dtype = true,
          .dtype = dtype};
}

OpInput bool_input(Shape shape) { return integer_input(shape, 0, 2, DType::Bool); }

OpInput fixed_input(const Tensor& values) {
  return {.shape = values.shape(), .has_own_dtype = true, .dtype = values.dtype(), .values = values};
}

double epsilon_of(DType dtype) {
  switch (dtype) {
    case DType::Float16:
      return std::ldexp(1, -10);
    case DType::BFloat16:
      return std::ldexp(1, -7);
    case DType::Float32:
    case DType::Complex64:
      return std::numeric_limits<float>::epsilon();
    case DType::Float64:
    case DType::Complex128:
      return std::numeric_limits<double>::epsilon();
    default:
      return 0;
  }
}

std::string first_difference(const Tensor& actual, const Tensor& expected, double relative, double scale) {
  if (actual.dtype() != expected.dtype() || !(actual.shape() == expected.shape()))
    return text_of("received ", actual.dtype(), " ", actual.shape(), ", expected ", expected.dtype(), " ",
                   expected.shape());
  const std::vector<double> a = parts(actual), e = parts(expected);
  for (std::size_t i = 0; i < a.size(); ++i)
    if (!same(a[i], e[i], relative * std::max(std::abs(e[i]), scale)))
      return text_of("element ", i, " of ", expected.shape(), ": received ", a[i], ", expected ", e[i], ", difference ",
                     a[i] - e[i]);
  return {};
}

Tensor make_values(const OpInput& input, DType dtype, std::uint64_t seed) {
  if (input.values.defined()) return input.values.astype(dtype);
  RandomStream stream(seed);
  const std::int64_t parts_each = is_complex(dtype) ? 2 : 1;
  Tensor wide = stream.uniform(Shape{input.shape.size() * parts_each}, input.low, input.high, DType::Float64);
  double* values = wide.data<double>();
  if (input.distinct) {
    const Tensor order = stream.permutation(wide.size());
    for (std::int64_t i = 0; i < wide.size(); ++i)
      values[i] =
          input.low + (input.high - input.low) * (order.item<double>(i) + 0.5) / static_cast<double>(wide.size());
  }
  for (std::int64_t i = 0; i < wide.size(); ++i)
    values[i] = is_differentiable(dtype) ? away_from(values[i], input.kinks) : std::floor(values[i]);
  if (!is_complex(dtype)) return wide.reshape(input.shape).astype(dtype);
  return Tensor(values, input.shape, DType::Complex128).astype(dtype);
}

}  // namespace kerascpp::test
