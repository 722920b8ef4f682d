#pragma once

#include <optional>
#include <vector>

#include <kerascpp/backend/kernel.hpp>

#include "backends/cpu/movement/strided_copy.hpp"

namespace kerascpp::cpu {

/// A part of an array: element i along an axis is begin + i step. A step of 0 names one element again and again.
struct Region {
  Shape whole;
  std::vector<std::int64_t> begin;
  std::vector<std::int64_t> step;

  /// All of an array.
  explicit Region(const Shape& shape)
      : whole(shape), begin(static_cast<std::size_t>(shape.ndim()), 0), step(begin.size(), 1) {}
};

/// A kernel made of copies, as operations are that move elements without computing.
class CopyPlan {
 public:
  explicit CopyPlan(const runtime::KernelQuery& query)
      : itemsize_(itemsize(query.outputs[0].dtype)), fills_(query.outputs.size()) {}

  void add(int input, int output, StridedCopy copy);
  /// Copies `lengths` elements along each axis from a region of an input to a region of an output, both in `layout`.
  /// False, and nothing added, when the regions do not lie on whole blocks.
  [[nodiscard]] bool add(int input, const Region& from, int output, const Region& to, const Shape& lengths,
                         const runtime::Layout& layout);
  /// Sets an output to a value first, of the size of an element; zero when `value` is empty.
  void fill(int output, std::int64_t elements, std::vector<std::byte> value = {});

  /// The kernel, all inputs and outputs being in `layout`.
  [[nodiscard]] runtime::Prepared finish(const runtime::KernelQuery& query, const runtime::Layout& layout = {});

 private:
  struct Part {
    int input, output;
    StridedCopy copy;
  };
  struct Fill {
    std::int64_t elements = 0;
    std::vector<std::byte> value;
  };
  class CopyKernel;

  std::size_t itemsize_;
  std::vector<Part> parts_;
  std::vector<Fill> fills_;
};

/// The first layout other than plain in which an input of the rank of the results comes, else plain.
[[nodiscard]] runtime::Layout layout_of_inputs(const runtime::KernelQuery& query);

}  // namespace kerascpp::cpu
