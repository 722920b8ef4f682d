#pragma once

#include <cstddef>
#include <memory>
#include <mutex>
#include <vector>

#include "backends/cuda/libraries/driver.hpp"

namespace kerascpp::cuda {

/// Memory of the host that the GPU reads and writes by itself, while the host goes on.
struct PinnedBlock {
  void* data = nullptr;
  std::size_t bytes = 0;
  CUevent used = nullptr;  // reached when the GPU has done with it
  bool in_use = false;
};

/// Pinned blocks for copies to and from a stream. They are kept: in steady state none is made.
class Staging {
 public:
  Staging() = default;
  ~Staging();
  Staging(const Staging&) = delete;
  Staging& operator=(const Staging&) = delete;

  /// A block of at least `bytes` that no copy uses.
  [[nodiscard]] PinnedBlock* take(std::size_t bytes);
  /// Lets others have the block once the work that is now on `stream` is done.
  void give_back(PinnedBlock* block, CUstream stream);
  /// The same for a block that is not used any more.
  void give_back(PinnedBlock* block);

 private:
  std::mutex mutex_;
  std::vector<std::unique_ptr<PinnedBlock>> blocks_;
};

}  // namespace kerascpp::cuda
