#pragma once

#include <cstdint>
#include <limits>
#include <type_traits>

#include <kerascpp/core/dtype.hpp>
#include <kerascpp/core/error.hpp>

#include "core/half.hpp"

// Conversion of one element, shared by Tensor::astype and the cast kernels, and dispatch from DType to C++ type.

namespace kerascpp {

template <class T>
inline constexpr bool is_half_type = std::is_same_v<T, float16> || std::is_same_v<T, bfloat16>;
template <class T>
inline constexpr bool is_complex_type = std::is_same_v<T, complex64> || std::is_same_v<T, complex128>;

/// A float type to an integer type: truncates toward zero, saturates, and turns NaN into 0.
template <class To, class From>
constexpr To truncate(From value) {
  // both bounds are powers of two (or 0), hence exact in every float type
  constexpr auto kBelow = static_cast<From>(std::numeric_limits<To>::min());
  constexpr auto kAbove = static_cast<From>(std::numeric_limits<To>::max() / 2 + 1) * From(2);
  if (value != value) return To(0);
  if (value < kBelow) return std::numeric_limits<To>::min();
  if (value >= kAbove) return std::numeric_limits<To>::max();
  return static_cast<To>(value);
}

/// One element converted as astype does: complex to real drops the imaginary part, anything but zero is true,
/// integers wrap, floats to integers as `truncate`.
template <class To, class From>
inline To convert(From value) {
  if constexpr (std::is_same_v<To, From>) {
    return value;
  } else if constexpr (is_complex_type<From>) {
    if constexpr (is_complex_type<To>) {
      using Part = decltype(To::real);
      return To{static_cast<Part>(value.real), static_cast<Part>(value.imag)};
    } else if constexpr (std::is_same_v<To, bool>) {
      return value.real != 0 || value.imag != 0;
    } else {
      return convert<To>(value.real);
    }
  } else if constexpr (is_complex_type<To>) {
    using Part = decltype(To::real);
    return To{convert<Part>(value), Part(0)};
  } else if constexpr (std::is_same_v<From, float16>) {
    return convert<To>(half::float_from_float16(value.bits));
  } else if constexpr (std::is_same_v<From, bfloat16>) {
    return convert<To>(half::float_from_bfloat16(value.bits));
  } else if constexpr (is_half_type<To>) {
    float narrow = 0;
    if constexpr (std::is_same_v<From, float>) {
      narrow = value;
    } else {
      narrow = half::round_to_odd(static_cast<double>(value));
    }
    To result;
    result.bits = std::is_same_v<To, float16> ? half::float16_bits(narrow) : half::bfloat16_bits(narrow);
    return result;
  } else if constexpr (std::is_same_v<To, bool>) {
    return value != From(0);
  } else if constexpr (std::is_floating_point_v<From> && std::is_integral_v<To>) {
    return truncate<To>(value);
  } else {
    return static_cast<To>(value);
  }
}

/// Calls `function.template operator()<T>()` with the C++ type of `dtype`.
template <class F>
decltype(auto) with_type(DType dtype, F&& function) {
  switch (dtype) {
    case DType::Bool:
      return function.template operator()<bool>();
    case DType::UInt8:
      return function.template operator()<std::uint8_t>();
    case DType::UInt16:
      return function.template operator()<std::uint16_t>();
    case DType::UInt32:
      return function.template operator()<std::uint32_t>();
    case DType::UInt64:
      return function.template operator()<std::uint64_t>();
    case DType::Int8:
      return function.template operator()<std::int8_t>();
    case DType::Int16:
      return function.template operator()<std::int16_t>();
    case DType::Int32:
      return function.template operator()<std::int32_t>();
    case DType::Int64:
      return function.template operator()<std::int64_t>();
    case DType::Float16:
      return function.template operator()<float16>();
    case DType::BFloat16:
      return function.template operator()<bfloat16>();
    case DType::Float32:
      return function.template operator()<float>();
    case DType::Float64:
      return function.template operator()<double>();
    case DType::Complex64:
      return function.template operator()<complex64>();
    case DType::Complex128:
      return function.template operator()<complex128>();
  }
  KCPP_UNREACHABLE();
}

}  // namespace kerascpp
