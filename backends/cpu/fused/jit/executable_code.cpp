#if defined(__x86_64__) && defined(__linux__)

#include "backends/cpu/fused/jit/executable_code.hpp"

#include <sys/mman.h>
#include <unistd.h>

#include <cstring>
#include <map>
#include <mutex>

#include <kerascpp/core/error.hpp>

namespace kerascpp::cpu::jit {

ExecutableCode::ExecutableCode(const std::vector<std::uint8_t>& code) {
  const auto page = static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
  bytes_ = (code.size() + page - 1) / page * page;
  pages_ = mmap(nullptr, bytes_, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  KCPP_CHECK(pages_ != MAP_FAILED, BackendError, "[cpu] no memory for ", bytes_, " bytes of machine code");
  std::memcpy(pages_, code.data(), code.size());
  if (mprotect(pages_, bytes_, PROT_READ | PROT_EXEC) == 0) return;
  munmap(pages_, bytes_);
  KCPP_CHECK(false, BackendError, "[cpu] the system does not allow machine code made at run time");
}

ExecutableCode::~ExecutableCode() { munmap(pages_, bytes_); }

std::shared_ptr<const ExecutableCode> cached_code(const std::string& key,
                                                  const std::function<std::vector<std::uint8_t>()>& make) {
  static std::mutex mutex;
  static std::map<std::string, std::weak_ptr<const ExecutableCode>> cache;
  const std::lock_guard lock(mutex);
  const auto found = cache.find(key);
  if (found != cache.end())
    if (auto code = found->second.lock()) return code;
  const std::vector<std::uint8_t> bytes = make();
  if (bytes.empty()) return nullptr;
  std::erase_if(cache, [](const auto& entry) { return entry.second.expired(); });
  auto code = std::make_shared<const ExecutableCode>(bytes);
  cache[key] = code;
  return code;
}

}  // namespace kerascpp::cpu::jit

#endif
