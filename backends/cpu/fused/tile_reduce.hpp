#pragma once

#include <cstdint>
#include <limits>
#include <type_traits>

#include "backends/cpu/fused/tile_families.hpp"
#include "backends/cpu/fused/tile_loop.hpp"

// Reduction of tiles into wide accumulators.

namespace kerascpp::cpu {

template <class Isa>
struct ReduceOps {
  template <class T>
  using Wide = std::conditional_t<std::is_floating_point_v<T>, double,
                                  std::conditional_t<std::is_signed_v<T>, std::int64_t, std::uint64_t>>;
  // what integers are added and multiplied in: they wrap
  template <class W>
  using Wrapping = std::conditional_t<std::is_same_v<W, double>, double, std::uint64_t>;

  struct Sum {
    template <class T>
    static constexpr T neutral = T(0);
    template <class T>
    static T apply(T a, T b) {
      return static_cast<T>(static_cast<Wrapping<T>>(a) + static_cast<Wrapping<T>>(b));
    }
  };
  struct Prod {
    template <class T>
    static constexpr T neutral = T(1);
    template <class T>
    static T apply(T a, T b) {
      return static_cast<T>(static_cast<Wrapping<T>>(a) * static_cast<Wrapping<T>>(b));
    }
  };
  struct Max {
    template <class T>
    static constexpr T neutral = std::is_floating_point_v<T> ? -std::numeric_limits<T>::infinity()
                                                             : std::numeric_limits<T>::min();
    template <class T>
    static T apply(T a, T b) {
      return a > b || a != a ? a : b;
    }
  };
  struct Min {
    template <class T>
    static constexpr T neutral = std::is_floating_point_v<T> ? std::numeric_limits<T>::infinity()
                                                             : std::numeric_limits<T>::max();
    template <class T>
    static T apply(T a, T b) {
      return a < b || a != a ? a : b;
    }
  };
  // of bool, held as 0 and 1
  struct Any {
    template <class T>
    static constexpr T neutral = T(0);
    template <class T>
    static T apply(T a, T b) {
      return static_cast<T>(a | b);
    }
  };
  struct All {
    template <class T>
    static constexpr T neutral = T(1);
    template <class T>
    static T apply(T a, T b) {
      return static_cast<T>(a & b);
    }
  };

  /// One row to one value. Sixteen independent partial results keep the vector units busy, and errors small.
  template <class Op, class T>
  static Wide<T> reduce_row(const T* __restrict values, std::int64_t n) {
    constexpr int kLanes = 16;
    // extrema keep their dtype until the end
    using Lane = std::conditional_t<std::is_same_v<Op, Max> || std::is_same_v<Op, Min>, T, Wide<T>>;
    Lane lanes[kLanes];
    for (Lane& lane : lanes) lane = Op::template neutral<Lane>;
    std::int64_t i = 0;
    for (; i + kLanes <= n; i += kLanes)
      for (int k = 0; k < kLanes; ++k) lanes[k] = Op::template apply<Lane>(lanes[k], static_cast<Lane>(values[i + k]));
    for (int k = 0; i < n; ++i, ++k) lanes[k] = Op::template apply<Lane>(lanes[k], static_cast<Lane>(values[i]));
    for (int half = kLanes / 2; half > 0; half /= 2)
      for (int k = 0; k < half; ++k) lanes[k] = Op::template apply<Lane>(lanes[k], lanes[k + half]);
    return static_cast<Wide<T>>(lanes[0]);
  }

  template <class Op, class T>
  static void reduce_tile(void* accumulators, const void* values, std::int64_t rows, std::int64_t cols,
                          std::int64_t row_stride, std::int64_t col_stride) {
    using W = Wide<T>;
    auto* __restrict into = static_cast<W*>(accumulators);
    const auto* __restrict from = static_cast<const T*>(values);
    for (std::int64_t r = 0; r < rows; ++r, from += cols, into += row_stride) {
      if (col_stride == 0) {
        into[0] = Op::template apply<W>(into[0], reduce_row<Op, T>(from, cols));
      } else {
        for (std::int64_t c = 0; c < cols; ++c) into[c] = Op::template apply<W>(into[c], static_cast<W>(from[c]));
      }
    }
  }

  template <class Op>
  static TileReduction find_for_numbers(DType dtype) {
    switch (dtype) {
      case DType::UInt8:
        return &reduce_tile<Op, std::uint8_t>;
      case DType::UInt16:
        return &reduce_tile<Op, std::uint16_t>;
      case DType::UInt32:
        return &reduce_tile<Op, std::uint32_t>;
      case DType::UInt64:
        return &reduce_tile<Op, std::uint64_t>;
      case DType::Int8:
        return &reduce_tile<Op, std::int8_t>;
      case DType::Int16:
        return &reduce_tile<Op, std::int16_t>;
      case DType::Int32:
        return &reduce_tile<Op, std::int32_t>;
      case DType::Int64:
        return &reduce_tile<Op, std::int64_t>;
      case DType::Float32:
        return &reduce_tile<Op, float>;
      case DType::Float64:
        return &reduce_tile<Op, double>;
      default:
        return nullptr;
    }
  }
};

template <class Isa>
TileReduction TileFamilies<Isa>::reduce(compiler::ReductionKind kind, DType dtype) {
  using compiler::ReductionKind;
  using Ops = ReduceOps<Isa>;
  const DType held = is_bool(dtype) ? DType::UInt8 : dtype;
  switch (kind) {
    case ReductionKind::Sum:
    case ReductionKind::Mean:
      return Ops::template find_for_numbers<typename Ops::Sum>(held);
    case ReductionKind::Prod:
      return Ops::template find_for_numbers<typename Ops::Prod>(held);
    case ReductionKind::Max:
      return Ops::template find_for_numbers<typename Ops::Max>(held);
    case ReductionKind::Min:
      return Ops::template find_for_numbers<typename Ops::Min>(held);
    case ReductionKind::Any:
      return is_bool(dtype) ? &Ops::template reduce_tile<typename Ops::Any, std::uint8_t> : nullptr;
    case ReductionKind::All:
      return is_bool(dtype) ? &Ops::template reduce_tile<typename Ops::All, std::uint8_t> : nullptr;
  }
  return nullptr;
}

}  // namespace kerascpp::cpu
