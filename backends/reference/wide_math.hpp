#pragma once

#include <cmath>
#include <cstdint>
#include <type_traits>

#include <kerascpp/core/dtype.hpp>

/// Arithmetic and order of the wide types: integers wrap, uint64 is stored in int64, NaN comes after all numbers.
namespace kerascpp::reference {

template <class Wide>
[[nodiscard]] Wide plus(Wide a, Wide b) {
  if constexpr (std::is_integral_v<Wide>)
    return static_cast<Wide>(static_cast<std::uint64_t>(a) + static_cast<std::uint64_t>(b));
  else
    return a + b;
}

template <class Wide>
[[nodiscard]] Wide times(Wide a, Wide b) {
  if constexpr (std::is_integral_v<Wide>)
    return static_cast<Wide>(static_cast<std::uint64_t>(a) * static_cast<std::uint64_t>(b));
  else
    return a * b;
}

/// Whether `a` comes before `b` in the order of the dtype.
[[nodiscard]] inline bool comes_before(std::int64_t a, std::int64_t b, DType dtype) {
  if (dtype == DType::UInt64) return static_cast<std::uint64_t>(a) < static_cast<std::uint64_t>(b);
  return a < b;
}
[[nodiscard]] inline bool comes_before(double a, double b, DType) { return a < b || (std::isnan(b) && !std::isnan(a)); }

/// The larger and the smaller one; NaN when one of them is.
template <class Wide>
[[nodiscard]] Wide larger(Wide a, Wide b, DType dtype) {
  return comes_before(a, b, dtype) ? b : a;
}
template <class Wide>
[[nodiscard]] Wide smaller(Wide a, Wide b, DType dtype) {
  if constexpr (!std::is_integral_v<Wide>)
    if (std::isnan(a) || std::isnan(b)) return a + b;
  return comes_before(b, a, dtype) ? b : a;
}

/// The smallest or the largest value of an integer dtype, as int64 holds it.
[[nodiscard]] inline std::int64_t integer_limit(DType dtype, bool largest) {
  const int bits = is_bool(dtype) ? 1 : static_cast<int>(itemsize(dtype)) * 8;
  if (is_bool(dtype) || is_unsigned(dtype))
    return largest ? static_cast<std::int64_t>(~std::uint64_t{0} >> (64 - bits)) : 0;
  const auto top = static_cast<std::int64_t>(~std::uint64_t{0} >> (65 - bits));
  return largest ? top : -top - 1;
}

}  // namespace kerascpp::reference
