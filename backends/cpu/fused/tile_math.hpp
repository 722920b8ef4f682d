#pragma once

#include <cstdint>
#include <type_traits>

#include "backends/cpu/fused/lane.hpp"
#include "backends/cpu/fused/tile_families.hpp"
#include "backends/cpu/fused/tile_loop.hpp"
#include "backends/cpu/fused/vector_math.hpp"
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
  static double heaviside(double a, double b) { return a < 0 ? 0.0 : a > 0 ? 1.0 : a == 0 ? b : a; }
  static double ldexp(double a, double b) {
    if (b != b) return b;
    const double clipped = b > 1e5 ? 1e5 : b < -1e5 ? -1e5 : b;
    return __builtin_ldexp(a, static_cast<int>(clipped));
  }

  // functions of vector_math.hpp
  template <class T>
  using L = Lane<T, Isa>;
  struct Exp : Unary {
    template <class T>
    static T apply(T x) {
      return vector_math::exp(L<T>(x)).value;
    }
  };
  struct Exp2 : Unary {
    template <class T>
    static T apply(T x) {
      return vector_math::exp2(L<T>(x)).value;
    }
  };
  struct Expm1 : Unary {
    template <class T>
    static T apply(T x) {
      return vector_math::expm1(L<T>(x)).value;
    }
  };
  struct Log : Unary {
    template <class T>
    static T apply(T x) {
      return vector_math::log(L<T>(x)).value;
    }
  };
  struct Log1p : Unary {
    template <class T>
    static T apply(T x) {
      return vector_math::log1p(L<T>(x)).value;
    }
  };
  struct Log2 : Unary {
    template <class T>
    static T apply(T x) {
      return vector_math::log2(L<T>(x)).value;
    }
  };
  struct Log10 : Unary {
    template <class T>
    static T apply(T x) {
      return vector_math::log10(L<T>(x)).value;
    }
  };
  struct Tanh : Unary {
    template <class T>
    static T apply(T x) {
      return vector_math::tanh(L<T>(x)).value;
    }
  };
  struct Sigmoid : Unary {
    template <class T>
    static T apply(T x) {
      return vector_math::sigmoid(L<T>(x)).value;
    }
  };
  struct Erf : Unary {
    template <class T>
    static T apply(T x) {
      if constexpr (std::is_same_v<T, float>)
        return vector_math::erf(L<float>(x)).value;
      else
        return __builtin_erf(x);
    }
  };
  struct Logaddexp : Binary {
    template <class T>
    static T apply(T a, T b) {
      return vector_math::logaddexp(L<T>(a), L<T>(b)).value;
    }
  };

  struct Power : Binary {
    template <class T>
    static T apply(T a, T b) {
      if constexpr (std::is_same_v<T, float>)
        return static_cast<float>(vector_math::power(L<double>(a), L<double>(b)).value);
      else
        return __builtin_pow(a, b);
    }
  };

  // sine, cosine and tangent: far from 0 the mathematics library takes over
  struct Sin : Unary {
    static float fast(float x) { return vector_math::sin(L<float>(x)).value; }
    template <class T>
    static T apply(T x) {
      return static_cast<T>(__builtin_sin(static_cast<double>(x)));
    }
  };
  struct Cos : Unary {
    static float fast(float x) { return vector_math::cos(L<float>(x)).value; }
    template <class T>
    static T apply(T x) {
      return static_cast<T>(__builtin_cos(static_cast<double>(x)));
    }
  };
  struct Tan : Unary {
    static float fast(float x) { return vector_math::tan(L<float>(x)).value; }
    template <class T>
    static T apply(T x) {
      return static_cast<T>(__builtin_tan(static_cast<double>(x)));
    }
  };
  template <class Op>
  static void trigonometric_tile(void* out, const void* const* args, std::int64_t n) {
    auto* __restrict r = static_cast<float*>(out);
    const auto* __restrict x = static_cast<const float*>(args[0]);
    for (std::int64_t i = 0; i < n; ++i) r[i] = Op::fast(x[i]);
    for (std::int64_t i = 0; i < n; ++i)
      if (!(__builtin_fabsf(x[i]) <= static_cast<float>(vector_math::kTrigonometricLimit)))
        r[i] = Op::template apply<float>(x[i]);
  }
  template <class Op>
  static TileFunction find_trigonometric(DType dtype) {
    if (dtype == DType::Float32) return &trigonometric_tile<Op>;
    return for_floats<Isa, Op>(dtype);
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

  static double arcsin(double x) { return __builtin_asin(x); }
  static double arccos(double x) { return __builtin_acos(x); }
  static double arctan(double x) { return __builtin_atan(x); }
  static double sinh(double x) { return __builtin_sinh(x); }
  static double cosh(double x) { return __builtin_cosh(x); }
  static double arcsinh(double x) { return __builtin_asinh(x); }
  static double arccosh(double x) { return __builtin_acosh(x); }
  static double arctanh(double x) { return __builtin_atanh(x); }
  static double cbrt(double x) { return __builtin_cbrt(x); }
  static double erfc(double x) { return __builtin_erfc(x); }
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
      return for_floats<Isa, typename Ops::Exp>(dtype);
    case Opcode::Exp2:
      return for_floats<Isa, typename Ops::Exp2>(dtype);
    case Opcode::Expm1:
      return for_floats<Isa, typename Ops::Expm1>(dtype);
    case Opcode::Log:
      return for_floats<Isa, typename Ops::Log>(dtype);
    case Opcode::Log1p:
      return for_floats<Isa, typename Ops::Log1p>(dtype);
    case Opcode::Log2:
      return for_floats<Isa, typename Ops::Log2>(dtype);
    case Opcode::Log10:
      return for_floats<Isa, typename Ops::Log10>(dtype);
    case Opcode::Sin:
      return Ops::template find_trigonometric<typename Ops::Sin>(dtype);
    case Opcode::Cos:
      return Ops::template find_trigonometric<typename Ops::Cos>(dtype);
    case Opcode::Tan:
      return Ops::template find_trigonometric<typename Ops::Tan>(dtype);
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
      return for_floats<Isa, typename Ops::Tanh>(dtype);
    case Opcode::Arcsinh:
      return for_floats<Isa, typename Ops::template Library1<&Ops::arcsinh>>(dtype);
    case Opcode::Arccosh:
      return for_floats<Isa, typename Ops::template Library1<&Ops::arccosh>>(dtype);
    case Opcode::Arctanh:
      return for_floats<Isa, typename Ops::template Library1<&Ops::arctanh>>(dtype);
    case Opcode::Erf:
      return for_floats<Isa, typename Ops::Erf>(dtype);
    case Opcode::Erfc:
      return for_floats<Isa, typename Ops::template Library1<&Ops::erfc>>(dtype);
    case Opcode::Erfinv:
      return for_floats<Isa, typename Ops::template Library1<&reference::erfinv>>(dtype);
    case Opcode::Sigmoid:
      return for_floats<Isa, typename Ops::Sigmoid>(dtype);
    case Opcode::Lgamma:
      return for_floats<Isa, typename Ops::template Library1<&reference::log_gamma>>(dtype);
    case Opcode::Digamma:
      return for_floats<Isa, typename Ops::template Library1<&Ops::digamma>>(dtype);
    case Opcode::BesselI0:
      return for_floats<Isa, typename Ops::template Library1<&Ops::bessel_i0>>(dtype);
    case Opcode::BesselI1:
      return for_floats<Isa, typename Ops::template Library1<&Ops::bessel_i1>>(dtype);
    case Opcode::Power:
      return for_floats<Isa, typename Ops::Power>(dtype);
    case Opcode::Arctan2:
      return for_floats<Isa, typename Ops::template Library2<&Ops::arctan2>>(dtype);
    case Opcode::Hypot:
      return for_floats<Isa, typename Ops::template Library2<&Ops::hypot>>(dtype);
    case Opcode::Logaddexp:
      return for_floats<Isa, typename Ops::Logaddexp>(dtype);
    case Opcode::Heaviside:
      return for_floats<Isa, typename Ops::template Library2<&Ops::heaviside>>(dtype);
    case Opcode::Ldexp:
      return for_floats<Isa, typename Ops::template Library2<&Ops::ldexp>>(dtype);
    default:
      return nullptr;
  }
}

}  // namespace kerascpp::cpu
