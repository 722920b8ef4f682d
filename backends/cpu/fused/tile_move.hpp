#pragma once

#include <cstdint>
#include <limits>
#include <type_traits>

#include "backends/cpu/fused/tile_families.hpp"
#include "backends/cpu/fused/tile_loop.hpp"
#include "core/half.hpp"

// Conversion between dtypes, selection and reduction.

namespace kerascpp::cpu {

/// Elements of a 16-bit floating dtype in memory.
struct Float16Bits {
  std::uint16_t bits;
};
struct BFloat16Bits {
  std::uint16_t bits;
};

template <class Isa>
struct MoveOps {
  template <class T>
  static constexpr bool kHalf = std::is_same_v<T, Float16Bits> || std::is_same_v<T, BFloat16Bits>;

  /// As `kerascpp::convert`: anything but zero is true, integers wrap, floats to integers are truncated and saturated
  /// with NaN as 0.
  template <class To, class From>
  static To convert(From x) {
    if constexpr (std::is_same_v<To, From>) {
      return x;
    } else if constexpr (std::is_same_v<From, Float16Bits>) {
      return convert<To, float>(half::float_from_float16(x.bits));
    } else if constexpr (std::is_same_v<From, BFloat16Bits>) {
      return convert<To, float>(half::float_from_bfloat16(x.bits));
    } else if constexpr (kHalf<To>) {
      float narrow = 0;
      if constexpr (std::is_same_v<From, float>)
        narrow = x;
      else
        narrow = half::round_to_odd(static_cast<double>(x));
      return {std::is_same_v<To, Float16Bits> ? half::float16_bits(narrow) : half::bfloat16_bits(narrow)};
    } else if constexpr (std::is_same_v<To, bool>) {
      return x != From(0);
    } else if constexpr (std::is_floating_point_v<From> && std::is_integral_v<To>) {
      // bounds that are powers of two or 0: exact in every float type
      constexpr From kBelow = static_cast<From>(std::numeric_limits<To>::min());
      constexpr From kAbove = static_cast<From>(std::numeric_limits<To>::max() / 2 + 1) * From(2);
      if (x != x) return To(0);
      if (x < kBelow) return std::numeric_limits<To>::min();
      if (x >= kAbove) return std::numeric_limits<To>::max();
      return static_cast<To>(x);
    } else {
      return static_cast<To>(x);
    }
  }

  template <class From, class To>
  static void convert_tile(void* out, const void* const* args, std::int64_t n) {
    auto* __restrict r = static_cast<To*>(out);
    const auto* __restrict a = static_cast<const From*>(args[0]);
    for (std::int64_t i = 0; i < n; ++i) r[i] = convert<To, From>(a[i]);
  }

  template <class Half>
  static void round_tile(void* out, const void* const* args, std::int64_t n) {
    auto* __restrict r = static_cast<float*>(out);
    const auto* __restrict a = static_cast<const float*>(args[0]);
    for (std::int64_t i = 0; i < n; ++i) r[i] = convert<float, Half>(convert<Half, float>(a[i]));
  }

  /// Calls f.template operator()<T>() with the type of elements of `dtype` in memory; nullptr for complex ones.
  template <class F>
  static TileFunction with_element(DType dtype, F&& f) {
    switch (dtype) {
      case DType::Bool:
        return f.template operator()<bool>();
      case DType::UInt8:
        return f.template operator()<std::uint8_t>();
      case DType::UInt16:
        return f.template operator()<std::uint16_t>();
      case DType::UInt32:
        return f.template operator()<std::uint32_t>();
      case DType::UInt64:
        return f.template operator()<std::uint64_t>();
      case DType::Int8:
        return f.template operator()<std::int8_t>();
      case DType::Int16:
        return f.template operator()<std::int16_t>();
      case DType::Int32:
        return f.template operator()<std::int32_t>();
      case DType::Int64:
        return f.template operator()<std::int64_t>();
      case DType::Float16:
        return f.template operator()<Float16Bits>();
      case DType::BFloat16:
        return f.template operator()<BFloat16Bits>();
      case DType::Float32:
        return f.template operator()<float>();
      case DType::Float64:
        return f.template operator()<double>();
      default:
        return nullptr;
    }
  }
};

template <class Isa>
TileFunction TileFamilies<Isa>::convert(DType from, DType to) {
  using Ops = MoveOps<Isa>;
  return Ops::with_element(from, [to]<class From>() {
    return Ops::with_element(to, []<class To>() -> TileFunction { return &Ops::template convert_tile<From, To>; });
  });
}

template <class Isa>
TileFunction TileFamilies<Isa>::round_to(DType half) {
  if (half == DType::Float16) return &MoveOps<Isa>::template round_tile<Float16Bits>;
  if (half == DType::BFloat16) return &MoveOps<Isa>::template round_tile<BFloat16Bits>;
  return nullptr;
}

template <class Isa>
TileFunction TileFamilies<Isa>::where(DType dtype) {
  switch (dtype) {
    case DType::Bool:
      return &tile_where<Isa, bool>;
    case DType::UInt8:
    case DType::Int8:
      return &tile_where<Isa, std::uint8_t>;
    case DType::UInt16:
    case DType::Int16:
      return &tile_where<Isa, std::uint16_t>;
    case DType::UInt32:
    case DType::Int32:
      return &tile_where<Isa, std::uint32_t>;
    case DType::UInt64:
    case DType::Int64:
      return &tile_where<Isa, std::uint64_t>;
    case DType::Float32:
      return &tile_where<Isa, float>;
    case DType::Float64:
      return &tile_where<Isa, double>;
    default:
      return nullptr;
  }
}

}  // namespace kerascpp::cpu
