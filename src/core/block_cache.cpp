#include "core/block_cache.hpp"

#if defined(__linux__)
#include <sys/mman.h>
#endif

#include <algorithm>
#include <mutex>
#include <new>
#include <vector>

namespace kerascpp {
namespace {

constexpr std::align_val_t kAlignment{kHugePage};
#if defined(__SANITIZE_ADDRESS__)
constexpr std::size_t kMostBytes = 0;  // so that reads of freed memory are seen
#else
constexpr std::size_t kMostBytes = std::size_t{64} << 20;
#endif

// what blocks of about one size have: the next multiple of a huge page, from 32 MiB on of an eighth at most
std::size_t size_class(std::size_t bytes) {
  std::size_t step = kHugePage;
  while (step < bytes / 16) step *= 2;
  return (bytes + step - 1) / step * step;
}

struct Block {
  void* data;
  std::size_t bytes;
};

/// The blocks kept, the oldest first.
struct Cache {
  std::mutex mutex;
  std::vector<Block> blocks;
  std::size_t bytes = 0;
};

// never destroyed: tensors of static storage are given back after everything else
Cache& cache() {
  static Cache* const cache = new Cache;
  return *cache;
}

}  // namespace

void* take_block(std::size_t bytes) {
  const std::size_t size = size_class(bytes);
  {
    Cache& kept = cache();
    const std::scoped_lock lock(kept.mutex);
    const auto same = [size](const Block& block) { return block.bytes == size; };
    const auto latest = std::find_if(kept.blocks.rbegin(), kept.blocks.rend(), same);
    if (latest != kept.blocks.rend()) {
      void* const data = latest->data;
      kept.blocks.erase(std::next(latest).base());
      kept.bytes -= size;
      return data;
    }
  }
  void* const data = ::operator new(size, kAlignment, std::nothrow);
#if defined(__linux__)
  if (data != nullptr) madvise(data, size, MADV_HUGEPAGE);  // the system may decline
#endif
  return data;
}

void return_block(void* block, std::size_t bytes) {
  const std::size_t size = size_class(bytes);
  std::vector<Block> dropped;
  if (size > kMostBytes) {
    dropped.push_back({block, size});
  } else {
    Cache& kept = cache();
    const std::scoped_lock lock(kept.mutex);
    kept.blocks.push_back({block, size});
    kept.bytes += size;
    while (kept.bytes > kMostBytes) {
      dropped.push_back(kept.blocks.front());
      kept.bytes -= kept.blocks.front().bytes;
      kept.blocks.erase(kept.blocks.begin());
    }
  }
  for (const Block& old : dropped) ::operator delete(old.data, kAlignment);
}

}  // namespace kerascpp
