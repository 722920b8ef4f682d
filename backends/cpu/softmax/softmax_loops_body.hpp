#pragma once

#include "backends/cpu/simd_math.hpp"
#include "backends/cpu/softmax/softmax_loops.hpp"

// Bodies of the loops, included by one file per instruction set. With m the maximum and s = sum(exp(x - m)):
// softmax = exp(x - m) / s, log_softmax = (x - m) - log(s). Sums are kept in the scalar type of the registers, one per
// lane, which are added in double at the end.
namespace kerascpp::cpu {

template <class T, int kFloats>
struct SoftmaxBody {
  using R = simd::Register<T, kFloats>;
  using S = simd::Scalar<T>;
  using Value = typename R::Value;
  static constexpr std::int64_t kLanes = R::kLanes;
  // exponentials of 16-bit numbers would lose digits in the result's place: they are computed twice
  static constexpr bool kKeepsExponentials = sizeof(T) == sizeof(S);

  static Value exponential(Value x) { return simd::exp<S, kFloats>(x); }
  static Value larger(Value a, Value b) { return a > b ? a : b; }
  static Value first_lanes(Value x, Value others, std::int64_t n) {
    for (std::int64_t lane = n; lane < kLanes; ++lane) x[lane] = others[lane];
    return x;
  }

  static S largest(const T* x, std::int64_t C) {
    const Value lowest = R::broadcast(static_cast<S>(-__builtin_inf()));
    Value best[4] = {lowest, lowest, lowest, lowest};
    std::int64_t c = 0;
    for (; c + 4 * kLanes <= C; c += 4 * kLanes)
      for (int r = 0; r < 4; ++r) best[r] = larger(R::load(x + c + r * kLanes), best[r]);
    for (; c + kLanes <= C; c += kLanes) best[0] = larger(R::load(x + c), best[0]);
    if (c < C) best[1] = larger(first_lanes(R::load_some(x + c, C - c), lowest, C - c), best[1]);
    const Value all = larger(larger(best[0], best[1]), larger(best[2], best[3]));
    S result = all[0];
    for (std::int64_t lane = 1; lane < kLanes; ++lane) result = all[lane] > result ? all[lane] : result;
    return result;
  }

  // sum of exp(x - m), the exponentials going to y where it can keep them
  static double sum_of_exponentials(const T* x, T* y, std::int64_t C, S maximum, bool keep) {
    const Value m = R::broadcast(maximum);
    Value sum[2] = {Value{}, Value{}};
    std::int64_t c = 0;
    for (; c + 2 * kLanes <= C; c += 2 * kLanes)
      for (int r = 0; r < 2; ++r) {
        const Value e = exponential(R::load(x + c + r * kLanes) - m);
        sum[r] += e;
        if (keep) R::store(y + c + r * kLanes, e);
      }
    for (; c < C; c += kLanes) {
      const std::int64_t n = C - c < kLanes ? C - c : kLanes;
      const Value e = exponential(R::load_some(x + c, n) - m);
      sum[0] += first_lanes(e, Value{}, n);
      if (keep) R::store_some(y + c, e, n);
    }
    const Value all = sum[0] + sum[1];
    double result = 0;
    for (std::int64_t lane = 0; lane < kLanes; ++lane) result += static_cast<double>(all[lane]);
    return result;
  }

  // y = f(from) for a row
  template <class F>
  static void map(const T* from, T* y, std::int64_t C, F f) {
    std::int64_t c = 0;
    for (; c + kLanes <= C; c += kLanes) R::store(y + c, f(R::load(from + c)));
    if (c < C) R::store_some(y + c, f(R::load_some(from + c, C - c)), C - c);
  }

  static void row(const T* x, T* y, std::int64_t C, bool logarithm) {
    const S maximum = largest(x, C);
    const bool keep = kKeepsExponentials && !logarithm;
    const double sum = sum_of_exponentials(x, y, C, maximum, keep);
    const Value m = R::broadcast(maximum);
    if (logarithm) {
      const Value log_sum = R::broadcast(static_cast<S>(__builtin_log(sum)));
      map(x, y, C, [&](Value v) { return v - m - log_sum; });
    } else {
      const Value factor = R::broadcast(static_cast<S>(1 / sum));
      if (keep)
        map(y, y, C, [&](Value v) { return v * factor; });
      else
        map(x, y, C, [&](Value v) { return exponential(v - m) * factor; });
    }
  }

  static void rows(const void* x, void* y, std::int64_t rows, std::int64_t C, bool logarithm) {
    for (std::int64_t r = 0; r < rows; ++r)
      row(static_cast<const T*>(x) + r * C, static_cast<T*>(y) + r * C, C, logarithm);
  }

  // one register of columns; n of its lanes are used
  static void column(const T* x, T* y, std::int64_t C, std::int64_t inner, std::int64_t n, bool logarithm) {
    const auto load = [n](const T* from) { return n == kLanes ? R::load(from) : R::load_some(from, n); };
    const auto store = [n](T* to, Value value) {
      if (n == kLanes)
        R::store(to, value);
      else
        R::store_some(to, value, n);
    };
    Value m = load(x), sum = {};
    for (std::int64_t c = 1; c < C; ++c) m = larger(load(x + c * inner), m);
    const bool keep = kKeepsExponentials && !logarithm;
    for (std::int64_t c = 0; c < C; ++c) {
      const Value e = exponential(load(x + c * inner) - m);
      sum += e;
      if (keep) store(y + c * inner, e);
    }
    if (logarithm) {
      for (std::int64_t lane = 0; lane < kLanes; ++lane)
        sum[lane] = static_cast<S>(__builtin_log(static_cast<double>(sum[lane])));
      for (std::int64_t c = 0; c < C; ++c) store(y + c * inner, load(x + c * inner) - m - sum);
    } else {
      const Value factor = R::broadcast(1) / sum;
      for (std::int64_t c = 0; c < C; ++c)
        store(y + c * inner, (keep ? load(y + c * inner) : exponential(load(x + c * inner) - m)) * factor);
    }
  }

  static void columns(const void* x, void* y, std::int64_t C, std::int64_t inner, std::int64_t first, std::int64_t last,
                      bool logarithm) {
    for (std::int64_t i = first; i < last; i += kLanes)
      column(static_cast<const T*>(x) + i, static_cast<T*>(y) + i, C, inner, last - i < kLanes ? last - i : kLanes,
             logarithm);
  }

  static constexpr SoftmaxLoops loops() { return {&SoftmaxBody::rows, &SoftmaxBody::columns}; }
};

template <InstructionSet set>
SoftmaxLoops softmax_loops_for(DType dtype) {
  constexpr int kFloats = static_cast<int>(set);
  switch (dtype) {
    case DType::Float64:
      return SoftmaxBody<double, kFloats>::loops();
    case DType::Float16:
      return SoftmaxBody<float16, kFloats>::loops();
    case DType::BFloat16:
      return SoftmaxBody<bfloat16, kFloats>::loops();
    default:
      return SoftmaxBody<float, kFloats>::loops();
  }
}

}  // namespace kerascpp::cpu
