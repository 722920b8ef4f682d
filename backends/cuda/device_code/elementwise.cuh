// needs: base special
// The scalar operations of fused loops, each for the types it is meant for.

template <class T>
struct Unsigned {
  typedef uint32 type;
};
template <>
struct Unsigned<int64> {
  typedef uint64 type;
};
template <>
struct Unsigned<uint64> {
  typedef uint64 type;
};
// what integers are added and multiplied in: they wrap
template <class T>
using Wrapping = typename Unsigned<T>::type;

template <class T>
__device__ inline T op_add(T a, T b) {
  if constexpr (Type<T>::is_float)
    return a + b;
  else
    return T(Wrapping<T>(a) + Wrapping<T>(b));
}
__device__ inline bool op_add(bool a, bool b) { return a || b; }
template <class T>
__device__ inline T op_subtract(T a, T b) {
  if constexpr (Type<T>::is_float)
    return a - b;
  else
    return T(Wrapping<T>(a) - Wrapping<T>(b));
}
template <class T>
__device__ inline T op_multiply(T a, T b) {
  if constexpr (Type<T>::is_float)
    return a * b;
  else
    return T(Wrapping<T>(a) * Wrapping<T>(b));
}
__device__ inline bool op_multiply(bool a, bool b) { return a && b; }
template <class T>
__device__ inline T op_divide(T a, T b) {
  return a / b;
}
template <class T>
__device__ inline T op_reciprocal(T a) {
  return T(1) / a;
}
template <class T>
__device__ inline T op_negative(T a) {
  if constexpr (Type<T>::is_float)
    return -a;
  else
    return T(Wrapping<T>(0) - Wrapping<T>(a));
}
template <class T>
__device__ inline T op_square(T a) {
  return op_multiply(a, a);
}
__device__ inline float op_abs(float a) { return fabsf(a); }
__device__ inline double op_abs(double a) { return fabs(a); }
template <class T>
__device__ inline T op_abs(T a) {
  if constexpr (Type<T>::is_signed)
    return a < T(0) ? op_negative(a) : a;
  else
    return a;
}
template <class T>
__device__ inline T op_sign(T a) {
  if constexpr (Type<T>::is_float) return a > T(0) ? T(1) : a < T(0) ? T(-1) : a == T(0) ? T(0) : a;
  if constexpr (Type<T>::is_signed)
    return T((a > T(0)) - (a < T(0)));
  else
    return T(a != T(0));
}
// NaN wins
template <class T>
__device__ inline T op_maximum(T a, T b) {
  return a > b || a != a ? a : b;
}
template <class T>
__device__ inline T op_minimum(T a, T b) {
  return a < b || a != a ? a : b;
}
template <class T>
__device__ inline T op_fmax(T a, T b) {
  return a > b || b != b ? a : b;
}
template <class T>
__device__ inline T op_fmin(T a, T b) {
  return a < b || b != b ? a : b;
}
template <class T>
__device__ inline T op_relu(T a) {
  return op_maximum(a, T(0));
}

// integers: division by zero gives 0, the least number divided by -1 wraps
template <class T>
__device__ inline T quotient(T a, T b) {
  if constexpr (Type<T>::is_signed)
    if (b == T(-1)) return op_negative(a);
  return T(a / b);
}
template <class T>
__device__ inline T remainder_of(T a, T b) {
  if constexpr (Type<T>::is_signed)
    if (b == T(-1)) return T(0);
  return T(a % b);
}
__device__ inline float remainder_of(float a, float b) { return fmodf(a, b); }
__device__ inline double remainder_of(double a, double b) { return fmod(a, b); }
__device__ inline float op_copysign(float a, float b) { return copysignf(a, b); }
__device__ inline double op_copysign(double a, double b) { return copysign(a, b); }
template <class T>
__device__ inline T op_fmod(T a, T b) {
  if constexpr (!Type<T>::is_float)
    if (b == T(0)) return T(0);
  return remainder_of(a, b);
}
template <class T>
__device__ inline T op_mod(T a, T b) {
  if constexpr (!Type<T>::is_float)
    if (b == T(0)) return T(0);
  const T rest = remainder_of(a, b);
  if constexpr (Type<T>::is_float)
    if (rest == T(0)) return op_copysign(T(0), b);
  if constexpr (Type<T>::is_signed)
    if (rest != T(0) && (rest < T(0)) != (b < T(0))) return T(rest + b);
  return rest;
}
__device__ inline float op_floor(float a) { return floorf(a); }
__device__ inline double op_floor(double a) { return floor(a); }
template <class T>
__device__ inline T op_floor(T a) {
  return a;
}
template <class T>
__device__ inline T op_floor_divide(T a, T b) {
  if constexpr (Type<T>::is_float) {
    return op_floor(a / b);
  } else {
    if (b == T(0)) return T(0);
    const T whole = quotient(a, b);
    if constexpr (Type<T>::is_signed)
      if (remainder_of(a, b) != T(0) && (a < T(0)) != (b < T(0))) return T(whole - T(1));
    return whole;
  }
}
__device__ inline float op_power(float a, float b) { return powf(a, b); }
__device__ inline double op_power(double a, double b) { return pow(a, b); }
template <class T>
__device__ inline T op_power(T a, T b) {
  if constexpr (Type<T>::is_signed)
    if (b < T(0)) return a == T(1) ? T(1) : a == T(-1) ? ((b & T(1)) != T(0) ? T(-1) : T(1)) : T(0);
  Wrapping<T> result = 1, base = Wrapping<T>(a);
  for (Wrapping<T> exponent = Wrapping<T>(b); exponent != 0; exponent >>= 1, base *= base)
    if ((exponent & 1) != 0) result *= base;
  return T(result);
}
template <class T>
__device__ inline Wrapping<T> magnitude_of(T a) {
  if constexpr (Type<T>::is_signed)
    if (a < T(0)) return Wrapping<T>(0) - Wrapping<T>(a);
  return Wrapping<T>(a);
}
template <class U>
__device__ inline U greatest_divisor(U a, U b) {
  while (b != 0) {
    const U rest = a % b;
    a = b;
    b = rest;
  }
  return a;
}
template <class T>
__device__ inline T op_gcd(T a, T b) {
  return T(greatest_divisor(magnitude_of(a), magnitude_of(b)));
}
template <class T>
__device__ inline T op_lcm(T a, T b) {
  const Wrapping<T> m = magnitude_of(a), n = magnitude_of(b);
  return m == 0 || n == 0 ? T(0) : T(m / greatest_divisor(m, n) * n);
}

