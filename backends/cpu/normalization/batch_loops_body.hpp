#pragma once

#include "backends/cpu/normalization/batch_loops.hpp"
#include "backends/cpu/simd.hpp"

// Bodies of the loops, included by one file per instruction set.
namespace kerascpp::cpu {

template <class T, int kFloats>
struct BatchBody {
  using R = simd::Register<T, kFloats>;
  using S = simd::Scalar<T>;
  using RS = simd::Register<S, kFloats>;
  using Value = typename R::Value;
  static constexpr std::int64_t kLanes = R::kLanes;

  // Rows whose sums are kept in S before they go on in double.
  static constexpr std::int64_t kRowsPerSum = 128;

  static std::int64_t offset(const BatchView& v, std::int64_t group, std::int64_t row) {
    return ((row / v.rows * v.groups + group) * v.rows + row % v.rows) * v.lanes;
  }

  // visit(offset of the first row, number of rows) for the runs of adjacent rows of [first, last)
  template <class Visit>
  static void for_each_run(const BatchView& v, std::int64_t group, std::int64_t first, std::int64_t last,
                           Visit&& visit) {
    while (first < last) {
      const std::int64_t left = v.rows - first % v.rows;
      const std::int64_t count = left < last - first ? left : last - first;
      visit(offset(v, group, first), count);
      first += count;
    }
  }

  // block(first lane, lanes in it): four registers at a time, then single ones, then what is left
  template <class Block>
  static void for_each_block(const BatchView& v, Block&& block) {
    std::int64_t c = 0;
    for (; c + 4 * kLanes <= v.lanes; c += 4 * kLanes) block.template run<4>(c, 4 * kLanes);
    for (; c + kLanes <= v.lanes; c += kLanes) block.template run<1>(c, kLanes);
    if (c < v.lanes) block.template run<0>(c, v.lanes - c);
  }

  // kRegisters of 0 stands for a part of one
  static constexpr int registers(int kRegisters) { return kRegisters == 0 ? 1 : kRegisters; }

  template <int kRegisters, class E>
  static auto load(const E* from, int r, std::int64_t n) {
    using Loaded = simd::Register<E, kFloats>;
    if constexpr (kRegisters == 0) return Loaded::load_some(from, n);
    return Loaded::load(from + r * kLanes);
  }
  template <int kRegisters>
  static void store(T* to, int r, Value value, std::int64_t n) {
    if constexpr (kRegisters == 0)
      R::store_some(to, value, n);
    else
      R::store(to + r * kLanes, value);
  }

  // --- statistics

  // Mean and squares of rows [first, last) join those of `before` rows: with means m, M and counts n, N the squares
  // of the whole are s + S + (M - m)^2 n N / (n + N).
  struct Statistics {
    const BatchView& view;
    const T* x;
    std::int64_t group, first, last;
    std::int64_t before;
    double *mean, *squares;

    template <int kRegisters>
    void run(std::int64_t c, std::int64_t n) {
      constexpr int kCount = registers(kRegisters);
      // distances from one of the values instead of from zero: their squares cancel less
      Value shift[kCount], sum[kCount] = {}, square[kCount] = {};
      const T* start = x + offset(view, group, first) + c;
      for (int r = 0; r < kCount; ++r) shift[r] = load<kRegisters>(start, r, n);
      for_each_run(view, group, first, last, [&](std::int64_t at, std::int64_t rows) {
        for (std::int64_t row = 0; row < rows; ++row) {
          const T* from = x + at + row * view.lanes + c;
          for (int r = 0; r < kCount; ++r) {
            const Value distance = load<kRegisters>(from, r, n) - shift[r];
            sum[r] += distance;
            square[r] += distance * distance;
          }
        }
      });
      const auto count = static_cast<double>(last - first), earlier = static_cast<double>(before);
      for (int r = 0; r < kCount; ++r)
        for (std::int64_t lane = 0; lane < kLanes && r * kLanes + lane < n; ++lane) {
          const double total = static_cast<double>(sum[r][lane]);
          const double here = static_cast<double>(shift[r][lane]) + total / count;
          double& joined = mean[c + r * kLanes + lane];
          const double distance = here - joined;
          joined += distance * (count / (earlier + count));
          squares[c + r * kLanes + lane] += static_cast<double>(square[r][lane]) - total * total / count +
                                            distance * distance * (earlier * count / (earlier + count));
        }
    }
  };

