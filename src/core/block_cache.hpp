#pragma once

#include <cstddef>

namespace kerascpp {

/// Large blocks of memory on huge pages that were given back are kept for the next of about their size: memory fresh
/// from the system costs a page fault per page, several times what most operations do with it. At most 64 MiB are kept.

inline constexpr std::size_t kHugePage = std::size_t{1} << 21;

/// A block of `bytes` or somewhat more, aligned to kHugePage, its contents anything. Null when there is no memory.
[[nodiscard]] void* take_block(std::size_t bytes);
/// Gives back what take_block(bytes) gave.
void return_block(void* block, std::size_t bytes);

}  // namespace kerascpp
