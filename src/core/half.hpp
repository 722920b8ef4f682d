#pragma once

#include <bit>
#include <cstdint>

// Conversions between float and the 16-bit storage types. Always inlined: loops over elements are vectorized, and files
// compiled for different instruction sets share no copy.

namespace kerascpp::half {

/// binary16 bits of `value`, rounded to nearest even.
[[gnu::always_inline]] inline std::uint16_t float16_bits(float value) {
  const auto bits = std::bit_cast<std::uint32_t>(value);
  const std::uint32_t sign = (bits >> 16) & 0x8000U;
  const std::uint32_t magnitude = bits & 0x7fffffffU;
  std::uint32_t result = 0;
  if (magnitude > 0x7f800000U) {
    result = 0x7e00U | ((magnitude >> 13) & 0x3ffU);  // NaN stays quiet and keeps the upper payload bits
  } else if (magnitude >= 0x477ff000U) {
    result = 0x7c00U;  // 65520 and above round to infinity
  } else if (magnitude >= 0x38800000U) {
    // normal: exponent bias 127 -> 15, then round the 13 dropped bits to nearest even
    result = (magnitude - 0x38000000U + 0xfffU + ((magnitude >> 13) & 1U)) >> 13;
  } else {
    // subnormal: adding 0.5 leaves the 10 mantissa bits, correctly rounded, at the low end
    const float aligned = std::bit_cast<float>(magnitude) + 0.5F;
    result = std::bit_cast<std::uint32_t>(aligned) - 0x3f000000U;
  }
  return static_cast<std::uint16_t>(sign | result);
}

[[gnu::always_inline]] inline float float_from_float16(std::uint16_t half) {
  const std::uint32_t sign = (half & 0x8000U) << 16;
  const std::uint32_t magnitude = half & 0x7fffU;
  std::uint32_t bits = 0;
  if (magnitude >= 0x7c00U) {
    bits = 0x7f800000U | ((magnitude & 0x3ffU) << 13);
  } else if (magnitude >= 0x400U) {
    bits = (magnitude << 13) + 0x38000000U;
  } else {
    bits = std::bit_cast<std::uint32_t>(static_cast<float>(magnitude) * 0x1p-24F);
  }
  return std::bit_cast<float>(sign | bits);
}

/// Upper half of the bits of `value`, rounded to nearest even.
[[gnu::always_inline]] inline std::uint16_t bfloat16_bits(float value) {
  const auto bits = std::bit_cast<std::uint32_t>(value);
  if ((bits & 0x7fffffffU) > 0x7f800000U) return static_cast<std::uint16_t>((bits >> 16) | 0x40U);
  return static_cast<std::uint16_t>((bits + 0x7fffU + ((bits >> 16) & 1U)) >> 16);
}

[[gnu::always_inline]] inline float float_from_bfloat16(std::uint16_t half) {
  return std::bit_cast<float>(static_cast<std::uint32_t>(half) << 16);
}

/// float nearest to `value` in the direction that makes its last bit odd when inexact, so that a second rounding to
/// a 16-bit type gives what one rounding from double would (Boldo and Melquiond, "Emulation of FMA", 2008).
[[gnu::always_inline]] inline float round_to_odd(double value) {
  const auto nearest = static_cast<float>(value);
  const auto back = static_cast<double>(nearest);
  if (back == value || value != value) return nearest;
  auto bits = std::bit_cast<std::uint32_t>(nearest);
  if ((back < 0 ? -back : back) > (value < 0 ? -value : value)) --bits;  // toward zero
  return std::bit_cast<float>(bits | 1U);
}

}  // namespace kerascpp::half