  static void statistics(const BatchView& v, const void* x, std::int64_t group, std::int64_t first, std::int64_t last,
                         double* mean, double* squares) {
    for (std::int64_t lane = 0; lane < v.lanes; ++lane) mean[lane] = squares[lane] = 0;
    for (std::int64_t row = first; row < last; row += kRowsPerSum) {
      const std::int64_t end = row + kRowsPerSum < last ? row + kRowsPerSum : last;
      for_each_block(v, Statistics{v, static_cast<const T*>(x), group, row, end, row - first, mean, squares});
    }
  }

  // --- normalization

  struct Normalize {
    const BatchView& view;
    const T* x;
    T* y;
    std::int64_t group, first, last;
    const BatchCoefficients<S>& coefficients;
    bool relu;

    template <int kRegisters>
    void run(std::int64_t c, std::int64_t n) {
      constexpr int kCount = registers(kRegisters);
      Value mean[kCount], scale[kCount], shift[kCount];
      const std::int64_t channel = group * view.lanes + c;
      for (int r = 0; r < kCount; ++r) {
        mean[r] = load<kRegisters>(coefficients.mean + channel, r, n);
        scale[r] = load<kRegisters>(coefficients.scale + channel, r, n);
        shift[r] = load<kRegisters>(coefficients.shift + channel, r, n);
      }
      for_each_run(view, group, first, last, [&](std::int64_t at, std::int64_t rows) {
        for (std::int64_t row = 0; row < rows; ++row) {
          const std::int64_t place = at + row * view.lanes + c;
          for (int r = 0; r < kCount; ++r) {
            const Value value = (load<kRegisters>(x + place, r, n) - mean[r]) * scale[r] + shift[r];
            store<kRegisters>(y + place, r, relu ? R::select(value <= Value{}, Value{}, value) : value, n);
          }
        }
      });
    }
  };

  static void normalize(const BatchView& v, const void* x, void* y, std::int64_t group, std::int64_t first,
                        std::int64_t last, const BatchCoefficients<S>& coefficients, bool relu) {
    for (std::int64_t row = first; row < last; row += kRowsPerSum) {
      const std::int64_t end = row + kRowsPerSum < last ? row + kRowsPerSum : last;
      for_each_block(v,
                     Normalize{v, static_cast<const T*>(x), static_cast<T*>(y), group, row, end, coefficients, relu});
    }
  }

  // --- gradient

  // g, or zero where relu held y at zero
  static Value passed(Value g, Value distance, Value scale, Value shift, bool relu) {
    return relu ? R::select(distance * scale + shift > Value{}, g, Value{}) : g;
  }

  struct GradientSums {
    const BatchView& view;
    const T *g, *x;
    std::int64_t group, first, last;
    const BatchCoefficients<S>& coefficients;
    bool relu;
    double *sums, *products;

    template <int kRegisters>
    void run(std::int64_t c, std::int64_t n) {
      constexpr int kCount = registers(kRegisters);
      Value mean[kCount], scale[kCount] = {}, shift[kCount] = {}, sum[kCount] = {}, product[kCount] = {};
      const std::int64_t channel = group * view.lanes + c;
      for (int r = 0; r < kCount; ++r) {
        mean[r] = load<kRegisters>(coefficients.mean + channel, r, n);
        if (!relu) continue;
        scale[r] = load<kRegisters>(coefficients.scale + channel, r, n);
        shift[r] = load<kRegisters>(coefficients.shift + channel, r, n);
      }
      for_each_run(view, group, first, last, [&](std::int64_t at, std::int64_t rows) {
        for (std::int64_t row = 0; row < rows; ++row) {
          const std::int64_t place = at + row * view.lanes + c;
          for (int r = 0; r < kCount; ++r) {
            const Value distance = load<kRegisters>(x + place, r, n) - mean[r];
            const Value gradient = passed(load<kRegisters>(g + place, r, n), distance, scale[r], shift[r], relu);
            sum[r] += gradient;
            product[r] += gradient * distance;
          }
        }
      });
      for (int r = 0; r < kCount; ++r)
        for (std::int64_t lane = 0; lane < kLanes && r * kLanes + lane < n; ++lane) {
          sums[c + r * kLanes + lane] += static_cast<double>(sum[r][lane]);
          products[c + r * kLanes + lane] += static_cast<double>(product[r][lane]);
        }
    }
  };

