#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace kerascpp::cpu::jit {

/// Machine code in pages of its own, written first and made executable then: never both at once.
class ExecutableCode {
 public:
  /// Throws BackendError when the system gives no such pages.
  explicit ExecutableCode(const std::vector<std::uint8_t>& code);
  ~ExecutableCode();
  ExecutableCode(const ExecutableCode&) = delete;
  ExecutableCode& operator=(const ExecutableCode&) = delete;

  [[nodiscard]] const void* start() const { return pages_; }

 private:
  void* pages_ = nullptr;
  std::size_t bytes_ = 0;
};

/// The code for `key`, made by `make` (which may return none) unless some kernel still holds it.
[[nodiscard]] std::shared_ptr<const ExecutableCode> cached_code(const std::string& key,
                                                                const std::function<std::vector<std::uint8_t>()>& make);

}  // namespace kerascpp::cpu::jit
