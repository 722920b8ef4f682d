#pragma once

#include <cstdint>
#include <type_traits>

#include "backends/cpu/fused/tile_families.hpp"
#include "backends/cpu/fused/tile_loop.hpp"
#include "backends/reference/special_functions.hpp"

// Rounding and the functions of real analysis.

namespace kerascpp::cpu {

template <class Isa>
struct MathOps {
  struct Floor : Unary {
    template <class T>
    static T apply(T x) {
      if constexpr (std::is_same_v<T, float>)
        return __builtin_floorf(x);
      else
        return __builtin_floor(x);
    }
  };
  struct Ceil : Unary {
    template <class T>
    static T apply(T x) {
      if constexpr (std::is_same_v<T, float>)
        return __builtin_ceilf(x);
      else
        return __builtin_ceil(x);
    }
  };
  struct Round : Unary {  // half to even
    template <class T>
    static T apply(T x) {
      if constexpr (std::is_same_v<T, float>)
        return __builtin_nearbyintf(x);
      else if constexpr (std::is_same_v<T, double>)
        return __builtin_nearbyint(x);
      else
        return x;
    }
  };
  struct Trunc : Unary {
    template <class T>
    static T apply(T x) {
      if constexpr (std::is_same_v<T, float>)
        return __builtin_truncf(x);
      else if constexpr (std::is_same_v<T, double>)
        return __builtin_trunc(x);
      else
        return x;
    }
  };
  struct Sqrt : Unary {
    template <class T>
    static T apply(T x) {
      if constexpr (std::is_same_v<T, float>)
        return __builtin_sqrtf(x);
      else
        return __builtin_sqrt(x);
    }
  };
  struct Rsqrt : Unary {
    template <class T>
    static T apply(T x) {
      return T(1) / Sqrt::template apply<T>(x);
    }
  };

  // functions of the mathematics library: float32 is computed in float64 and rounded once
  template <auto F>
  struct Library1 : Unary {
    template <class T>
    static T apply(T x) {
      return static_cast<T>(F(static_cast<double>(x)));
    }
  };
  template <auto F>
  struct Library2 : Binary {
    template <class T>
    static T apply(T x, T y) {
      return static_cast<T>(F(static_cast<double>(x), static_cast<double>(y)));
    }
  };
  static double sigmoid(double x) {
    const double e = __builtin_exp(-__builtin_fabs(x));
    return (x < 0 ? e : 1.0) / (1 + e);
  }
  // log(e^a + e^b) = max + log1p(e^-|a - b|)
  static double logaddexp(double a, double b) {
    const double larger = a > b || a != a ? a : b;
    const double difference = a - b;
    // equal infinities
    if (difference != difference) return a == b ? a : a + b;
    return larger + __builtin_log1p(__builtin_exp(-__builtin_fabs(difference)));
  }
  static double heaviside(double a, double b) { return a < 0 ? 0.0 : a > 0 ? 1.0 : a == 0 ? b : a; }
  static double ldexp(double a, double b) {
    if (b != b) return b;
    const double clipped = b > 1e5 ? 1e5 : b < -1e5 ? -1e5 : b;
    return __builtin_ldexp(a, static_cast<int>(clipped));
  }

  struct Copysign : Binary {
    template <class T>
    static T apply(T a, T b) {
      if constexpr (std::is_same_v<T, float>)
        return __builtin_copysignf(a, b);
      else
        return __builtin_copysign(a, b);
    }
  };
  struct Nextafter : Binary {
    template <class T>
    static T apply(T a, T b) {
      if constexpr (std::is_same_v<T, float>)
        return __builtin_nextafterf(a, b);
      else
        return __builtin_nextafter(a, b);
    }
  };

