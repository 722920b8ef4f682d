#include "support/cuda/emulated_memory.hpp"

#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <map>
#include <mutex>

#include <kerascpp/core/error.hpp>

namespace kerascpp::testing {
namespace {

constexpr unsigned char kPattern = 0xA5;
constexpr std::size_t kAlignment = 16;

struct Block {
  char* pages;  // the first one, which may trap
  std::size_t mapped;
  std::size_t bytes;
  int device;
};

struct Blocks {
  std::mutex mutex;
  std::map<const void*, Block> live;
  std::size_t bytes = 0;
};

Blocks& blocks() {
  static auto* const all = new Blocks;
  return *all;
}

std::size_t page() { return static_cast<std::size_t>(sysconf(_SC_PAGESIZE)); }

bool untouched(const char* first, const char* last) {
  return std::all_of(first, last, [](char byte) { return static_cast<unsigned char>(byte) == kPattern; });
}

}  // namespace

void* allocate_guarded(std::size_t bytes, bool guard_after, int device) {
  const std::size_t usable = (bytes + kAlignment - 1) / kAlignment * kAlignment;
  const std::size_t inner = (usable + page() - 1) / page() * page();
  const std::size_t mapped = inner + 2 * page();
  void* const pages = mmap(nullptr, mapped, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  KCPP_CHECK(pages != MAP_FAILED, Error, "no memory for ", bytes, " bytes of an emulated GPU");
  char* const first = static_cast<char*>(pages);
  std::memset(first + page(), kPattern, inner);
  mprotect(first, page(), PROT_NONE);
  mprotect(first + page() + inner, page(), PROT_NONE);
  char* const data = guard_after ? first + page() + inner - usable : first + page();
  const std::lock_guard lock(blocks().mutex);
  blocks().live[data] = {first, mapped, bytes, device};
  blocks().bytes += bytes;
  return data;
}

void free_guarded(void* memory) {
  Block block{};
  {
    const std::lock_guard lock(blocks().mutex);
    const auto found = blocks().live.find(memory);
    KCPP_CHECK(found != blocks().live.end(), Error, "memory is given back that is none of the emulated GPU");
    block = found->second;
    blocks().live.erase(found);
    blocks().bytes -= block.bytes;
  }
  const char* const data = static_cast<const char*>(memory);
  const bool intact =
      untouched(block.pages + page(), data) && untouched(data + block.bytes, block.pages + block.mapped - page());
  munmap(block.pages, block.mapped);
  KCPP_CHECK(intact, Error, "a kernel wrote outside of ", block.bytes, " bytes of memory");
}

int device_of_guarded(const void* address) {
  const std::lock_guard lock(blocks().mutex);
  auto found = blocks().live.upper_bound(address);
  if (found == blocks().live.begin()) return -1;
  const auto& [first, block] = *--found;
  return address < static_cast<const char*>(first) + block.bytes ? block.device : -1;
}

std::size_t guarded_bytes() {
  const std::lock_guard lock(blocks().mutex);
  return blocks().bytes;
}

}  // namespace kerascpp::testing
