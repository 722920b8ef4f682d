#pragma once

#include <bit>
#include <cstdint>
#include <type_traits>

// One element of a vector, as the functions of vector_math.hpp see it. Loops over lanes are vectorized by the compiler.
// The types depend on the instruction set and every function is always inlined, so nothing is shared between files
// compiled for different ones.

namespace kerascpp::cpu {

template <class T, class Isa>
struct Lane;

/// Bits of a lane, as a number without sign.
template <class T, class Isa>
struct LaneBits {
  using Word = std::conditional_t<sizeof(T) == 4, std::uint32_t, std::uint64_t>;
  Word word;

  [[gnu::always_inline]] LaneBits(std::uint64_t value) : word(static_cast<Word>(value)) {}  // NOLINT: a literal

  [[gnu::always_inline]] friend LaneBits operator+(LaneBits a, LaneBits b) { return LaneBits(a.word + b.word); }
  [[gnu::always_inline]] friend LaneBits operator-(LaneBits a, LaneBits b) { return LaneBits(a.word - b.word); }
  [[gnu::always_inline]] friend LaneBits operator&(LaneBits a, LaneBits b) { return LaneBits(a.word & b.word); }
  [[gnu::always_inline]] friend LaneBits operator|(LaneBits a, LaneBits b) { return LaneBits(a.word | b.word); }
  [[gnu::always_inline]] friend LaneBits operator^(LaneBits a, LaneBits b) { return LaneBits(a.word ^ b.word); }
  [[gnu::always_inline]] friend LaneBits operator<<(LaneBits a, int by) { return LaneBits(a.word << by); }
  [[gnu::always_inline]] friend LaneBits operator>>(LaneBits a, int by) { return LaneBits(a.word >> by); }
  /// Whether the highest bit is set.
  [[gnu::always_inline]] friend bool is_negative(LaneBits a) {
    return static_cast<std::make_signed_t<Word>>(a.word) < 0;
  }
  [[gnu::always_inline]] friend Lane<T, Isa> as_float(LaneBits a) {
    return Lane<T, Isa>(__builtin_bit_cast(T, a.word));
  }
};

template <class T, class Isa>
struct Lane {
  using Bits = LaneBits<T, Isa>;
  static constexpr bool kIsFloat32 = sizeof(T) == 4;

  T value;

  [[gnu::always_inline]] Lane(T x) : value(x) {}  // NOLINT: a literal
  template <class Number>
  requires(std::is_arithmetic_v<Number> && !std::is_same_v<Number, T>) [[gnu::always_inline]] Lane(Number x)
      : value(static_cast<T>(x)) {}  // NOLINT: a literal

  [[gnu::always_inline]] friend Lane operator+(Lane a, Lane b) { return a.value + b.value; }
  [[gnu::always_inline]] friend Lane operator-(Lane a, Lane b) { return a.value - b.value; }
  [[gnu::always_inline]] friend Lane operator*(Lane a, Lane b) { return a.value * b.value; }
  [[gnu::always_inline]] friend Lane operator/(Lane a, Lane b) { return a.value / b.value; }
  [[gnu::always_inline]] friend Lane operator-(Lane a) { return -a.value; }
  [[gnu::always_inline]] friend bool operator<(Lane a, Lane b) { return a.value < b.value; }
  [[gnu::always_inline]] friend bool operator>(Lane a, Lane b) { return a.value > b.value; }
  [[gnu::always_inline]] friend bool operator==(Lane a, Lane b) { return a.value == b.value; }
  [[gnu::always_inline]] friend bool operator!=(Lane a, Lane b) { return a.value != b.value; }

  /// a * b + c, rounded once where the instruction set can.
  [[gnu::always_inline]] friend Lane multiply_add(Lane a, Lane b, Lane c) {
    if constexpr (!Isa::kHasFma)
      return a.value * b.value + c.value;
    else if constexpr (kIsFloat32)
      return __builtin_fmaf(a.value, b.value, c.value);
    else
      return __builtin_fma(a.value, b.value, c.value);
  }
  /// a < b ? a : b, so b when one is NaN.
  [[gnu::always_inline]] friend Lane lesser(Lane a, Lane b) { return a.value < b.value ? a : b; }
  /// a > b ? a : b, so b when one is NaN.
  [[gnu::always_inline]] friend Lane greater(Lane a, Lane b) { return a.value > b.value ? a : b; }
  [[gnu::always_inline]] friend Lane choose(bool condition, Lane a, Lane b) { return condition ? a : b; }
  [[gnu::always_inline]] friend Bits bits_of(Lane a) { return Bits(__builtin_bit_cast(typename Bits::Word, a.value)); }
};

}  // namespace kerascpp::cpu