template <class T>
__device__ inline bool op_equal(T a, T b) {
  return a == b;
}
template <class T>
__device__ inline bool op_not_equal(T a, T b) {
  return a != b;
}
template <class T>
__device__ inline bool op_less(T a, T b) {
  return a < b;
}
template <class T>
__device__ inline bool op_less_equal(T a, T b) {
  return a <= b;
}
template <class T>
__device__ inline bool op_greater(T a, T b) {
  return a > b;
}
template <class T>
__device__ inline bool op_greater_equal(T a, T b) {
  return a >= b;
}
template <class T>
__device__ inline bool op_isnan(T a) {
  return a != a;
}
template <class T>
__device__ inline bool op_isinf(T a) {
  if constexpr (Type<T>::is_float)
    return op_abs(a) == Type<T>::highest();
  else
    return false;
}
template <class T>
__device__ inline bool op_isfinite(T a) {
  if constexpr (Type<T>::is_float)
    return op_abs(a) < Type<T>::highest();
  else
    return true;
}
template <class T>
__device__ inline bool op_signbit(T a) {
  return a < T(0);
}
__device__ inline bool op_signbit(float a) { return bits_of(a) >> 31 != 0; }
__device__ inline bool op_signbit(double a) { return bits_of(a) >> 63 != 0; }
__device__ inline bool op_logical_not(bool a) { return !a; }
__device__ inline bool op_logical_and(bool a, bool b) { return a && b; }
__device__ inline bool op_logical_or(bool a, bool b) { return a || b; }
__device__ inline bool op_logical_xor(bool a, bool b) { return a != b; }
template <class T>
__device__ inline T op_bitwise_and(T a, T b) {
  return T(a & b);
}
template <class T>
__device__ inline T op_bitwise_or(T a, T b) {
  return T(a | b);
}
template <class T>
__device__ inline T op_bitwise_xor(T a, T b) {
  return T(a ^ b);
}
template <class T>
__device__ inline T op_bitwise_not(T a) {
  return T(~a);
}
__device__ inline bool op_bitwise_not(bool a) { return !a; }
// a shift by the width or more, or by a negative number, moves everything out
template <class T>
__device__ inline T op_left_shift(T a, T b) {
  if (b < T(0) || b >= T(8 * sizeof(T))) return T(0);
  return T(Wrapping<T>(a) << Wrapping<T>(b));
}
template <class T>
__device__ inline T op_right_shift(T a, T b) {
  if (b < T(0) || b >= T(8 * sizeof(T))) return a < T(0) ? T(-1) : T(0);
  return T(a >> b);
}
template <class T>
__device__ inline T op_where(bool condition, T a, T b) {
  return condition ? a : b;
}

// --- functions of real numbers

