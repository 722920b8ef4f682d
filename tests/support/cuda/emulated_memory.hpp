#pragma once

#include <cstddef>

namespace kerascpp::testing {

/// Memory with a page that traps behind its last byte (up to 15 bytes later), or before its first one. Filled with a
/// pattern; what must not be written is checked when it is given back.
void* allocate_guarded(std::size_t bytes, bool guard_after, int device = 0);
/// Throws Error when bytes around it were written.
void free_guarded(void* memory);
/// The device of the memory that an address lies in; -1: it lies in none.
[[nodiscard]] int device_of_guarded(const void* address);
/// Bytes allocated and not given back.
[[nodiscard]] std::size_t guarded_bytes();

}  // namespace kerascpp::testing
