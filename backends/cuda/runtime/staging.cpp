#include "backends/cuda/runtime/staging.hpp"

#include <algorithm>
#include <bit>

namespace kerascpp::cuda {
namespace {

constexpr std::size_t kSmallest = std::size_t{1} << 12;
// while the GPU still uses this many blocks of a size, the host waits for one instead of making more
constexpr std::size_t kMostOfOneSize = 8;

}  // namespace

Staging::~Staging() {
  for (const auto& block : blocks_) {
    (void)driver().event_destroy.attempt(block->used);
    (void)driver().mem_free_host.attempt(block->data);
  }
}

PinnedBlock* Staging::take(std::size_t bytes) {
  const std::size_t size = std::bit_ceil(std::max(bytes, kSmallest));
  const std::lock_guard lock(mutex_);
  PinnedBlock* waited = nullptr;
  std::size_t count = 0;
  for (const auto& block : blocks_) {
    if (block->bytes != size) continue;
    ++count;
    if (block->in_use) continue;
    if (driver().event_query.attempt(block->used) == CUDA_SUCCESS) {
      block->in_use = true;
      return block.get();
    }
    if (waited == nullptr) waited = block.get();
  }
  if (waited != nullptr && count >= kMostOfOneSize) {
    driver().event_synchronize(waited->used);
    waited->in_use = true;
    return waited;
  }
  auto block = std::make_unique<PinnedBlock>();
  block->bytes = size;
  block->in_use = true;
  driver().mem_host_alloc(&block->data, size, 0U);
  driver().event_create(&block->used, static_cast<unsigned>(CU_EVENT_DISABLE_TIMING));
  blocks_.push_back(std::move(block));
  return blocks_.back().get();
}

void Staging::give_back(PinnedBlock* block, CUstream stream) {
  driver().event_record(block->used, stream);
  give_back(block);
}

void Staging::give_back(PinnedBlock* block) {
  const std::lock_guard lock(mutex_);
  block->in_use = false;
}

}  // namespace kerascpp::cuda
