#pragma once

#include <cstddef>
#include <vector>

#include <kerascpp/core/export.hpp>

namespace kerascpp::compiler {

/// A piece of memory that must exist from step `first` to step `last`, both included.
struct Buffer {
  std::size_t bytes = 0;
  std::size_t first = 0;
  std::size_t last = 0;
  std::size_t offset = 0;  // filled in
};

/// Lays buffers out in one arena so that those alive at the same time do not overlap; offsets are multiples of 64.
/// Returns the size of the arena.
///
/// Largest first, each at the lowest place that is free during its life.
KCPP_API std::size_t plan_memory(std::vector<Buffer>& buffers);

}  // namespace kerascpp::compiler
