#pragma once

#include "backends/cpu/reduction/index_loops.hpp"
#include "backends/cpu/simd.hpp"

// Bodies of the loops, included by one file per instruction set.
namespace kerascpp::cpu {

template <class T, int kFloats, bool kIsMax>
struct FloatingIndexBody {
  using R = simd::Register<T, kFloats>;
  using S = simd::Scalar<T>;
  using Value = typename R::Value;
  using Mask = typename R::Mask;
  static constexpr std::int64_t kLanes = R::kLanes;

  static Mask is_better(Value a, Value b) { return kIsMax ? a > b : a < b; }
  static bool any(Mask mask) {
    auto all = mask[0];
    for (std::int64_t lane = 1; lane < kLanes; ++lane) all |= mask[lane];
    return all != 0;
  }

  // the best of the lanes in use, and whether one of them was NaN
  static S best_of(const T* x, std::int64_t C, bool& has_nan) {
    const Value worst = R::broadcast(static_cast<S>(kIsMax ? -__builtin_inf() : __builtin_inf()));
    Value best[2] = {worst, worst};
    Mask nan = {};
    std::int64_t c = 0;
    for (; c + 2 * kLanes <= C; c += 2 * kLanes)
      for (int r = 0; r < 2; ++r) {
        const Value value = R::load(x + c + r * kLanes);
        nan |= value != value;
        best[r] = is_better(value, best[r]) ? value : best[r];
      }
    for (; c < C; c += kLanes) {
      const std::int64_t n = C - c < kLanes ? C - c : kLanes;
      Value value = R::load_some(x + c, n);
      for (std::int64_t lane = n; lane < kLanes; ++lane) value[lane] = worst[lane];
      nan |= value != value;
      best[0] = is_better(value, best[0]) ? value : best[0];
    }
    has_nan = any(nan);
    const Value both = is_better(best[0], best[1]) ? best[0] : best[1];
    S result = both[0];
    for (std::int64_t lane = 1; lane < kLanes; ++lane)
      result = (kIsMax ? both[lane] > result : both[lane] < result) ? both[lane] : result;
    return result;
  }

  static std::int32_t first_place(const T* x, std::int64_t C, S wanted, bool nan) {
    const Value target = R::broadcast(wanted);
    for (std::int64_t c = 0; c < C; c += kLanes) {
      const std::int64_t n = C - c < kLanes ? C - c : kLanes;
      const Value value = n == kLanes ? R::load(x + c) : R::load_some(x + c, n);
      const Mask found = nan ? value != value : value == target;
      if (!any(found)) continue;
      for (std::int64_t lane = 0; lane < n; ++lane)
        if (found[lane] != 0) return static_cast<std::int32_t>(c + lane);
    }
    return 0;
  }

  static void rows(const void* x, std::int32_t* y, std::int64_t rows, std::int64_t C) {
    for (std::int64_t r = 0; r < rows; ++r) {
      const T* row = static_cast<const T*>(x) + r * C;
      bool has_nan = false;
      const S best = best_of(row, C, has_nan);
      y[r] = first_place(row, C, best, has_nan);
    }
  }

  static void columns(const void* x, std::int32_t* y, std::int64_t C, std::int64_t inner, std::int64_t first,
                      std::int64_t last) {
    for (std::int64_t i = first; i < last; i += kLanes) {
      const T* column = static_cast<const T*>(x) + i;
      const std::int64_t n = last - i < kLanes ? last - i : kLanes;
      const auto load = [n](const T* from) { return n == kLanes ? R::load(from) : R::load_some(from, n); };
      Value best = load(column);
      Mask place = {};
      for (std::int64_t c = 1; c < C; ++c) {
        const Value value = load(column + c * inner);
        const Mask better = is_better(value, best) | ((value != value) & (best == best));
        best = better ? value : best;
        place = better ? Mask{} + static_cast<std::int32_t>(c) : place;
      }
      for (std::int64_t lane = 0; lane < n; ++lane) y[i + lane] = static_cast<std::int32_t>(place[lane]);
    }
  }
};

template <class T, int kFloats, bool kIsMax>
struct IntegerIndexBody {
  static void rows(const void* x, std::int32_t* y, std::int64_t rows, std::int64_t C) {
    for (std::int64_t r = 0; r < rows; ++r) {
      const T* row = static_cast<const T*>(x) + r * C;
      std::int64_t place = 0;
      for (std::int64_t c = 1; c < C; ++c)
        if (kIsMax ? row[c] > row[place] : row[c] < row[place]) place = c;
      y[r] = static_cast<std::int32_t>(place);
    }
  }
  static void columns(const void* x, std::int32_t* y, std::int64_t C, std::int64_t inner, std::int64_t first,
                      std::int64_t last) {
    const T* all = static_cast<const T*>(x);
    for (std::int64_t i = first; i < last; ++i) y[i] = 0;
    for (std::int64_t c = 1; c < C; ++c)
      for (std::int64_t i = first; i < last; ++i) {
        const T value = all[c * inner + i], best = all[y[i] * inner + i];
        if (kIsMax ? value > best : value < best) y[i] = static_cast<std::int32_t>(c);
      }
  }
};

template <int kFloats, bool kIsMax>
IndexLoops index_loops_of(DType dtype) {
  const auto floating = []<class T>(T) -> IndexLoops {
    return {&FloatingIndexBody<T, kFloats, kIsMax>::rows, &FloatingIndexBody<T, kFloats, kIsMax>::columns};
  };
  const auto integer = []<class T>(T) -> IndexLoops {
    return {&IntegerIndexBody<T, kFloats, kIsMax>::rows, &IntegerIndexBody<T, kFloats, kIsMax>::columns};
  };
  switch (dtype) {
    case DType::Float64:
      return floating(double{});
    case DType::Float16:
      return floating(float16());
    case DType::BFloat16:
      return floating(bfloat16());
    case DType::UInt16:
      return integer(std::uint16_t{});
    case DType::UInt32:
      return integer(std::uint32_t{});
    case DType::UInt64:
      return integer(std::uint64_t{});
    case DType::Int8:
      return integer(std::int8_t{});
    case DType::Int16:
      return integer(std::int16_t{});
    case DType::Int32:
      return integer(std::int32_t{});
    case DType::Int64:
      return integer(std::int64_t{});
    case DType::Bool:
    case DType::UInt8:
      return integer(std::uint8_t{});
    default:
      return floating(float{});
  }
}

template <InstructionSet set>
IndexLoops index_loops_for(DType dtype, bool is_max) {
  constexpr int kFloats = static_cast<int>(set);
  return is_max ? index_loops_of<kFloats, true>(dtype) : index_loops_of<kFloats, false>(dtype);
}

}  // namespace kerascpp::cpu