  static void gradient_sums(const BatchView& v, const void* g, const void* x, std::int64_t group, std::int64_t first,
                            std::int64_t last, const BatchCoefficients<S>& coefficients, bool relu, double* sums,
                            double* products) {
    for (std::int64_t lane = 0; lane < v.lanes; ++lane) sums[lane] = products[lane] = 0;
    for (std::int64_t row = first; row < last; row += kRowsPerSum) {
      const std::int64_t end = row + kRowsPerSum < last ? row + kRowsPerSum : last;
      for_each_block(v, GradientSums{v, static_cast<const T*>(g), static_cast<const T*>(x), group, row, end,
                                     coefficients, relu, sums, products});
    }
  }

  struct Gradient {
    const BatchView& view;
    const T *g, *x;
    T* gx;
    std::int64_t group, first, last;
    const BatchCoefficients<S>& coefficients;
    bool relu;

    template <int kRegisters>
    void run(std::int64_t c, std::int64_t n) {
      constexpr int kCount = registers(kRegisters);
      Value mean[kCount], scale[kCount], shift[kCount], gradient_mean[kCount], slope[kCount];
      const std::int64_t channel = group * view.lanes + c;
      for (int r = 0; r < kCount; ++r) {
        mean[r] = load<kRegisters>(coefficients.mean + channel, r, n);
        scale[r] = load<kRegisters>(coefficients.scale + channel, r, n);
        shift[r] = load<kRegisters>(coefficients.shift + channel, r, n);
        gradient_mean[r] = load<kRegisters>(coefficients.gradient_mean + channel, r, n);
        slope[r] = load<kRegisters>(coefficients.gradient_slope + channel, r, n);
      }
      for_each_run(view, group, first, last, [&](std::int64_t at, std::int64_t rows) {
        for (std::int64_t row = 0; row < rows; ++row) {
          const std::int64_t place = at + row * view.lanes + c;
          for (int r = 0; r < kCount; ++r) {
            const Value distance = load<kRegisters>(x + place, r, n) - mean[r];
            const Value gradient = passed(load<kRegisters>(g + place, r, n), distance, scale[r], shift[r], relu);
            store<kRegisters>(gx + place, r, scale[r] * (gradient - gradient_mean[r] - distance * slope[r]), n);
          }
        }
      });
    }
  };

  static void gradient(const BatchView& v, const void* g, const void* x, void* gx, std::int64_t group,
                       std::int64_t first, std::int64_t last, const BatchCoefficients<S>& coefficients, bool relu) {
    for (std::int64_t row = first; row < last; row += kRowsPerSum) {
      const std::int64_t end = row + kRowsPerSum < last ? row + kRowsPerSum : last;
      for_each_block(v, Gradient{v, static_cast<const T*>(g), static_cast<const T*>(x), static_cast<T*>(gx), group, row,
                                 end, coefficients, relu});
    }
  }

  static constexpr BatchLoops<S> loops() {
    return {&BatchBody::statistics, &BatchBody::normalize, &BatchBody::gradient_sums, &BatchBody::gradient};
  }
};

template <InstructionSet set, class S>
BatchLoops<S> batch_loops_for(DType dtype) {
  constexpr int kFloats = static_cast<int>(set);
  if constexpr (std::is_same_v<S, double>) {
    return BatchBody<double, kFloats>::loops();
  } else {
    switch (dtype) {
      case DType::BFloat16:
        return BatchBody<bfloat16, kFloats>::loops();
      case DType::Float16:
        return BatchBody<float16, kFloats>::loops();
      default:
        return BatchBody<float, kFloats>::loops();
    }
  }
}

}  // namespace kerascpp::cpu
