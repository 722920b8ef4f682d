#pragma once

#include <cstdint>
#include <limits>
#include <type_traits>

#include "backends/cpu/fused/tile_families.hpp"
#include "backends/cpu/fused/tile_loop.hpp"

// Arithmetic, comparison, logic and bits of all dtypes.

namespace kerascpp::cpu {

template <class Isa>
struct ArithmeticOps {
  template <class T>
  static constexpr bool kFloat = std::is_floating_point_v<T>;
  template <class T>
  static constexpr bool kBool = std::is_same_v<T, bool>;
  template <class T>
  static constexpr bool kSigned = std::is_signed_v<T> && !std::is_floating_point_v<T>;
  // integers wrap: computed without sign, in at least 32 bits, since smaller types would be promoted to int
  template <class T>
  using Wrapping =
      std::common_type_t<unsigned, std::make_unsigned_t<std::conditional_t<std::is_same_v<T, bool>, char, T>>>;

  struct Add : Binary {
    template <class T>
    static T apply(T a, T b) {
      if constexpr (kFloat<T>)
        return a + b;
      else if constexpr (kBool<T>)
        return a | b;
      else
        return static_cast<T>(static_cast<Wrapping<T>>(a) + static_cast<Wrapping<T>>(b));
    }
  };
  struct Subtract : Binary {
    template <class T>
    static T apply(T a, T b) {
      if constexpr (kFloat<T>)
        return a - b;
      else
        return static_cast<T>(static_cast<Wrapping<T>>(a) - static_cast<Wrapping<T>>(b));
    }
  };
  struct Multiply : Binary {
    template <class T>
    static T apply(T a, T b) {
      if constexpr (kFloat<T>)
        return a * b;
      else if constexpr (kBool<T>)
        return a & b;
      else
        return static_cast<T>(static_cast<Wrapping<T>>(a) * static_cast<Wrapping<T>>(b));
    }
  };
  struct Divide : Binary {
    template <class T>
    static T apply(T a, T b) {
      return a / b;
    }
  };
  struct Reciprocal : Unary {
    template <class T>
    static T apply(T a) {
      return T(1) / a;
    }
  };
  struct Negative : Unary {
    template <class T>
    static T apply(T a) {
      if constexpr (kFloat<T>)
        return -a;
      else
        return static_cast<T>(Wrapping<T>(0) - static_cast<Wrapping<T>>(a));
    }
  };
  struct Square : Unary {
    template <class T>
    static T apply(T a) {
      return Multiply::template apply<T>(a, a);
    }
  };
  struct Abs : Unary {
    template <class T>
    static T apply(T a) {
      if constexpr (std::is_same_v<T, float>)
        return __builtin_fabsf(a);
      else if constexpr (std::is_same_v<T, double>)
        return __builtin_fabs(a);
      else if constexpr (kSigned<T>)
        return a < 0 ? Negative::template apply<T>(a) : a;
      else
        return a;
    }
  };
  struct Sign : Unary {
    template <class T>
    static T apply(T a) {
      if constexpr (kFloat<T>)
        return a > 0 ? T(1) : a < 0 ? T(-1) : a == 0 ? T(0) : a;
      else if constexpr (kSigned<T>)
        return static_cast<T>((a > 0) - (a < 0));
      else
        return static_cast<T>(a != 0);
    }
  };
  struct Maximum : Binary {
    template <class T>
    static T apply(T a, T b) {
      if constexpr (kFloat<T>)
        return a > b || a != a ? a : b;
      else
        return a > b ? a : b;
    }
  };
  struct Minimum : Binary {
    template <class T>
    static T apply(T a, T b) {
      if constexpr (kFloat<T>)
        return a < b || a != a ? a : b;
      else
        return a < b ? a : b;
    }
  };
  struct Fmax : Binary {
    template <class T>
    static T apply(T a, T b) {
      if constexpr (kFloat<T>)
        return a > b || b != b ? a : b;
      else
        return a > b ? a : b;
    }
  };
  struct Fmin : Binary {
    template <class T>
    static T apply(T a, T b) {
      if constexpr (kFloat<T>)
        return a < b || b != b ? a : b;
      else
        return a < b ? a : b;
    }
  };
  struct Relu : Unary {
    template <class T>
    static T apply(T a) {
      return Maximum::template apply<T>(a, T(0));
    }
  };

