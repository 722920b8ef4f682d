// Types, conversions and limits. Kernels compute 16-bit floats as float and round where they store.

typedef signed char int8;
typedef unsigned char uint8;
typedef short int16;
typedef unsigned short uint16;
typedef int int32;
typedef unsigned int uint32;
typedef long long int64;
typedef unsigned long long uint64;

struct half_t {
  uint16 bits;
};
struct bfloat_t {
  uint16 bits;
};
template <class T>
struct complex_t {
  T real, imag;
};
typedef complex_t<float> complex64;
typedef complex_t<double> complex128;

__device__ inline uint32 bits_of(float x) {
  union {
    float f;
    uint32 u;
  } both;
  both.f = x;
  return both.u;
}
__device__ inline float float_of(uint32 x) {
  union {
    uint32 u;
    float f;
  } both;
  both.u = x;
  return both.f;
}
__device__ inline uint64 bits_of(double x) {
  union {
    double f;
    uint64 u;
  } both;
  both.f = x;
  return both.u;
}
__device__ inline double double_of(uint64 x) {
  union {
    uint64 u;
    double f;
  } both;
  both.u = x;
  return both.f;
}

// What a type is: whether it has a sign and a fraction, its limits, and the type in which it is computed.
template <class T>
struct Type;
template <class T, T least, T most, bool has_sign>
struct IntegerType {
  typedef T compute;
  static constexpr bool is_float = false, is_signed = has_sign, is_complex = false;
  __device__ static T lowest() { return least; }
  __device__ static T highest() { return most; }
};
template <>
struct Type<bool> : IntegerType<bool, false, true, false> {};
template <>
struct Type<int8> : IntegerType<int8, -128, 127, true> {};
template <>
struct Type<uint8> : IntegerType<uint8, 0, 255, false> {};
template <>
struct Type<int16> : IntegerType<int16, -32768, 32767, true> {};
template <>
struct Type<uint16> : IntegerType<uint16, 0, 65535, false> {};
template <>
struct Type<int32> : IntegerType<int32, -2147483647 - 1, 2147483647, true> {};
template <>
struct Type<uint32> : IntegerType<uint32, 0, 4294967295u, false> {};
template <>
struct Type<int64> : IntegerType<int64, -9223372036854775807ll - 1, 9223372036854775807ll, true> {};
template <>
struct Type<uint64> : IntegerType<uint64, 0, 18446744073709551615ull, false> {};
template <class T>
struct FloatType {
  typedef T compute;
  static constexpr bool is_float = true, is_signed = true, is_complex = false;
  __device__ static T lowest() { return -T(1) / T(0); }
  __device__ static T highest() { return T(1) / T(0); }
};
template <>
struct Type<float> : FloatType<float> {
  __device__ static float lowest() { return float_of(0xff800000u); }
  __device__ static float highest() { return float_of(0x7f800000u); }
};
template <>
struct Type<double> : FloatType<double> {
  __device__ static double lowest() { return double_of(0xfff0000000000000ull); }
  __device__ static double highest() { return double_of(0x7ff0000000000000ull); }
};
template <>
struct Type<half_t> : Type<float> {};
template <>
struct Type<bfloat_t> : Type<float> {};
template <class T>
struct ComplexType {
  typedef T compute;
  static constexpr bool is_float = false, is_signed = true, is_complex = true;
};
template <>
struct Type<complex64> : ComplexType<complex64> {};
template <>
struct Type<complex128> : ComplexType<complex128> {};
template <class T>
using Compute = typename Type<T>::compute;

// --- 16-bit floats

__device__ inline float float_from(half_t x) {
  const uint32 sign = (x.bits & 0x8000u) << 16, magnitude = x.bits & 0x7fffu;
  if (magnitude >= 0x7c00u) return float_of(sign | 0x7f800000u | (magnitude & 0x3ffu) << 13);
  if (magnitude >= 0x400u) return float_of(sign | ((magnitude << 13) + 0x38000000u));
  return float_of(sign | bits_of(float(magnitude) * 5.9604644775390625e-8f));
}
__device__ inline float float_from(bfloat_t x) { return float_of(uint32(x.bits) << 16); }