__device__ inline float op_ceil(float a) { return ceilf(a); }
__device__ inline double op_ceil(double a) { return ceil(a); }
__device__ inline float op_round(float a) { return rintf(a); }  // half to even
__device__ inline double op_round(double a) { return rint(a); }
template <class T>
__device__ inline T op_round(T a) {
  return a;
}
__device__ inline float op_trunc(float a) { return truncf(a); }
__device__ inline double op_trunc(double a) { return trunc(a); }
template <class T>
__device__ inline T op_trunc(T a) {
  return a;
}
__device__ inline float op_sqrt(float a) { return sqrtf(a); }
__device__ inline double op_sqrt(double a) { return sqrt(a); }
template <class T>
__device__ inline T op_rsqrt(T a) {
  return T(1) / op_sqrt(a);
}
__device__ inline float op_cbrt(float a) { return cbrtf(a); }
__device__ inline double op_cbrt(double a) { return cbrt(a); }
__device__ inline float op_exp(float a) { return expf(a); }
__device__ inline double op_exp(double a) { return exp(a); }
__device__ inline float op_exp2(float a) { return exp2f(a); }
__device__ inline double op_exp2(double a) { return exp2(a); }
__device__ inline float op_expm1(float a) { return expm1f(a); }
__device__ inline double op_expm1(double a) { return expm1(a); }
__device__ inline float op_log(float a) { return logf(a); }
__device__ inline double op_log(double a) { return log(a); }
__device__ inline float op_log1p(float a) { return log1pf(a); }
__device__ inline double op_log1p(double a) { return log1p(a); }
__device__ inline float op_log2(float a) { return log2f(a); }
__device__ inline double op_log2(double a) { return log2(a); }
__device__ inline float op_log10(float a) { return log10f(a); }
__device__ inline double op_log10(double a) { return log10(a); }
__device__ inline float op_sin(float a) { return sinf(a); }
__device__ inline double op_sin(double a) { return sin(a); }
__device__ inline float op_cos(float a) { return cosf(a); }
__device__ inline double op_cos(double a) { return cos(a); }
__device__ inline float op_tan(float a) { return tanf(a); }
__device__ inline double op_tan(double a) { return tan(a); }
__device__ inline float op_arcsin(float a) { return asinf(a); }
__device__ inline double op_arcsin(double a) { return asin(a); }
__device__ inline float op_arccos(float a) { return acosf(a); }
__device__ inline double op_arccos(double a) { return acos(a); }
__device__ inline float op_arctan(float a) { return atanf(a); }
__device__ inline double op_arctan(double a) { return atan(a); }
__device__ inline float op_sinh(float a) { return sinhf(a); }
__device__ inline double op_sinh(double a) { return sinh(a); }
__device__ inline float op_cosh(float a) { return coshf(a); }
__device__ inline double op_cosh(double a) { return cosh(a); }
__device__ inline float op_tanh(float a) { return tanhf(a); }
__device__ inline double op_tanh(double a) { return tanh(a); }
__device__ inline float op_arcsinh(float a) { return asinhf(a); }
__device__ inline double op_arcsinh(double a) { return asinh(a); }
__device__ inline float op_arccosh(float a) { return acoshf(a); }
__device__ inline double op_arccosh(double a) { return acosh(a); }
__device__ inline float op_arctanh(float a) { return atanhf(a); }
__device__ inline double op_arctanh(double a) { return atanh(a); }
__device__ inline float op_erf(float a) { return erff(a); }
__device__ inline double op_erf(double a) { return erf(a); }
__device__ inline float op_erfc(float a) { return float(erfc(double(a))); }
__device__ inline double op_erfc(double a) { return erfc(a); }
// exp of a negative number only, so that nothing overflows
template <class T>
__device__ inline T op_sigmoid(T a) {
  const T e = op_exp(-op_abs(a));
  return a >= T(0) ? T(1) / (T(1) + e) : e / (T(1) + e);
}
__device__ inline float op_arctan2(float a, float b) { return atan2f(a, b); }
__device__ inline double op_arctan2(double a, double b) { return atan2(a, b); }
__device__ inline float op_hypot(float a, float b) { return hypotf(a, b); }
__device__ inline double op_hypot(double a, double b) { return hypot(a, b); }
__device__ inline float op_nextafter(float a, float b) { return nextafterf(a, b); }
__device__ inline double op_nextafter(double a, double b) { return nextafter(a, b); }
template <class T>
__device__ inline T op_logaddexp(T a, T b) {
  if (a != a || b != b) return a + b;
  const T largest = a > b ? a : b;
  return op_isinf(largest) ? largest : largest + op_log1p(op_exp(-op_abs(a - b)));
}
template <class T>
__device__ inline T op_heaviside(T a, T b) {
  return a < T(0) ? T(0) : a > T(0) ? T(1) : a == T(0) ? b : a;
}
template <class T>
__device__ inline T op_ldexp(T a, T b) {
  const T clipped = b < T(-100000) ? T(-100000) : b > T(100000) ? T(100000) : b;
  return T(ldexp(double(a), int(clipped)));
}
template <class T>
__device__ inline T op_erfinv(T a) {
  return T(inverse_erf(double(a)));
}
template <class T>
__device__ inline T op_lgamma(T a) {
  return T(lgamma(double(a)));
}
template <class T>
__device__ inline T op_digamma(T a) {
  return T(polygamma(0, double(a)));
}
template <class T>
__device__ inline T op_i0(T a) {
  return T(bessel_i(0, double(a)));
}
template <class T>
__device__ inline T op_i1(T a) {
  return T(bessel_i(1, double(a)));
}
