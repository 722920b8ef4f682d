#pragma once

#include <cstdint>

// Functions of real analysis on a type V that stands for a vector of float32 or float64: a Lane, from which the
// compiler makes vectors, or a value of the code generator. There are no branches and no tables, so each is a straight
// line of instructions. Errors stay below 4 units in the last place; infinities, NaN, zeros and subnormal numbers give
// what the C library gives. Polynomials are minimax ones, made by scripts/minimax.py.
//
// V has + - * / and comparisons giving masks, choose(mask, a, b), multiply_add(a, b, c) = a * b + c,
// lesser(a, b) = a < b ? a : b, greater(a, b), bits_of(V) -> V::Bits and as_float(V::Bits) -> V, and literals.

namespace kerascpp::cpu::vector_math {

/// Horner's rule; the coefficient of the highest power comes first.
template <class V, class... Coefficients>
[[gnu::always_inline]] inline V polynomial(V x, double highest, Coefficients... others) {
  V sum(highest);
  ((sum = multiply_add(sum, x, V(others))), ...);
  return sum;
}

template <class V>
struct Format {
  static constexpr int kMantissaBits = V::kIsFloat32 ? 23 : 52;
  static constexpr int kBias = V::kIsFloat32 ? 127 : 1023;
  // numbers near this one have an ulp of 1: adding it rounds to an integer, whose bits are then the low ones
  static constexpr double kRounder = V::kIsFloat32 ? 0x1.8p23 : 0x1.8p52;
  static constexpr double kSmallestNormal = V::kIsFloat32 ? 0x1p-126 : 0x1p-1022;
  static constexpr double kInfinity = __builtin_inf();
};

template <class V>
[[gnu::always_inline]] inline V round_to_integer(V x) {
  const V rounder(Format<V>::kRounder);
  return (x + rounder) - rounder;
}

template <class V>
[[gnu::always_inline]] inline V absolute(V x) {
  return as_float(bits_of(x) & typename V::Bits(V::kIsFloat32 ? 0x7fffffffU : 0x7fffffffffffffffU));
}

/// The magnitude with the sign of `sign`; it must not have the other one already, unless it is 0.
template <class V>
[[gnu::always_inline]] inline V with_sign(V magnitude, V sign) {
  const typename V::Bits mask(V::kIsFloat32 ? 0x80000000U : 0x8000000000000000U);
  return as_float(bits_of(magnitude) | (bits_of(sign) & mask));
}

/// 2^n for an integer n with a normal result.
template <class V>
[[gnu::always_inline]] inline V power_of_two(V n) {
  return as_float(bits_of(n + V(Format<V>::kRounder + Format<V>::kBias)) << Format<V>::kMantissaBits);
}

/// x * 2^n for an integer n, subnormal and infinite results included.
template <class V>
[[gnu::always_inline]] inline V scale(V x, V n) {
  const V half = round_to_integer(n * V(0.5));
  return x * power_of_two(half) * power_of_two(n - half);
}

/// The parts of exp(x) = 2^n (1 + rest).
template <class V>
struct ExpParts {
  V n;
  V rest;
};

/// x = n log(2) + r, rest = exp(r) - 1 = r + r^2 q(r).
template <class V>
[[gnu::always_inline]] inline ExpParts<V> exp_parts(V x) {
  const V n = round_to_integer(x * V(1.4426950408889634));
  // log(2) in two parts; the first has so few digits that its product with n is exact
  constexpr double kHigh = V::kIsFloat32 ? 0x1.63p-1 : 0x1.62e42fep-1;
  constexpr double kLow = V::kIsFloat32 ? -2.12194440054690583e-4 : 1.820635998504146184e-9;
  V r = multiply_add(n, V(-kHigh), x);
  r = multiply_add(n, V(-kLow), r);
  V q(0);
  if constexpr (V::kIsFloat32)
    q = polynomial(r, 0.001394643969, 0.008366577518, 0.0416662822, 0.1666654304, 0.5000000062);
  else
    q = polynomial(r, 2.511446556622565898e-8, 2.762631347017700226e-7, 2.755722797439746862e-6,
                   2.480150447729698904e-5, 1.98412699030109371e-4, 1.388888893235405508e-3, 8.333333333314599896e-3,
                   4.166666666657369611e-2, 0.1666666666666668598, 0.5000000000000005545);
  return {n, multiply_add(r * r, q, r)};
}

/// x between the limits; NaN stays.
template <class V>
[[gnu::always_inline]] inline V limited(V x, double low, double high) {
  return lesser(V(high), greater(V(low), x));
}

template <class V>
[[gnu::always_inline]] inline V exp(V x) {
  // beyond these limits the result is 0 or infinite
  const ExpParts<V> parts = exp_parts(V::kIsFloat32 ? limited(x, -104.5, 89.0) : limited(x, -746.0, 710.0));
  return scale(parts.rest + V(1.0), parts.n);
}

template <class V>
[[gnu::always_inline]] inline V exp2(V x) {
  const V y = V::kIsFloat32 ? limited(x, -151.0, 129.0) : limited(x, -1076.0, 1025.0);
  const V n = round_to_integer(y);
  const V r = y - n;
  const ExpParts<V> parts = exp_parts(r * V(0.69314718055994531));
  return scale(parts.rest + V(1.0), n + parts.n);
}

/// exp(x) - 1 = 2^n rest + (2^n - 1), without loss of digits near 0, for x neither very small nor very large.
template <class V>
[[gnu::always_inline]] inline V expm1_limited(V x) {
  const ExpParts<V> parts = exp_parts(x);
  // halves, since 2^n may be too large where the result is not
  const V half = power_of_two(parts.n - V(1.0));
  const V result = multiply_add(parts.rest, half, half - V(0.5));
  return with_sign(result + result, x);  // of -0
}

template <class V>
[[gnu::always_inline]] inline V expm1(V x) {
  return expm1_limited(V::kIsFloat32 ? limited(x, -18.0, 89.0) : limited(x, -40.0, 710.0));
}

template <class V>
[[gnu::always_inline]] inline V tanh(V x) {
  if constexpr (V::kIsFloat32) {
    // x p(x^2) / q(x^2) up to |x| = 9.02, from where the result is 1
    const V z = lesser(V(81.3604), x * x);
    const V p = polynomial(z, 1.33842063739e-8, 2.06357612558e-5, 0.00349745399139, 0.133826841885, 1.0);
    const V q = polynomial(z, 7.79021447015e-7, 0.000328851129092, 0.0258843469815, 0.467160054375, 1.0);
    return limited(x * p / q, -1.0, 1.0);
  } else {
    // t / (t + 2) with t = exp(2x) - 1; beyond the limit it is 1
    const V y = limited(x, -20.0, 20.0);
    const V t = expm1_limited(y + y);
    return t / (t + V(2.0));
  }
}

/// 1 / (1 + exp(-x)). Between the limits 2^n is normal, or infinite where the result is 0.
template <class V>
[[gnu::always_inline]] inline V sigmoid(V x) {
  const ExpParts<V> parts = exp_parts(V::kIsFloat32 ? limited(-x, -87.0, 89.0) : limited(-x, -708.0, 710.0));
  return V(1.0) / multiply_add(parts.rest + V(1.0), power_of_two(parts.n), V(1.0));
}

/// The parts of a positive normal x = 2^e (1 + f) with 1 + f between sqrt(1/2) and sqrt(2).
template <class V>
struct LogParts {
  V e;
  V f;
  typename V::Bits exponent;  // e, shifted to its place in a number
};

template <class V>
[[gnu::always_inline]] inline LogParts<V> log_parts(V x) {
  using Bits = typename V::Bits;
  constexpr std::uint64_t kRootHalf = V::kIsFloat32 ? 0x3f3504f3U : 0x3fe6a09e667f3bcdU;
  constexpr std::uint64_t kOne = V::kIsFloat32 ? 0x3f800000U : 0x3ff0000000000000U;
  constexpr std::uint64_t kExponent = V::kIsFloat32 ? 0xff800000U : 0xfff0000000000000U;
  // 2^23 (2^52) has its lowest mantissa bits free for the exponent, which is kept positive by the bias
  constexpr double kHolder = V::kIsFloat32 ? 0x1p23 : 0x1p52;
  constexpr std::uint64_t kHolderBits = V::kIsFloat32 ? 0x4b000000U : 0x4330000000000000U;
  const Bits offset = bits_of(x) - Bits(kRootHalf);
  const Bits exponent = offset & Bits(kExponent);
  const Bits biased = (offset + Bits(kOne)) >> Format<V>::kMantissaBits;
  const V e = as_float(biased | Bits(kHolderBits)) - V(kHolder + Format<V>::kBias);
  return {e, as_float(bits_of(x) - exponent) - V(1.0), exponent};
}

/// log(1 + f) - (f - f^2 / 2)
template <class V>
[[gnu::always_inline]] inline V log_rest(V f) {
  if constexpr (V::kIsFloat32) {
    return f * f * f *
           polynomial(f, -0.07859549637, 0.1288159429, -0.1312875305, 0.1418119994, -0.1662455519, 0.2000228593,
                      -0.2500081036, 0.3333331673);
  } else {
    // log(1 + f) = 2 atanh(s) = f - f^2 / 2 + s (f^2 / 2 + z p(z))
    const V s = f / (f + V(2.0));
    const V z = s * s;
    const V p = polynomial(z, 0.1479591072382640882, 0.1531405473586566533, 0.1818356414846226859,
                           0.2222219857696151222, 0.2857142874234585496, 0.399999999994149016, 0.6666666666666734368);
    return s * multiply_add(z, p, V(0.5) * f * f);
  }
}

/// What a logarithm of x is where x is not positive and finite.
template <class V>
[[gnu::always_inline]] inline V with_log_limits(V x, V result) {
  result = choose(x < V(Format<V>::kInfinity), result, x);  // infinity and NaN stay
  result = choose(x == V(0.0), V(-Format<V>::kInfinity), result);
  return choose(x < V(0.0), V(__builtin_nan("")), result);
}

/// A subnormal x, made normal; `exponent` tells by how much.
template <class V>
[[gnu::always_inline]] inline V made_normal(V x, V& exponent) {
  const auto is_small = x < V(Format<V>::kSmallestNormal);
  constexpr double kShift = V::kIsFloat32 ? 23 : 52;
  exponent = choose(is_small, V(-kShift), V(0.0));
  return choose(is_small, x * V(V::kIsFloat32 ? 0x1p23 : 0x1p52), x);
}

template <class V>
[[gnu::always_inline]] inline V log(V x) {
  V shift(0.0);
  const LogParts<V> parts = log_parts(made_normal(x, shift));
  const V e = parts.e + shift;
  constexpr double kHigh = V::kIsFloat32 ? 0x1.63p-1 : 0x1.62e42fep-1;
  constexpr double kLow = V::kIsFloat32 ? -2.12194440054690583e-4 : 1.820635998504146184e-9;
  // smallest parts first
  V result = multiply_add(e, V(kLow), log_rest(parts.f));
  result = multiply_add(parts.f * V(-0.5), parts.f, result) + parts.f;
  return with_log_limits(x, multiply_add(e, V(kHigh), result));
}

/// log(x) / log(base) = e * exponent_factor + log(1 + f) * factor
template <class V>
[[gnu::always_inline]] inline V log_to_base(V x, double factor, double exponent_high, double exponent_low) {
  V shift(0.0);
  const LogParts<V> parts = log_parts(made_normal(x, shift));
  const V e = parts.e + shift;
  const V rest = multiply_add(parts.f * V(-0.5), parts.f, log_rest(parts.f));
  // factor = high + low, so that f * factor keeps its digits
  const V high = as_float(bits_of(V(factor)) & typename V::Bits(V::kIsFloat32 ? 0xfffff000U : 0xfffffffff8000000U));
  const V low = V(factor) - high;
  V result = multiply_add(e, V(exponent_low), multiply_add(rest, V(factor), parts.f * low));
  result = multiply_add(parts.f, high, result);
  return with_log_limits(x, multiply_add(e, V(exponent_high), result));
}

template <class V>
[[gnu::always_inline]] inline V log2(V x) {
  return log_to_base(x, 1.4426950408889634, 1.0, 0.0);
}

template <class V>
[[gnu::always_inline]] inline V log10(V x) {
  constexpr double kHigh = V::kIsFloat32 ? 0x1.34p-2 : 0x1.34413509p-2;
  constexpr double kLow = V::kIsFloat32 ? 2.4874566398119521374e-4 : 5.6303348066750979685e-11;
  return log_to_base(x, 0.43429448190325183, kHigh, kLow);
}

template <class V>
[[gnu::always_inline]] inline V log1p(V x) {
  using Bits = typename V::Bits;
  const V u = x + V(1.0);
  LogParts<V> parts = log_parts(u);
  // what the sum lost, in units of 2^e
  const V lost = choose(x < V(1.0), x - (u - V(1.0)), V(1.0) - (u - x));
  const Bits one(V::kIsFloat32 ? 0x3f800000U : 0x3ff0000000000000U);
  const V inverse = as_float(one - parts.exponent);
  parts.f = choose(x < V(V::kIsFloat32 ? 0x1p30 : 0x1p60), multiply_add(lost, inverse, parts.f), parts.f);
  constexpr double kHigh = V::kIsFloat32 ? 0x1.63p-1 : 0x1.62e42fep-1;
  constexpr double kLow = V::kIsFloat32 ? -2.12194440054690583e-4 : 1.820635998504146184e-9;
  V result = multiply_add(parts.e, V(kLow), log_rest(parts.f));
  result = multiply_add(parts.f * V(-0.5), parts.f, result) + parts.f;
  result = with_log_limits(u, multiply_add(parts.e, V(kHigh), result));
  return choose(absolute(x) < V(V::kIsFloat32 ? 0x1p-25 : 0x1p-54), x, result);
}

/// log(exp(a) + exp(b)) = larger + log1p(exp(-|a - b|))
template <class V>
[[gnu::always_inline]] inline V logaddexp(V a, V b) {
  const V difference = a - b;
  const V larger = choose(difference > V(0.0), a, b);
  const V sum = larger + log1p(exp(-absolute(difference)));
  // equal infinities have no difference
  return choose(a == b, a + V(0.69314718055994531), choose(difference == difference, sum, difference));
}

/// x^y = 2^(y log2 |x|) with its sign, exact enough for float32.
template <class V>
[[gnu::always_inline]] inline V power(V x, V y) {
  static_assert(!V::kIsFloat32, "float32 is computed in float64: the error of the logarithm is multiplied by y");
  const V size = absolute(x);
  const V exponent = y * log2(size);
  // 0 * infinity: 0^0, infinity^0 and 1^infinity are 1
  const V result = exp2(choose(exponent == exponent, exponent, V(0.0)));
  // large numbers are even
  const V short_y = choose(absolute(y) < V(0x1p24), y, V(0.0));
  const V half = short_y * V(0.5);
  const V signed_result = choose(round_to_integer(half) == half, result, with_sign(result, x));
  const V root = choose(x < V(0.0), choose(size < V(Format<V>::kInfinity), V(__builtin_nan("")), result), result);
  V answer = choose(round_to_integer(short_y) == short_y, signed_result, root);
  answer = choose(x == x, choose(y == y, answer, y), x);
  answer = choose(y == V(0.0), V(1.0), answer);
  return choose(x == V(1.0), V(1.0), answer);
}

/// erf(x) = 1 - exp(-|x| p(|x|)) with the sign of x
template <class V>
[[gnu::always_inline]] inline V erf(V x) {
  static_assert(V::kIsFloat32, "the polynomial has the digits of float32");
  const V y = absolute(limited(x, -4.0, 4.0));
  const V p = polynomial(y, -1.035821317e-7, 2.599492313e-6, -2.906102274e-5, 1.89429881e-4, -7.751645384e-4,
                         1.827725566e-3, -2.61767987e-4, -1.912024489e-2, 0.1027734456, 0.6366194823, 1.128379175);
  return with_sign(-expm1_limited(-(y * p)), x);
}

/// The parts of x = n pi / 2 + r, |r| <= pi / 4; right up to |x| = kTrigonometricLimit.
template <class V>
struct AngleParts {
  typename V::Bits n;  // its low bits
  V r;
};
inline constexpr double kTrigonometricLimit = 8192;

template <class V>
[[gnu::always_inline]] inline AngleParts<V> angle_parts(V x) {
  static_assert(V::kIsFloat32, "the parts of pi / 2 have the digits of float32");
  const V rounded = multiply_add(x, V(0.63661977236758134), V(Format<V>::kRounder));
  const V n = rounded - V(Format<V>::kRounder);
  // pi / 2 in parts of 11 digits: their products with n are exact
  V r = multiply_add(n, V(-0x1.92p0), x);
  r = multiply_add(n, V(-0x1.fb4p-12), r);
  r = multiply_add(n, V(-0x1.444p-24), r);
  r = multiply_add(n, V(-0x1.68cp-39), r);
  r = multiply_add(n, V(-0x1.1a6264p-54), r);
  return {bits_of(rounded), r};
}

template <class V>
[[gnu::always_inline]] inline V sin_of_rest(V r, V z) {
  return with_sign(multiply_add(r * z, polynomial(z, -0.0001951714208, 0.008332177023, -0.1666665493), r), r);
}

template <class V>
[[gnu::always_inline]] inline V cos_of_rest(V z) {
  return multiply_add(z * z, polynomial(z, 2.443827655e-5, -0.001388736605, 0.04166664684),
                      multiply_add(z, V(-0.5), V(1.0)));
}

template <class V>
[[gnu::always_inline]] inline V sin(V x) {
  const AngleParts<V> parts = angle_parts(x);
  const V z = parts.r * parts.r;
  const V value = choose(is_negative(parts.n << 31), cos_of_rest(z), sin_of_rest(parts.r, z));
  // the second and third quarter turn change the sign
  return as_float(bits_of(value) ^ ((parts.n << 30) & typename V::Bits(0x80000000U)));
}

template <class V>
[[gnu::always_inline]] inline V cos(V x) {
  const AngleParts<V> parts = angle_parts(x);
  const V z = parts.r * parts.r;
  const V value = choose(is_negative(parts.n << 31), sin_of_rest(parts.r, z), cos_of_rest(z));
  const auto turned = parts.n + typename V::Bits(1);
  return as_float(bits_of(value) ^ ((turned << 30) & typename V::Bits(0x80000000U)));
}

template <class V>
[[gnu::always_inline]] inline V tan(V x) {
  const AngleParts<V> parts = angle_parts(x);
  const V z = parts.r * parts.r;
  const V s = sin_of_rest(parts.r, z);
  const V c = cos_of_rest(z);
  // -c / s after an odd number of quarter turns
  using Bits = typename V::Bits;
  const Bits is_odd = Bits(0) - (parts.n & Bits(1));
  const Bits exchange = (bits_of(s) ^ bits_of(c)) & is_odd;
  const V quotient = as_float(bits_of(s) ^ exchange) / as_float(bits_of(c) ^ exchange);
  return as_float(bits_of(quotient) ^ (parts.n << 31));
}

}  // namespace kerascpp::cpu::vector_math
