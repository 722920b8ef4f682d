#include "backends/cpu/movement/strided_copy.hpp"

#include <algorithm>
#include <cstring>
#include <numeric>

#include "backends/cpu/parallel.hpp"

namespace kerascpp::cpu {
namespace {

// bytes that a thread should have to copy
constexpr std::int64_t kGrainBytes = 1 << 15;
// side of the squares in which a transposition is done: they stay in the first cache
constexpr std::int64_t kTile = 16;
// below this many bytes a loop beats memcpy
constexpr std::int64_t kShortRun = 64;

template <std::size_t Bytes>
struct Element {
  char bytes[Bytes];
};

// n elements with strides
template <class E>
void copy_line(const E* from, std::int64_t from_stride, E* to, std::int64_t to_stride, std::int64_t n) {
  if (to_stride == 1 && from_stride == 1) {
    if (n * static_cast<std::int64_t>(sizeof(E)) >= kShortRun)
      std::memcpy(static_cast<void*>(to), from, static_cast<std::size_t>(n) * sizeof(E));
    else
      for (std::int64_t i = 0; i < n; ++i) to[i] = from[i];
  } else if (to_stride == 1 && from_stride == 0) {
    const E value = *from;
    for (std::int64_t i = 0; i < n; ++i) to[i] = value;
  } else {
    for (std::int64_t i = 0; i < n; ++i) to[i * to_stride] = from[i * from_stride];
  }
}

// a matrix whose rows are adjacent in the source and whose columns are adjacent in the target
template <class E>
void transpose(const E* from, std::int64_t from_stride, E* to, std::int64_t to_stride, std::int64_t rows,
               std::int64_t columns) {
  for (std::int64_t r = 0; r < rows; r += kTile)
    for (std::int64_t c = 0; c < columns; c += kTile) {
      const std::int64_t last_row = std::min(r + kTile, rows), last_column = std::min(c + kTile, columns);
      for (std::int64_t i = r; i < last_row; ++i)
        for (std::int64_t j = c; j < last_column; ++j) to[i * to_stride + j] = from[j * from_stride + i];
    }
}

// The innermost loops: one axis, or two where the source is adjacent along another axis than the target.
template <class E>
class Copier {
 public:
  Copier(const StridedCopy& copy, const void* from, void* to)
      : copy_(copy),
        from_(static_cast<const E*>(from) + copy.from_offset),
        to_(static_cast<E*>(to) + copy.to_offset),
        outer_(copy.dims.size()) {
    if (outer_ == 0) return;
    --outer_;
    const std::size_t last = outer_;
    if (copy.to_strides[last] != 1 || copy.from_strides[last] == 1 || copy.dims[last] < 4) return;
    for (std::size_t axis = 0; axis < last; ++axis)
      if (copy.from_strides[axis] == 1 && copy.dims[axis] >= 4) {
        rows_ = axis;
        transposes_ = true;
      }
  }

  void run() const {
    std::int64_t outer = 1;
    for (std::size_t axis = 0; axis < outer_; ++axis)
      if (!transposes_ || axis != rows_) outer *= copy_.dims[axis];
    const std::int64_t inner_bytes =
        copy_.size() / std::max<std::int64_t>(outer, 1) * static_cast<std::int64_t>(sizeof(E));
    parallel_for(outer, std::max<std::int64_t>(1, kGrainBytes / std::max<std::int64_t>(inner_bytes, 1)),
                 [&](std::int64_t begin, std::int64_t end) { run_items(begin, end); });
  }

 private:
  // items [begin, end) of the outer axes in row-major order
  void run_items(std::int64_t begin, std::int64_t end) const {
    constexpr std::size_t kMostAxes = 32;
    std::int64_t index[kMostAxes] = {};
    const E* from = from_;
    E* to = to_;
    std::int64_t rest = begin;
    for (std::size_t axis = outer_; axis-- > 0;) {
      if (transposes_ && axis == rows_) continue;
      index[axis] = rest % copy_.dims[axis];
      rest /= copy_.dims[axis];
      from += index[axis] * copy_.from_strides[axis];
      to += index[axis] * copy_.to_strides[axis];
    }
    for (std::int64_t item = begin; item < end; ++item) {
      run_item(from, to);
      for (std::size_t axis = outer_; axis-- > 0;) {
        if (transposes_ && axis == rows_) continue;
        from += copy_.from_strides[axis];
        to += copy_.to_strides[axis];
        if (++index[axis] < copy_.dims[axis]) break;
        from -= copy_.dims[axis] * copy_.from_strides[axis];
        to -= copy_.dims[axis] * copy_.to_strides[axis];
        index[axis] = 0;
      }
    }
  }

  void run_item(const E* from, E* to) const {
    const std::size_t last = copy_.dims.size() - 1;
    if (copy_.dims.empty())
      *to = *from;
    else if (transposes_)
      transpose(from, copy_.from_strides[last], to, copy_.to_strides[rows_], copy_.dims[rows_], copy_.dims[last]);
    else
      copy_line(from, copy_.from_strides[last], to, copy_.to_strides[last], copy_.dims[last]);
  }

  const StridedCopy& copy_;
  const E* from_;
  E* to_;
  std::size_t outer_;
  std::size_t rows_ = 0;  // the axis of rows of a transposition
  bool transposes_ = false;
};

}  // namespace

std::int64_t StridedCopy::size() const {
  return std::accumulate(dims.begin(), dims.end(), std::int64_t{1}, std::multiplies<>());
}

void StridedCopy::simplify() {
  std::vector<std::size_t> order;
  for (std::size_t axis = 0; axis < dims.size(); ++axis)
    if (dims[axis] != 1) order.push_back(axis);
  std::stable_sort(order.begin(), order.end(),
                   [this](std::size_t a, std::size_t b) { return to_strides[a] > to_strides[b]; });
  StridedCopy simple{from_offset, to_offset, {}, {}, {}};
  for (const std::size_t axis : order) {
    if (!simple.dims.empty() && simple.from_strides.back() == from_strides[axis] * dims[axis] &&
        simple.to_strides.back() == to_strides[axis] * dims[axis]) {
      simple.dims.back() *= dims[axis];
      simple.from_strides.back() = from_strides[axis];
      simple.to_strides.back() = to_strides[axis];
    } else {
      simple.add_axis(dims[axis], from_strides[axis], to_strides[axis]);
    }
  }
  // a long run is cut, so that all threads can take part
  constexpr std::int64_t kRun = 1 << 14;
  if (simple.dims.size() == 1 && simple.dims[0] > 2 * kRun && simple.dims[0] % kRun == 0) {
    const std::int64_t pieces = simple.dims[0] / kRun, from = simple.from_strides[0], to = simple.to_strides[0];
    simple.dims.clear();
    simple.from_strides.clear();
    simple.to_strides.clear();
    simple.add_axis(pieces, from * kRun, to * kRun);
    simple.add_axis(kRun, from, to);
  }
  *this = std::move(simple);
}

void StridedCopy::run(const void* from, void* to, std::size_t itemsize) const {
  if (size() == 0) return;
  switch (itemsize) {
    case 1:
      return Copier<std::uint8_t>(*this, from, to).run();
    case 2:
      return Copier<std::uint16_t>(*this, from, to).run();
    case 4:
      return Copier<std::uint32_t>(*this, from, to).run();
    case 8:
      return Copier<std::uint64_t>(*this, from, to).run();
    default:
      return Copier<Element<16>>(*this, from, to).run();
  }
}

}  // namespace kerascpp::cpu
