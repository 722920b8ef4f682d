#pragma once

#include <cstdint>

#include <kerascpp/core/dtype.hpp>

#include "backends/cpu/instruction_set.hpp"

namespace kerascpp::cpu {

/// An activation's memory as (items, groups, rows, lanes), channel c being lane c % lanes of group c / lanes.
/// Channels last: one item and one group with B H W rows of C lanes. Blocks of 16: B items, C / 16 groups, H W rows.
/// Row n of a group is row n % rows of item n / rows.
struct BatchView {
  std::int64_t items = 1, groups = 1, rows = 0, lanes = 0;
  std::int64_t channels = 0;  // lanes beyond them are padding
};

/// Per channel, in the dtype of the statistics, zero in the padding: y = (x - mean) scale + shift, and
/// gx = scale (g - gradient_mean - (x - mean) gradient_slope).
template <class S>
struct BatchCoefficients {
  S *mean, *scale, *shift, *gradient_mean, *gradient_slope;
};

/// Loops over rows [first, last) of one group. Pointers to double have one element per lane of the group; S is double
/// for float64 and float for every other dtype.
template <class S>
struct BatchLoops {
  /// Mean and sum of squared distances from it.
  void (*statistics)(const BatchView& view, const void* x, std::int64_t group, std::int64_t first, std::int64_t last,
                     double* mean, double* squares);
  void (*normalize)(const BatchView& view, const void* x, void* y, std::int64_t group, std::int64_t first,
                    std::int64_t last, const BatchCoefficients<S>& coefficients, bool relu);
  /// Sums of g and of g (x - mean). With `relu`, g counts only where y is positive.
  void (*gradient_sums)(const BatchView& view, const void* g, const void* x, std::int64_t group, std::int64_t first,
                        std::int64_t last, const BatchCoefficients<S>& coefficients, bool relu, double* sums,
                        double* products);
  void (*gradient)(const BatchView& view, const void* g, const void* x, void* gx, std::int64_t group,
                   std::int64_t first, std::int64_t last, const BatchCoefficients<S>& coefficients, bool relu);
};

/// The loops for a floating dtype whose statistics are in S.
template <InstructionSet set, class S>
[[nodiscard]] BatchLoops<S> batch_loops_for(DType dtype);
/// Those of the best instruction set.
template <class S>
[[nodiscard]] BatchLoops<S> batch_loops(DType dtype);

}  // namespace kerascpp::cpu
