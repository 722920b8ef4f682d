#include "compiler/memory_plan.hpp"

#include <algorithm>
#include <numeric>

namespace kerascpp::compiler {

std::size_t plan_memory(std::vector<Buffer>& buffers) {
  constexpr std::size_t kAlignment = 64;
  std::vector<std::size_t> order(buffers.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return buffers[a].bytes > buffers[b].bytes; });
  std::vector<std::size_t> placed;  // by offset
  std::size_t arena = 0;
  for (std::size_t i : order) {
    Buffer& buffer = buffers[i];
    const std::size_t bytes = (buffer.bytes + kAlignment - 1) / kAlignment * kAlignment;
    std::size_t offset = 0;
    for (std::size_t j : placed) {
      const Buffer& other = buffers[j];
      if (other.last < buffer.first || buffer.last < other.first) continue;
      if (offset + bytes <= other.offset) break;
      const std::size_t end = other.offset + (other.bytes + kAlignment - 1) / kAlignment * kAlignment;
      offset = std::max(offset, end);
    }
    buffer.offset = offset;
    arena = std::max(arena, offset + bytes);
    placed.insert(std::upper_bound(placed.begin(), placed.end(), i,
                                   [&](std::size_t a, std::size_t b) { return buffers[a].offset < buffers[b].offset; }),
                  i);
  }
  return arena;
}

}  // namespace kerascpp::compiler
