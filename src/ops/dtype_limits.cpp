#include "ops/dtype_limits.hpp"

#include <cmath>
#include <limits>

namespace kerascpp::ops {

double largest_finite(DType dtype) {
  switch (dtype) {
    case DType::Float16:
      return 65504;
    case DType::BFloat16:
      return std::ldexp(255, 120);  // (2 - 2^-7) * 2^127
    case DType::Float64:
    case DType::Complex128:
      return std::numeric_limits<double>::max();
    default:
      return std::numeric_limits<float>::max();
  }
}

double machine_epsilon(DType dtype) {
  switch (dtype) {
    case DType::Float16:
      return std::ldexp(1, -10);
    case DType::BFloat16:
      return std::ldexp(1, -7);
    case DType::Float64:
    case DType::Complex128:
      return std::numeric_limits<double>::epsilon();
    default:
      return std::numeric_limits<float>::epsilon();
  }
}

long double highest_value(DType dtype) {
  if (is_floating(dtype)) return largest_finite(dtype);
  if (is_bool(dtype)) return 1;
  const int bits = static_cast<int>(itemsize(dtype)) * 8 - (is_unsigned(dtype) ? 0 : 1);
  return std::ldexp(1.0L, bits) - 1;
}

long double lowest_value(DType dtype) {
  if (is_floating(dtype)) return -largest_finite(dtype);
  return is_bool(dtype) || is_unsigned(dtype) ? 0 : -highest_value(dtype) - 1;
}

}  // namespace kerascpp::ops
