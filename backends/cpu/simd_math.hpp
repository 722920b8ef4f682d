#pragma once

#include <cstdint>
#include <cstring>
#include <type_traits>

#include "backends/cpu/fused/vector_math.hpp"
#include "backends/cpu/simd.hpp"

#if defined(__FMA__)
#include <immintrin.h>
#endif

/// The functions of vector_math.hpp on registers of simd.hpp: `simd::exp<float, 16>(x)`.
namespace kerascpp::cpu::simd {

template <class T, int kFloats>
struct Pack;

/// The bits of a pack, one unsigned word per lane.
template <class T, int kFloats>
struct PackBits {
  using Word = std::conditional_t<sizeof(T) == 4, std::uint32_t, std::uint64_t>;
  static constexpr int kLanes = Register<T, kFloats>::kLanes;
  typedef Word Words __attribute__((vector_size(sizeof(Word) * kLanes)));

  Words words;

  [[gnu::always_inline]] explicit PackBits(Words w) : words(w) {}
  template <class Number>
  requires std::is_integral_v<Number>
  [[gnu::always_inline]] explicit PackBits(Number x) : words(Words{} + static_cast<Word>(x)) {}

  [[gnu::always_inline]] friend PackBits operator+(PackBits a, PackBits b) { return PackBits(a.words + b.words); }
  [[gnu::always_inline]] friend PackBits operator-(PackBits a, PackBits b) { return PackBits(a.words - b.words); }
  [[gnu::always_inline]] friend PackBits operator&(PackBits a, PackBits b) { return PackBits(a.words & b.words); }
  [[gnu::always_inline]] friend PackBits operator|(PackBits a, PackBits b) { return PackBits(a.words | b.words); }
  [[gnu::always_inline]] friend PackBits operator^(PackBits a, PackBits b) { return PackBits(a.words ^ b.words); }
  [[gnu::always_inline]] friend PackBits operator<<(PackBits a, int by) { return PackBits(a.words << by); }
  [[gnu::always_inline]] friend PackBits operator>>(PackBits a, int by) { return PackBits(a.words >> by); }
  [[gnu::always_inline]] friend Pack<T, kFloats> as_float(PackBits a) {
    typename Register<T, kFloats>::Value value;
    std::memcpy(&value, &a.words, sizeof(value));
    return Pack<T, kFloats>(value);
  }
};

/// A register as vector_math.hpp wants it.
template <class T, int kFloats>
struct Pack {
  using R = Register<T, kFloats>;
  using Value = typename R::Value;
  using Mask = typename R::Mask;
  using Bits = PackBits<T, kFloats>;
  static constexpr bool kIsFloat32 = sizeof(T) == 4;

  Value value;

  [[gnu::always_inline]] explicit Pack(Value v) : value(v) {}
  template <class Number>
  requires std::is_arithmetic_v<Number>
  [[gnu::always_inline]] Pack(Number x) : value(R::broadcast(static_cast<T>(x))) {}  // NOLINT: a literal

  [[gnu::always_inline]] friend Pack operator+(Pack a, Pack b) { return Pack(a.value + b.value); }
  [[gnu::always_inline]] friend Pack operator-(Pack a, Pack b) { return Pack(a.value - b.value); }
  [[gnu::always_inline]] friend Pack operator*(Pack a, Pack b) { return Pack(a.value * b.value); }
  [[gnu::always_inline]] friend Pack operator/(Pack a, Pack b) { return Pack(a.value / b.value); }
  [[gnu::always_inline]] friend Pack operator-(Pack a) { return Pack(-a.value); }
  [[gnu::always_inline]] friend Mask operator<(Pack a, Pack b) { return a.value < b.value; }
  [[gnu::always_inline]] friend Mask operator>(Pack a, Pack b) { return a.value > b.value; }
  [[gnu::always_inline]] friend Mask operator==(Pack a, Pack b) { return a.value == b.value; }

  /// a * b + c, rounded once where the instruction set can.
  [[gnu::always_inline]] friend Pack multiply_add(Pack a, Pack b, Pack c) {
#if defined(__FMA__)
    if constexpr (kIsFloat32 && kFloats == 8) return Pack(Value(_mm256_fmadd_ps(a.value, b.value, c.value)));
    if constexpr (!kIsFloat32 && kFloats == 8) return Pack(Value(_mm256_fmadd_pd(a.value, b.value, c.value)));
#endif
#if defined(__AVX512F__)
    if constexpr (kIsFloat32 && kFloats == 16) return Pack(Value(_mm512_fmadd_ps(a.value, b.value, c.value)));
    if constexpr (!kIsFloat32 && kFloats == 16) return Pack(Value(_mm512_fmadd_pd(a.value, b.value, c.value)));
#endif
    return Pack(a.value * b.value + c.value);
  }
  /// a < b ? a : b, so b when one is NaN.
  [[gnu::always_inline]] friend Pack lesser(Pack a, Pack b) { return Pack(a.value < b.value ? a.value : b.value); }
  /// a > b ? a : b, so b when one is NaN.
  [[gnu::always_inline]] friend Pack greater(Pack a, Pack b) { return Pack(a.value > b.value ? a.value : b.value); }
  [[gnu::always_inline]] friend Pack choose(Mask mask, Pack a, Pack b) { return Pack(mask ? a.value : b.value); }
  [[gnu::always_inline]] friend Bits bits_of(Pack a) {
    typename Bits::Words words;
    std::memcpy(&words, &a.value, sizeof(words));
    return Bits(words);
  }
};

template <class T, int kFloats>
[[gnu::always_inline]] inline typename Register<T, kFloats>::Value exp(typename Register<T, kFloats>::Value x) {
  return vector_math::exp(Pack<T, kFloats>(x)).value;
}

}  // namespace kerascpp::cpu::simd
