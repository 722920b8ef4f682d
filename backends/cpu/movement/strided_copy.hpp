#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace kerascpp::cpu {

/// Copies element (i, j, ...) from from_offset + i from_strides[0] + j from_strides[1] + ... to the like place of the
/// target. Offsets and strides are in elements; a source stride may be 0 (repeat) or negative (reverse), those of the
/// target name every place once.
struct StridedCopy {
  std::int64_t from_offset = 0;
  std::int64_t to_offset = 0;
  std::vector<std::int64_t> dims;
  std::vector<std::int64_t> from_strides;
  std::vector<std::int64_t> to_strides;

  void add_axis(std::int64_t length, std::int64_t from_stride, std::int64_t to_stride) {
    dims.push_back(length);
    from_strides.push_back(from_stride);
    to_strides.push_back(to_stride);
  }
  [[nodiscard]] std::int64_t size() const;
  /// Drops axes of length 1, orders the others by the target's strides and merges neighbours that lie one after the
  /// other in both arrays.
  void simplify();
  /// On all threads. `simplify` was called.
  void run(const void* from, void* to, std::size_t itemsize) const;
};

}  // namespace kerascpp::cpu
