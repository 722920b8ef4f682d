#pragma once

#include <cstdint>

namespace kerascpp {

/// As `end` of a slice: up to the end in the direction of the step. As `begin`: from the last element.
inline constexpr std::int64_t kSliceEnd = INT64_MAX;

/// The elements begin, begin + step, ... of an axis, `length` of them.
struct SliceRange {
  std::int64_t begin = 0;
  std::int64_t step = 1;
  std::int64_t length = 0;
};

/// Which elements `begin:end:step` names on an axis of length `n`, as in Python: negative bounds count from the end,
/// bounds out of range are clipped. `step` is not zero. Kernels of the op "slice" read their attributes with this.
[[nodiscard]] constexpr SliceRange resolve_slice(std::int64_t begin, std::int64_t end, std::int64_t step,
                                                 std::int64_t n) {
  const std::int64_t low = step > 0 ? 0 : -1, high = step > 0 ? n : n - 1;
  const auto clip = [&](std::int64_t bound) {
    if (bound < 0) bound = bound < -n ? low : bound + n;
    return bound < low ? low : bound > high ? high : bound;
  };
  const std::int64_t first = clip(begin);
  const std::int64_t last = end == kSliceEnd ? (step > 0 ? n : -1) : clip(end);
  // counted without overflow for any step
  const std::int64_t span = step > 0 ? last - first : first - last;
  if (span <= 0) return {first, step, 0};
  const std::int64_t distance = step > 0 ? step : step == INT64_MIN ? kSliceEnd : -step;
  return {first, step, (span - 1) / distance + 1};
}

}  // namespace kerascpp
