#pragma once

#include <algorithm>
#include <cstddef>

#include <kerascpp/graph/op.hpp>

namespace kerascpp::cuda {

/// What the address of an array is surely a multiple of. Arrays of a plan lie at multiples of 64 bytes; those that a
/// loop reads and writes step by step lie one after the other, each at a multiple of its size.
[[nodiscard]] inline std::size_t alignment_of(const TensorSpec& spec) {
  constexpr std::size_t kOfPlan = 64;
  const std::size_t bytes = static_cast<std::size_t>(spec.shape.size()) * itemsize(spec.dtype);
  return bytes == 0 ? kOfPlan : std::min(kOfPlan, bytes & (~bytes + 1));
}

/// The workspace of a library begins at a multiple of this many bytes: as many more are asked for.
inline constexpr std::size_t kWorkspaceAlignment = 256;
[[nodiscard]] inline void* aligned_workspace(void* workspace) {
  const auto address = reinterpret_cast<std::size_t>(workspace);
  return static_cast<char*>(workspace) + ((~address + 1) & (kWorkspaceAlignment - 1));
}

}  // namespace kerascpp::cuda