// to nearest, ties to even
__device__ inline half_t half_from(float x) {
  const uint32 bits = bits_of(x), sign = bits >> 16 & 0x8000u, magnitude = bits & 0x7fffffffu;
  half_t result;
  uint32 value;
  if (magnitude > 0x7f800000u)
    value = 0x7e00u | (magnitude >> 13 & 0x3ffu);
  else if (magnitude >= 0x477ff000u)
    value = 0x7c00u;
  else if (magnitude >= 0x38800000u)
    value = (magnitude - 0x38000000u + 0xfffu + (magnitude >> 13 & 1u)) >> 13;
  else
    value = bits_of(float_of(magnitude) + 0.5f) - 0x3f000000u;
  result.bits = uint16(sign | value);
  return result;
}
__device__ inline bfloat_t bfloat_from(float x) {
  const uint32 bits = bits_of(x);
  bfloat_t result;
  result.bits =
      uint16((bits & 0x7fffffffu) > 0x7f800000u ? bits >> 16 | 0x40u : (bits + 0x7fffu + (bits >> 16 & 1u)) >> 16);
  return result;
}
// Rounded so that a second rounding to 16 bits gives what one rounding from double would: the last bit is odd when
// inexact (Boldo and Melquiond, "Emulation of FMA", 2008).
__device__ inline float round_to_odd(double x) {
  const float nearest = float(x);
  const double back = double(nearest);
  if (back == x || x != x) return nearest;
  uint32 bits = bits_of(nearest);
  if ((back < 0 ? -back : back) > (x < 0 ? -x : x)) --bits;
  return float_of(bits | 1u);
}
__device__ inline float narrowed(float x) { return x; }
__device__ inline float narrowed(double x) { return round_to_odd(x); }
template <class T>
__device__ inline float narrowed(T x) {
  return round_to_odd(double(x));
}
template <class Part>
__device__ inline float narrowed(complex_t<Part> x) {
  return narrowed(x.real);
}

// --- conversions of computed values

// floats to integers: towards zero, saturating, NaN to 0
template <class To, class From>
__device__ inline To truncated(From x) {
  const From below = From(Type<To>::lowest()), above = From(Type<To>::highest() / 2 + 1) * From(2);
  if (x != x) return To(0);
  if (x < below) return Type<To>::lowest();
  if (x >= above) return Type<To>::highest();
  return To(x);
}

template <class To, class From>
struct Converter {
  __device__ static Compute<To> of(From x) {
    if constexpr (Type<From>::is_float && !Type<To>::is_float)
      return truncated<To>(x);
    else
      return Compute<To>(x);
  }
};
template <class From>
struct Converter<bool, From> {
  __device__ static bool of(From x) { return x != From(0); }
};
template <class From>
struct Converter<half_t, From> {
  __device__ static float of(From x) { return float_from(half_from(narrowed(x))); }
};
template <class From>
struct Converter<bfloat_t, From> {
  __device__ static float of(From x) { return float_from(bfloat_from(narrowed(x))); }
};
template <class Part, class From>
struct Converter<complex_t<Part>, From> {
  __device__ static complex_t<Part> of(From x) {
    complex_t<Part> result;
    result.real = Part(x);
    result.imag = Part(0);
    return result;
  }
};
template <class Part, class FromPart>
struct Converter<complex_t<Part>, complex_t<FromPart>> {
  __device__ static complex_t<Part> of(complex_t<FromPart> x) {
    complex_t<Part> result;
    result.real = Part(x.real);
    result.imag = Part(x.imag);
    return result;
  }
};
template <class To, class FromPart>
struct Converter<To, complex_t<FromPart>> {
  __device__ static Compute<To> of(complex_t<FromPart> x) { return Converter<To, FromPart>::of(x.real); }
};
template <class FromPart>
struct Converter<bool, complex_t<FromPart>> {
  __device__ static bool of(complex_t<FromPart> x) { return x.real != 0 || x.imag != 0; }
};
template <class FromPart>
struct Converter<half_t, complex_t<FromPart>> {
  __device__ static float of(complex_t<FromPart> x) { return Converter<half_t, FromPart>::of(x.real); }
};
template <class FromPart>
struct Converter<bfloat_t, complex_t<FromPart>> {
  __device__ static float of(complex_t<FromPart> x) { return Converter<bfloat_t, FromPart>::of(x.real); }
};

// A computed value as one of type To, rounded to it.
template <class To, class From>
__device__ inline Compute<To> convert(From x) {
  return Converter<To, From>::of(x);
}

// --- memory

template <class T>
__device__ inline T get(const T& x) {
  return x;
}
__device__ inline float get(const half_t& x) { return float_from(x); }
__device__ inline float get(const bfloat_t& x) { return float_from(x); }
template <class T, class From>
__device__ inline void put(T& to, From x) {
  to = convert<T>(x);
}
template <class From>
__device__ inline void put(half_t& to, From x) {
  to = half_from(narrowed(x));
}
template <class From>
__device__ inline void put(bfloat_t& to, From x) {
  to = bfloat_from(narrowed(x));
}

// Several neighbours at once.
template <class T, int count>
struct alignas(sizeof(T) * count) Pack {
  T values[count];
};
