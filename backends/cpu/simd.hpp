#pragma once

#include <cstdint>
#include <cstring>
#include <type_traits>

#include <kerascpp/core/dtype.hpp>

#if defined(__AVX2__)
#include <immintrin.h>
#endif

/// Vectors as the compilers' extension gives them: arithmetic and comparisons work lane by lane. Everything is a
/// template on the number of floats per register, see instruction_set.hpp. Elements of 16 bits are widened to float on
/// the way in and rounded to nearest even on the way out.
namespace kerascpp::cpu::simd {

template <class T, int kLanes>
struct VectorOf;
template <>
struct VectorOf<float, 4> {
  typedef float type __attribute__((vector_size(16)));
  typedef std::int32_t mask __attribute__((vector_size(16)));
  typedef std::uint32_t bits __attribute__((vector_size(16)));
  typedef std::uint16_t half_bits __attribute__((vector_size(8)));
};
template <>
struct VectorOf<float, 8> {
  typedef float type __attribute__((vector_size(32)));
  typedef std::int32_t mask __attribute__((vector_size(32)));
  typedef std::uint32_t bits __attribute__((vector_size(32)));
  typedef std::uint16_t half_bits __attribute__((vector_size(16)));
};
template <>
struct VectorOf<float, 16> {
  typedef float type __attribute__((vector_size(64)));
  typedef std::int32_t mask __attribute__((vector_size(64)));
  typedef std::uint32_t bits __attribute__((vector_size(64)));
  typedef std::uint16_t half_bits __attribute__((vector_size(32)));
};
template <>
struct VectorOf<double, 2> {
  typedef double type __attribute__((vector_size(16)));
  typedef std::int64_t mask __attribute__((vector_size(16)));
};
template <>
struct VectorOf<double, 4> {
  typedef double type __attribute__((vector_size(32)));
  typedef std::int64_t mask __attribute__((vector_size(32)));
};
template <>
struct VectorOf<double, 8> {
  typedef double type __attribute__((vector_size(64)));
  typedef std::int64_t mask __attribute__((vector_size(64)));
};

/// What elements of type T are computed in.
template <class T>
using Scalar = std::conditional_t<std::is_same_v<T, double>, double, float>;

/// Registers that hold elements of type T on the instruction set with `kFloats` floats per register.
template <class T, int kFloats>
struct Register {
  static constexpr int kLanes = std::is_same_v<T, double> ? kFloats / 2 : kFloats;
  using Value = typename VectorOf<Scalar<T>, kLanes>::type;
  using Mask = typename VectorOf<Scalar<T>, kLanes>::mask;

  static Value broadcast(Scalar<T> value) { return Value{} + value; }

  static Value load(const T* from) {
    if constexpr (std::is_same_v<T, Scalar<T>>) {
      Value value;
      std::memcpy(&value, from, sizeof(value));
      return value;
    } else if constexpr (std::is_same_v<T, bfloat16>) {
      using Bits = typename VectorOf<float, kLanes>::half_bits;
      using Wide = typename VectorOf<float, kLanes>::bits;
      Bits bits;
      std::memcpy(&bits, from, sizeof(bits));
      const Wide wide = __builtin_convertvector(bits, Wide) << 16;
      Value value;
      std::memcpy(&value, &wide, sizeof(value));
      return value;
    } else {
      return load_half(from);
    }
  }

  static void store(T* to, Value value) {
    if constexpr (std::is_same_v<T, Scalar<T>>) {
      std::memcpy(to, &value, sizeof(value));
    } else if constexpr (std::is_same_v<T, bfloat16>) {
      using Bits = typename VectorOf<float, kLanes>::half_bits;
      using Wide = typename VectorOf<float, kLanes>::bits;
      Wide wide;
      std::memcpy(&wide, &value, sizeof(wide));
      const Wide rounded = (wide + 0x7fffu + ((wide >> 16) & 1u)) >> 16;
      const Wide quiet_nan = (wide >> 16) | 0x40u;
      const Mask is_number = value == value;
      Wide number_bits;
      std::memcpy(&number_bits, &is_number, sizeof(number_bits));
      const Bits bits = __builtin_convertvector((rounded & number_bits) | (quiet_nan & ~number_bits), Bits);
      std::memcpy(static_cast<void*>(to), &bits, sizeof(bits));
    } else {
      store_half(to, value);
    }
  }