  static double exp(double x) { return __builtin_exp(x); }
  static double exp2(double x) { return __builtin_exp2(x); }
  static double expm1(double x) { return __builtin_expm1(x); }
  static double log(double x) { return __builtin_log(x); }
  static double log1p(double x) { return __builtin_log1p(x); }
  static double log2(double x) { return __builtin_log2(x); }
  static double log10(double x) { return __builtin_log10(x); }
  static double sin(double x) { return __builtin_sin(x); }
  static double cos(double x) { return __builtin_cos(x); }
  static double tan(double x) { return __builtin_tan(x); }
  static double arcsin(double x) { return __builtin_asin(x); }
  static double arccos(double x) { return __builtin_acos(x); }
  static double arctan(double x) { return __builtin_atan(x); }
  static double sinh(double x) { return __builtin_sinh(x); }
  static double cosh(double x) { return __builtin_cosh(x); }
  static double tanh(double x) { return __builtin_tanh(x); }
  static double arcsinh(double x) { return __builtin_asinh(x); }
  static double arccosh(double x) { return __builtin_acosh(x); }
  static double arctanh(double x) { return __builtin_atanh(x); }
  static double cbrt(double x) { return __builtin_cbrt(x); }
  static double erf(double x) { return __builtin_erf(x); }
  static double erfc(double x) { return __builtin_erfc(x); }
  static double power(double a, double b) { return __builtin_pow(a, b); }
  static double arctan2(double a, double b) { return __builtin_atan2(a, b); }
  static double hypot(double a, double b) { return __builtin_hypot(a, b); }
  static double digamma(double x) { return reference::polygamma(0, x); }
  static double bessel_i0(double x) { return reference::bessel_i(0, x); }
  static double bessel_i1(double x) { return reference::bessel_i(1, x); }
};

template <class Isa>
TileFunction TileFamilies<Isa>::math(compiler::Opcode opcode, DType dtype) {
  using Ops = MathOps<Isa>;
  using compiler::Opcode;
  switch (opcode) {
    case Opcode::Floor:
      return for_floats<Isa, typename Ops::Floor>(dtype);
    case Opcode::Ceil:
      return for_floats<Isa, typename Ops::Ceil>(dtype);
    case Opcode::Round:
      return for_all<Isa, typename Ops::Round>(dtype);
    case Opcode::Trunc:
      return for_all<Isa, typename Ops::Trunc>(dtype);
    case Opcode::Sqrt:
      return for_floats<Isa, typename Ops::Sqrt>(dtype);
    case Opcode::Rsqrt:
      return for_floats<Isa, typename Ops::Rsqrt>(dtype);
    case Opcode::Copysign:
      return for_floats<Isa, typename Ops::Copysign>(dtype);
    case Opcode::Nextafter:
      return for_floats<Isa, typename Ops::Nextafter>(dtype);
    case Opcode::Cbrt:
      return for_floats<Isa, typename Ops::template Library1<&Ops::cbrt>>(dtype);
    case Opcode::Exp:
      return for_floats<Isa, typename Ops::template Library1<&Ops::exp>>(dtype);
    case Opcode::Exp2:
      return for_floats<Isa, typename Ops::template Library1<&Ops::exp2>>(dtype);
    case Opcode::Expm1:
      return for_floats<Isa, typename Ops::template Library1<&Ops::expm1>>(dtype);
    case Opcode::Log:
      return for_floats<Isa, typename Ops::template Library1<&Ops::log>>(dtype);
    case Opcode::Log1p:
      return for_floats<Isa, typename Ops::template Library1<&Ops::log1p>>(dtype);
    case Opcode::Log2:
      return for_floats<Isa, typename Ops::template Library1<&Ops::log2>>(dtype);
    case Opcode::Log10:
      return for_floats<Isa, typename Ops::template Library1<&Ops::log10>>(dtype);
    case Opcode::Sin:
      return for_floats<Isa, typename Ops::template Library1<&Ops::sin>>(dtype);
    case Opcode::Cos:
      return for_floats<Isa, typename Ops::template Library1<&Ops::cos>>(dtype);
    case Opcode::Tan:
      return for_floats<Isa, typename Ops::template Library1<&Ops::tan>>(dtype);
    case Opcode::Arcsin:
      return for_floats<Isa, typename Ops::template Library1<&Ops::arcsin>>(dtype);
    case Opcode::Arccos:
      return for_floats<Isa, typename Ops::template Library1<&Ops::arccos>>(dtype);
    case Opcode::Arctan:
      return for_floats<Isa, typename Ops::template Library1<&Ops::arctan>>(dtype);
    case Opcode::Sinh:
      return for_floats<Isa, typename Ops::template Library1<&Ops::sinh>>(dtype);
    case Opcode::Cosh:
      return for_floats<Isa, typename Ops::template Library1<&Ops::cosh>>(dtype);
    case Opcode::Tanh:
      return for_floats<Isa, typename Ops::template Library1<&Ops::tanh>>(dtype);
    case Opcode::Arcsinh:
      return for_floats<Isa, typename Ops::template Library1<&Ops::arcsinh>>(dtype);
    case Opcode::Arccosh:
      return for_floats<Isa, typename Ops::template Library1<&Ops::arccosh>>(dtype);
    case Opcode::Arctanh:
      return for_floats<Isa, typename Ops::template Library1<&Ops::arctanh>>(dtype);
    case Opcode::Erf:
      return for_floats<Isa, typename Ops::template Library1<&Ops::erf>>(dtype);
    case Opcode::Erfc:
      return for_floats<Isa, typename Ops::template Library1<&Ops::erfc>>(dtype);
    case Opcode::Erfinv:
      return for_floats<Isa, typename Ops::template Library1<&reference::erfinv>>(dtype);
    case Opcode::Sigmoid:
      return for_floats<Isa, typename Ops::template Library1<&Ops::sigmoid>>(dtype);
    case Opcode::Lgamma:
      return for_floats<Isa, typename Ops::template Library1<&reference::log_gamma>>(dtype);
    case Opcode::Digamma:
      return for_floats<Isa, typename Ops::template Library1<&Ops::digamma>>(dtype);
    case Opcode::BesselI0:
      return for_floats<Isa, typename Ops::template Library1<&Ops::bessel_i0>>(dtype);
    case Opcode::BesselI1:
      return for_floats<Isa, typename Ops::template Library1<&Ops::bessel_i1>>(dtype);
    case Opcode::Power:
      return for_floats<Isa, typename Ops::template Library2<&Ops::power>>(dtype);
    case Opcode::Arctan2:
      return for_floats<Isa, typename Ops::template Library2<&Ops::arctan2>>(dtype);
    case Opcode::Hypot:
      return for_floats<Isa, typename Ops::template Library2<&Ops::hypot>>(dtype);
    case Opcode::Logaddexp:
      return for_floats<Isa, typename Ops::template Library2<&Ops::logaddexp>>(dtype);
    case Opcode::Heaviside:
      return for_floats<Isa, typename Ops::template Library2<&Ops::heaviside>>(dtype);
    case Opcode::Ldexp:
      return for_floats<Isa, typename Ops::template Library2<&Ops::ldexp>>(dtype);
    default:
      return nullptr;
  }
}

}  // namespace kerascpp::cpu
