#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

namespace kerascpp::cpu {

/// A rectangle of iterations of a fused loop: `rows` of its last but one dimension by `cols` of its last one, the
/// other dimensions being fixed. Pointers are those of its first iteration.
struct Box {
  const std::byte* const* operands = nullptr;
  std::byte* const* stores = nullptr;
  std::byte* const* accumulators = nullptr;  // of the reductions, in their wide type (see wide_accumulator.hpp)
  std::int64_t rows = 0;
  std::int64_t cols = 0;
};

/// Computes boxes of one fused loop. Immutable; called from several threads.
class BoxKernel {
 public:
  virtual ~BoxKernel();
  virtual void run(const Box& box) const = 0;
  /// What computes it, for reports.
  [[nodiscard]] virtual std::string implementation() const = 0;
};

/// Most operands, stores and reductions of a loop: their pointers are kept on the stack.
inline constexpr int kMaxBoxPointers = 128;

}  // namespace kerascpp::cpu