  // integer quotients: division by zero gives 0, and the least number divided by -1 wraps
  template <class T>
  static T quotient(T a, T b) {
    if constexpr (kSigned<T>)
      if (b == T(-1)) return Negative::template apply<T>(a);
    return static_cast<T>(a / b);
  }
  template <class T>
  static T remainder(T a, T b) {
    if constexpr (kSigned<T>)
      if (b == T(-1)) return T(0);
    return static_cast<T>(a % b);
  }
  template <class T>
  static T float_remainder(T a, T b) {
    if constexpr (std::is_same_v<T, float>)
      return __builtin_fmodf(a, b);
    else
      return __builtin_fmod(a, b);
  }

  struct Fmod : Binary {
    template <class T>
    static T apply(T a, T b) {
      if constexpr (kFloat<T>)
        return float_remainder(a, b);
      else
        return b == 0 ? T(0) : remainder(a, b);
    }
  };
  struct Mod : Binary {
    template <class T>
    static T apply(T a, T b) {
      if constexpr (kFloat<T>) {
        const T rest = float_remainder(a, b);
        if (rest == 0)
          return std::is_same_v<T, float> ? T(__builtin_copysignf(0.0F, float(b)))
                                          : T(__builtin_copysign(0.0, double(b)));
        return (rest < 0) != (b < 0) ? rest + b : rest;
      } else {
        if (b == 0) return T(0);
        const T rest = remainder(a, b);
        if constexpr (kSigned<T>)
          if (rest != 0 && (rest < 0) != (b < 0)) return static_cast<T>(rest + b);
        return rest;
      }
    }
  };
  struct FloorDivide : Binary {
    template <class T>
    static T apply(T a, T b) {
      if constexpr (std::is_same_v<T, float>) {
        return __builtin_floorf(a / b);
      } else if constexpr (std::is_same_v<T, double>) {
        return __builtin_floor(a / b);
      } else {
        if (b == 0) return T(0);
        const T whole = quotient(a, b);
        if constexpr (kSigned<T>)
          if (remainder(a, b) != 0 && (a < 0) != (b < 0)) return static_cast<T>(whole - 1);
        return whole;
      }
    }
  };
  struct IntegerPower : Binary {
    template <class T>
    static T apply(T a, T b) {
      if constexpr (kSigned<T>) {
        if (b < 0) {  // 1 / a^-b towards zero
          if (a == T(1)) return T(1);
          if (a == T(-1)) return (b & 1) != 0 ? T(-1) : T(1);
          return T(0);
        }
      }
      Wrapping<T> result = 1;
      auto base = static_cast<Wrapping<T>>(a);
      for (auto exponent = static_cast<Wrapping<T>>(b); exponent != 0; exponent >>= 1) {
        if ((exponent & 1) != 0) result *= base;
        base *= base;
      }
      return static_cast<T>(result);
    }
  };
  template <class T>
  static Wrapping<T> greatest_divisor(Wrapping<T> a, Wrapping<T> b) {
    while (b != 0) {
      const Wrapping<T> rest = a % b;
      a = b;
      b = rest;
    }
    return a;
  }
  struct Gcd : Binary {
    template <class T>
    static T apply(T a, T b) {
      using U = std::make_unsigned_t<T>;
      const auto m = static_cast<U>(Abs::template apply<T>(a));
      const auto n = static_cast<U>(Abs::template apply<T>(b));
      return static_cast<T>(greatest_divisor<T>(m, n));
    }
  };
  struct Lcm : Binary {
    template <class T>
    static T apply(T a, T b) {
      using U = std::make_unsigned_t<T>;
      const Wrapping<T> m = static_cast<U>(Abs::template apply<T>(a));
      const Wrapping<T> n = static_cast<U>(Abs::template apply<T>(b));
      if (m == 0 || n == 0) return T(0);
      return static_cast<T>(m / greatest_divisor<T>(m, n) * n);
    }
  };

