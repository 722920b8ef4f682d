#include "steady/allocation_counter.hpp"

#include <link.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <new>
#include <string_view>

// The C library's own entry points, below the ones that are replaced here for the whole program.
extern "C" {
void* __libc_malloc(std::size_t bytes);
void* __libc_calloc(std::size_t count, std::size_t bytes);
void* __libc_realloc(void* memory, std::size_t bytes);
void* __libc_memalign(std::size_t alignment, std::size_t bytes);
void __libc_free(void* memory);
}

namespace {

std::atomic<bool> counting{false};
std::atomic<std::int64_t> count{0};

/// The code of a library of third parties.
struct Range {
  std::uintptr_t begin = 0, end = 0;
};
std::array<Range, 16> foreign;
std::size_t num_foreign = 0;

int note_library(dl_phdr_info* info, std::size_t, void*) {
  const std::string_view name = info->dlpi_name;
  if (name.find("libdnnl") == std::string_view::npos && name.find("libgomp") == std::string_view::npos &&
      name.find("libomp") == std::string_view::npos)
    return 0;
  for (int i = 0; i < info->dlpi_phnum && num_foreign < foreign.size(); ++i) {
    const auto& part = info->dlpi_phdr[i];
    if (part.p_type != PT_LOAD || (part.p_flags & PF_X) == 0) continue;
    const std::uintptr_t begin = info->dlpi_addr + part.p_vaddr;
    foreign[num_foreign++] = {begin, begin + part.p_memsz};
  }
  return 0;
}

bool is_foreign(const void* caller) {
  const auto address = reinterpret_cast<std::uintptr_t>(caller);
  for (std::size_t i = 0; i < num_foreign; ++i)
    if (address >= foreign[i].begin && address < foreign[i].end) return true;
  return false;
}

void note(const void* caller) {
  if (counting.load(std::memory_order_relaxed) && !is_foreign(caller)) count.fetch_add(1, std::memory_order_relaxed);
}

void* or_throw(void* memory) {
  if (memory == nullptr) throw std::bad_alloc();
  return memory;
}

}  // namespace

extern "C" {
void* malloc(std::size_t bytes) {
  note(__builtin_return_address(0));
  return __libc_malloc(bytes);
}
void* calloc(std::size_t items, std::size_t bytes) {
  note(__builtin_return_address(0));
  return __libc_calloc(items, bytes);
}
void* realloc(void* memory, std::size_t bytes) {
  note(__builtin_return_address(0));
  return __libc_realloc(memory, bytes);
}
void* memalign(std::size_t alignment, std::size_t bytes) {
  note(__builtin_return_address(0));
  return __libc_memalign(alignment, bytes);
}
void* aligned_alloc(std::size_t alignment, std::size_t bytes) {
  note(__builtin_return_address(0));
  return __libc_memalign(alignment, bytes);
}
int posix_memalign(void** memory, std::size_t alignment, std::size_t bytes) {
  note(__builtin_return_address(0));
  *memory = __libc_memalign(alignment, bytes);
  return *memory == nullptr ? ENOMEM : 0;
}
void free(void* memory) { __libc_free(memory); }
}

void* operator new(std::size_t bytes) {
  note(__builtin_return_address(0));
  return or_throw(__libc_malloc(bytes == 0 ? 1 : bytes));
}
void* operator new[](std::size_t bytes) {
  note(__builtin_return_address(0));
  return or_throw(__libc_malloc(bytes == 0 ? 1 : bytes));
}
void* operator new(std::size_t bytes, std::align_val_t alignment) {
  note(__builtin_return_address(0));
  return or_throw(__libc_memalign(static_cast<std::size_t>(alignment), bytes));
}
void* operator new[](std::size_t bytes, std::align_val_t alignment) {
  note(__builtin_return_address(0));
  return or_throw(__libc_memalign(static_cast<std::size_t>(alignment), bytes));
}
void operator delete(void* memory) noexcept { free(memory); }
void operator delete[](void* memory) noexcept { free(memory); }
void operator delete(void* memory, std::size_t) noexcept { free(memory); }
void operator delete[](void* memory, std::size_t) noexcept { free(memory); }
void operator delete(void* memory, std::align_val_t) noexcept { free(memory); }
void operator delete[](void* memory, std::align_val_t) noexcept { free(memory); }
void operator delete(void* memory, std::size_t, std::align_val_t) noexcept { free(memory); }
void operator delete[](void* memory, std::size_t, std::align_val_t) noexcept { free(memory); }

namespace kerascpp::test {

AllocationCounter::AllocationCounter() {
  num_foreign = 0;
  dl_iterate_phdr(note_library, nullptr);
  count = 0;
  counting = true;
}
AllocationCounter::~AllocationCounter() { counting = false; }

std::int64_t AllocationCounter::stop() {
  counting = false;
  return count;
}

}  // namespace kerascpp::test
