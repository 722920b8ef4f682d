#pragma once

#include <bit>
#include <cmath>
#include <cstdint>

#include <kerascpp/core/random.hpp>

// What element i of draw n under seed s is. Every kernel that draws random numbers follows this header, so a draw has
// the same values on every device, for every thread count and whether fused or not.
//
//   counter_low   index of the block that holds element i, with the number of the attempt in its upper 8 bits
//   counter_high  n
//   key           s
//
// A block gives four 32-bit words or two 64-bit words. Elements whose first attempt is refused (a normal value too far
// out, an integer that would be biased) take the same place in the block of the next attempt.

namespace kerascpp {

/// One draw of a stream: the key and the upper half of the counter.
struct RandomDraw {
  std::uint64_t seed = 0;
  std::uint64_t number = 0;
};

namespace philox_detail {

inline constexpr int kAttemptShift = 56;
inline constexpr std::uint64_t kMaxAttempts = 256;

inline PhiloxBlock block(std::uint64_t counter_low, std::uint64_t counter_high, std::uint64_t key) {
  auto c0 = static_cast<std::uint32_t>(counter_low);
  auto c1 = static_cast<std::uint32_t>(counter_low >> 32);
  auto c2 = static_cast<std::uint32_t>(counter_high);
  auto c3 = static_cast<std::uint32_t>(counter_high >> 32);
  auto k0 = static_cast<std::uint32_t>(key);
  auto k1 = static_cast<std::uint32_t>(key >> 32);
  for (int round = 0; round < 10; ++round) {
    const std::uint64_t product0 = std::uint64_t{0xD2511F53U} * c0;
    const std::uint64_t product1 = std::uint64_t{0xCD9E8D57U} * c2;
    c0 = static_cast<std::uint32_t>(product1 >> 32) ^ c1 ^ k0;
    c1 = static_cast<std::uint32_t>(product1);
    c2 = static_cast<std::uint32_t>(product0 >> 32) ^ c3 ^ k1;
    c3 = static_cast<std::uint32_t>(product0);
    k0 += 0x9E3779B9U;  // golden ratio
    k1 += 0xBB67AE85U;  // sqrt(3) - 1
  }
  return {{c0, c1, c2, c3}};
}

/// log(u) for 0 < u <= 1 within 2 units in the last place. Written out, as is `sin_cos_turn`, so that results do not
/// depend on the mathematics library.
inline double log_unit(double u) {
  auto bits = std::bit_cast<std::uint64_t>(u);
  // u = m * 2^e with m in [sqrt(1/2), sqrt(2))
  const std::uint64_t offset = bits - 0x3fe6a09e667f3bcdU;
  const auto exponent = static_cast<double>(static_cast<std::int64_t>(offset) >> 52);
  const double m = std::bit_cast<double>(bits - (offset & 0xfff0000000000000U));
  // log(m) = 2 atanh(s)
  const double s = (m - 1) / (m + 1);
  const double t = s * s;
  double series = 1.0 / 21;
  for (int k = 19; k >= 3; k -= 2) series = series * t + 1.0 / k;
  return exponent * 0.693147180559945309417 + (2 * s + 2 * s * t * series);
}

struct SinCos {
  double sin = 0;
  double cos = 0;
};

/// Sine and cosine of `turn` full turns, 0 <= turn < 1.
inline SinCos sin_cos_turn(double turn) {
  const double quarters = 4 * turn;
  const auto quadrant = static_cast<int>(quarters + 0.5);
  const double x = (quarters - quadrant) * 1.57079632679489661923;  // |x| <= pi / 4
  const double t = x * x;
  // Taylor series: the first term left out is below 1e-19
  double sin = 1;
  for (int k = 16; k >= 2; k -= 2) sin = 1 - sin * t * (1.0 / (k * (k + 1)));
  sin *= x;
  double cos = 1;
  for (int k = 17; k >= 1; k -= 2) cos = 1 - cos * t * (1.0 / (k * (k + 1)));
  switch (quadrant & 3) {
    case 0:
      return {sin, cos};
    case 1:
      return {cos, -sin};
    case 2:
      return {-sin, -cos};
    default:
      return {-cos, sin};
  }
}

}  // namespace philox_detail

/// The block that holds elements 4i .. 4i+3 (32-bit words) or 2i, 2i+1 (64-bit words) at the given attempt.
inline PhiloxBlock random_block(const RandomDraw& draw, std::uint64_t index, std::uint64_t attempt = 0) {
  return philox_detail::block(index | attempt << philox_detail::kAttemptShift, draw.number, draw.seed);
}

/// 64-bit word 0 or 1 of a block.
inline std::uint64_t random_word64(const PhiloxBlock& block, int which) {
  return block.word[2 * which] | std::uint64_t{block.word[2 * which + 1]} << 32;
}

/// Uniform in [0, 1) with 24 bits.
inline float uniform24(std::uint32_t word) { return static_cast<float>(word >> 8) * 0x1p-24F; }
/// Uniform in [0, 1) with 53 bits.
inline double uniform53(std::uint64_t word) { return static_cast<double>(word >> 11) * 0x1p-53; }

/// Two independent standard normal numbers, `cos` first, from u1 in (0, 1] and u2 in [0, 1).
///
/// Source: Box and Muller, "A note on the generation of random normal deviates", 1958.
inline philox_detail::SinCos box_muller(double u1, double u2) {
  const double radius = std::sqrt(-2 * philox_detail::log_unit(u1));
  const philox_detail::SinCos direction = philox_detail::sin_cos_turn(u2);
  return {radius * direction.sin, radius * direction.cos};
}

/// Standard normal numbers for elements 4i .. 4i+3 of a float32 draw, computed in float64.
struct NormalBlock4 {
  double value[4];
};
inline NormalBlock4 normal_block32(const PhiloxBlock& block) {
  NormalBlock4 result{};
  for (int pair = 0; pair < 2; ++pair) {
    const double u1 = (static_cast<double>(block.word[2 * pair]) + 1) * 0x1p-32;
    const auto z = box_muller(u1, static_cast<double>(block.word[2 * pair + 1]) * 0x1p-32);
    result.value[2 * pair] = z.cos;
    result.value[2 * pair + 1] = z.sin;
  }
  return result;
}

/// Standard normal numbers for elements 2i, 2i+1 of a float64 draw.
struct NormalBlock2 {
  double value[2];
};
inline NormalBlock2 normal_block64(const PhiloxBlock& block) {
  const double u1 = uniform53(random_word64(block, 0)) + 0x1p-53;
  const auto z = box_muller(u1, uniform53(random_word64(block, 1)));
  return {{z.cos, z.sin}};
}

/// An integer in [0, bound) for element `i`, bound >= 1.
///
/// Bounds up to 2^32 take the upper half of word * bound and refuse the words that would favour some results
/// (Lemire, "Fast random integer generation in an interval", 2019); larger ones cut a 64-bit word to the bits of
/// bound - 1 and refuse what lies beyond. A refusal has probability below 1/2; the last attempt is taken as it is.
inline std::uint64_t random_integer(const RandomDraw& draw, std::uint64_t i, std::uint64_t bound) {
  constexpr std::uint64_t kLast = philox_detail::kMaxAttempts - 1;
  if (bound <= 0x100000000U) {
    const std::uint64_t refused_below = 0x100000000U % bound;
    for (std::uint64_t attempt = 0;; ++attempt) {
      const std::uint64_t product = random_block(draw, i / 4, attempt).word[i % 4] * bound;
      if ((product & 0xffffffffU) >= refused_below || attempt == kLast) return product >> 32;
    }
  }
  const std::uint64_t mask = ~std::uint64_t{0} >> std::countl_zero(bound - 1);
  for (std::uint64_t attempt = 0;; ++attempt) {
    const std::uint64_t word = random_word64(random_block(draw, i / 2, attempt), static_cast<int>(i % 2)) & mask;
    if (word <= bound - 1) return word;
    if (attempt == kLast) return word >> 1;
  }
}

}  // namespace kerascpp