  struct Equal : Binary {
    template <class T>
    static bool apply(T a, T b) {
      return a == b;
    }
  };
  struct NotEqual : Binary {
    template <class T>
    static bool apply(T a, T b) {
      return a != b;
    }
  };
  struct Less : Binary {
    template <class T>
    static bool apply(T a, T b) {
      return a < b;
    }
  };
  struct LessEqual : Binary {
    template <class T>
    static bool apply(T a, T b) {
      return a <= b;
    }
  };
  struct Greater : Binary {
    template <class T>
    static bool apply(T a, T b) {
      return a > b;
    }
  };
  struct GreaterEqual : Binary {
    template <class T>
    static bool apply(T a, T b) {
      return a >= b;
    }
  };
  struct IsNan : Unary {
    template <class T>
    static bool apply(T a) {
      return a != a;
    }
  };
  struct IsInf : Unary {
    template <class T>
    static bool apply(T a) {
      if constexpr (kFloat<T>)
        return Abs::template apply<T>(a) == std::numeric_limits<T>::infinity();
      else
        return false;
    }
  };
  struct IsFinite : Unary {
    template <class T>
    static bool apply(T a) {
      if constexpr (kFloat<T>)
        return Abs::template apply<T>(a) < std::numeric_limits<T>::infinity();
      else
        return true;
    }
  };
  struct Signbit : Unary {
    template <class T>
    static bool apply(T a) {
      if constexpr (std::is_same_v<T, float>)
        return static_cast<std::int32_t>(__builtin_bit_cast(std::uint32_t, a)) < 0;
      else if constexpr (std::is_same_v<T, double>)
        return static_cast<std::int64_t>(__builtin_bit_cast(std::uint64_t, a)) < 0;
      else
        return a < T(0);
    }
  };