  /// The first n < kLanes elements; the other lanes are zero.
  static Value load_some(const T* from, std::int64_t n) {
#if defined(__AVX512F__)
    if constexpr (std::is_same_v<T, float> && kLanes == 16) return _mm512_maskz_loadu_ps(first_bits(n), from);
#endif
#if defined(__AVX2__)
    if constexpr (std::is_same_v<T, float> && kLanes == 8) return _mm256_maskload_ps(from, first_lanes(n));
#endif
    T elements[kLanes];
    std::memset(static_cast<void*>(elements), 0, sizeof(elements));
    std::memcpy(static_cast<void*>(elements), from, static_cast<std::size_t>(n) * sizeof(T));
    return load(elements);
  }
  static void store_some(T* to, Value value, std::int64_t n) {
#if defined(__AVX512F__)
    if constexpr (std::is_same_v<T, float> && kLanes == 16) {
      _mm512_mask_storeu_ps(to, first_bits(n), value);
      return;
    }
#endif
#if defined(__AVX2__)
    if constexpr (std::is_same_v<T, float> && kLanes == 8) {
      _mm256_maskstore_ps(to, first_lanes(n), value);
      return;
    }
#endif
    T elements[kLanes];
    store(elements, value);
    std::memcpy(static_cast<void*>(to), elements, static_cast<std::size_t>(n) * sizeof(T));
  }

  static Value select(Mask mask, Value yes, Value no) { return mask ? yes : no; }

 private:
#if defined(__AVX512F__)
  static __mmask16 first_bits(std::int64_t n) { return static_cast<__mmask16>((1u << n) - 1); }
#endif
#if defined(__AVX2__)
  static __m256i first_lanes(std::int64_t n) {
    return _mm256_cmpgt_epi32(_mm256_set1_epi32(static_cast<int>(n)), _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7));
  }
#endif

  // GCC 12 takes the unmasked conversions for reads of undefined values
  static constexpr std::uint16_t kAllLanes = 0xFFFF;

  static Value load_half(const T* from) {
#if defined(__F16C__)
    if constexpr (kFloats == 8) {
      return _mm256_cvtph_ps(_mm_loadu_si128(reinterpret_cast<const __m128i*>(from)));
    }
#if defined(__AVX512F__)
    if constexpr (kFloats == 16) {
      return _mm512_maskz_cvtph_ps(kAllLanes, _mm256_loadu_si256(reinterpret_cast<const __m256i*>(from)));
    }
#endif
#endif
    Value value;
    for (int lane = 0; lane < kLanes; ++lane) value[lane] = static_cast<float>(from[lane]);
    return value;
  }
  static void store_half(T* to, Value value) {
#if defined(__F16C__)
    if constexpr (kFloats == 8) {
      _mm_storeu_si128(reinterpret_cast<__m128i*>(to), _mm256_cvtps_ph(value, _MM_FROUND_TO_NEAREST_INT));
      return;
    }
#if defined(__AVX512F__)
    if constexpr (kFloats == 16) {
      _mm256_storeu_si256(reinterpret_cast<__m256i*>(to),
                          _mm512_maskz_cvtps_ph(kAllLanes, value, _MM_FROUND_TO_NEAREST_INT));
      return;
    }
#endif
#endif
    for (int lane = 0; lane < kLanes; ++lane) to[lane] = T(value[lane]);
  }
};

}  // namespace kerascpp::cpu::simd
