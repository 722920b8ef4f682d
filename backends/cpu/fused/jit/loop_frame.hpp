#pragma once

/// The stack frame of generated code: offsets, in bytes, from the stack pointer.
namespace kerascpp::cpu::jit::frame {

inline constexpr int kOldStack = 0;
inline constexpr int kRows = 8;
inline constexpr int kCols = 16;
inline constexpr int kCounter = 24;  // rows that are left in a strip
inline constexpr int kMaxPointers = 96;
inline constexpr int kPointers = 64;                         // current places
inline constexpr int kBases = kPointers + 8 * kMaxPointers;  // first places
inline constexpr int kTail32 = kBases + 8 * kMaxPointers;    // masks of the columns behind the last whole vector
inline constexpr int kTail64 = kTail32 + 64;
inline constexpr int kBytes = kTail64 + 128;  // elements of fewer than four bytes on their way
inline constexpr int kSlots = kBytes + 64;    // vectors
inline constexpr int kSlotBytes = 64;
inline constexpr int kMaxSlots = 256;
static_assert(kSlots % 64 == 0);

}  // namespace kerascpp::cpu::jit::frame
