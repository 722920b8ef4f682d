#pragma once

#include <cstddef>

namespace kerascpp::testing {

/// Memory with a page that traps behind its last byte (up to 15 bytes later), or before its first one. Filled with a
/// pattern; what must not be written is checked when it is given back.
void* allocate_guarded(std::size_t bytes, bool guard_after);
/// Throws Error when bytes around it were written.
void free_guarded(void* memory);
/// The size that it was asked for.
[[nodiscard]] std::size_t size_of_guarded(const void* memory);
/// Bytes allocated and not given back.
[[nodiscard]] std::size_t guarded_bytes();

}  // namespace kerascpp::testing
