#pragma once

#include <cstdint>

namespace kerascpp::test {

/// Counts what any thread asks of the heap while it lives: operator new, malloc and all its kin. What oneDNN and OpenMP
/// ask for inside of their own calls is left out.
class AllocationCounter {
 public:
  AllocationCounter();
  ~AllocationCounter();
  AllocationCounter(const AllocationCounter&) = delete;
  AllocationCounter& operator=(const AllocationCounter&) = delete;

  /// Stops counting and gives the number.
  [[nodiscard]] std::int64_t stop();
};

}  // namespace kerascpp::test