  struct And : Binary {
    template <class T>
    static T apply(T a, T b) {
      return static_cast<T>(a & b);
    }
  };
  struct Or : Binary {
    template <class T>
    static T apply(T a, T b) {
      return static_cast<T>(a | b);
    }
  };
  struct Xor : Binary {
    template <class T>
    static T apply(T a, T b) {
      return static_cast<T>(a ^ b);
    }
  };
  struct Not : Unary {
    template <class T>
    static T apply(T a) {
      if constexpr (kBool<T>)
        return !a;
      else
        return static_cast<T>(~a);
    }
  };
  // a shift by the width or more (or by a negative number) moves everything out
  struct LeftShift : Binary {
    template <class T>
    static T apply(T a, T b) {
      const auto by = static_cast<std::make_unsigned_t<T>>(b);
      return by >= 8 * sizeof(T) ? T(0) : static_cast<T>(static_cast<Wrapping<T>>(a) << by);
    }
  };
  struct RightShift : Binary {
    template <class T>
    static T apply(T a, T b) {
      const auto by = static_cast<std::make_unsigned_t<T>>(b);
      if (by < 8 * sizeof(T)) return static_cast<T>(a >> by);
      return a < T(0) ? static_cast<T>(-1) : T(0);
    }
  };
};

template <class Isa>
TileFunction TileFamilies<Isa>::arithmetic(compiler::Opcode opcode, DType dtype) {
  using Ops = ArithmeticOps<Isa>;
  using compiler::Opcode;
  switch (opcode) {
    case Opcode::Add:
      return for_all<Isa, typename Ops::Add>(dtype);
    case Opcode::Subtract:
      return for_numbers<Isa, typename Ops::Subtract>(dtype);
    case Opcode::Multiply:
      return for_all<Isa, typename Ops::Multiply>(dtype);
    case Opcode::Divide:
      return for_floats<Isa, typename Ops::Divide>(dtype);
    case Opcode::Reciprocal:
      return for_floats<Isa, typename Ops::Reciprocal>(dtype);
    case Opcode::Negative:
      return for_numbers<Isa, typename Ops::Negative>(dtype);
    case Opcode::Square:
      return for_all<Isa, typename Ops::Square>(dtype);
    case Opcode::Abs:
      return for_all<Isa, typename Ops::Abs>(dtype);
    case Opcode::Sign:
      return for_all<Isa, typename Ops::Sign>(dtype);
    case Opcode::Maximum:
      return for_all<Isa, typename Ops::Maximum>(dtype);
    case Opcode::Minimum:
      return for_all<Isa, typename Ops::Minimum>(dtype);
    case Opcode::Fmax:
      return for_all<Isa, typename Ops::Fmax>(dtype);
    case Opcode::Fmin:
      return for_all<Isa, typename Ops::Fmin>(dtype);
    case Opcode::Relu:
      return for_all<Isa, typename Ops::Relu>(dtype);
    case Opcode::Mod:
      return for_numbers<Isa, typename Ops::Mod>(dtype);
    case Opcode::Fmod:
      return for_numbers<Isa, typename Ops::Fmod>(dtype);
    case Opcode::FloorDivide:
      return for_numbers<Isa, typename Ops::FloorDivide>(dtype);
    case Opcode::Power:
      return for_integers<Isa, typename Ops::IntegerPower>(dtype);
    case Opcode::Gcd:
      return for_integers<Isa, typename Ops::Gcd>(dtype);
    case Opcode::Lcm:
      return for_integers<Isa, typename Ops::Lcm>(dtype);
    case Opcode::Equal:
      return for_all<Isa, typename Ops::Equal>(dtype);
    case Opcode::NotEqual:
      return for_all<Isa, typename Ops::NotEqual>(dtype);
    case Opcode::Less:
      return for_all<Isa, typename Ops::Less>(dtype);
    case Opcode::LessEqual:
      return for_all<Isa, typename Ops::LessEqual>(dtype);
    case Opcode::Greater:
      return for_all<Isa, typename Ops::Greater>(dtype);
    case Opcode::GreaterEqual:
      return for_all<Isa, typename Ops::GreaterEqual>(dtype);
    case Opcode::IsNan:
      return for_all<Isa, typename Ops::IsNan>(dtype);
    case Opcode::IsInf:
      return for_all<Isa, typename Ops::IsInf>(dtype);
    case Opcode::IsFinite:
      return for_all<Isa, typename Ops::IsFinite>(dtype);
    case Opcode::Signbit:
      return for_all<Isa, typename Ops::Signbit>(dtype);
    case Opcode::LogicalAnd:
      return for_bool<Isa, typename Ops::And>(dtype);
    case Opcode::LogicalOr:
      return for_bool<Isa, typename Ops::Or>(dtype);
    case Opcode::LogicalXor:
      return for_bool<Isa, typename Ops::Xor>(dtype);
    case Opcode::LogicalNot:
      return for_bool<Isa, typename Ops::Not>(dtype);
    case Opcode::BitwiseAnd:
      return for_integers_and_bool<Isa, typename Ops::And>(dtype);
    case Opcode::BitwiseOr:
      return for_integers_and_bool<Isa, typename Ops::Or>(dtype);
    case Opcode::BitwiseXor:
      return for_integers_and_bool<Isa, typename Ops::Xor>(dtype);
    case Opcode::BitwiseNot:
      return for_integers_and_bool<Isa, typename Ops::Not>(dtype);
    case Opcode::LeftShift:
      return for_integers<Isa, typename Ops::LeftShift>(dtype);
    case Opcode::RightShift:
      return for_integers<Isa, typename Ops::RightShift>(dtype);
    default:
      return nullptr;
  }
}

}  // namespace kerascpp::cpu
