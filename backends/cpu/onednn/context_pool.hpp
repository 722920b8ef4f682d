#pragma once

#include <array>
#include <atomic>
#include <memory>

namespace kerascpp::cpu::onednn {

namespace detail {
/// A small number of the calling thread, in order of first use.
inline unsigned thread_number() {
  static std::atomic<unsigned> next{0};
  thread_local const unsigned number = next.fetch_add(1, std::memory_order_relaxed);
  return number;
}
}  // namespace detail

/// Spare objects of a kind that is costly to make and serves one call at a time. Lock-free; a thread finds again what
/// it gave back, so in steady state nothing is made.
template <class T>
class ContextPool {
 public:
  ContextPool() = default;
  ContextPool(const ContextPool&) = delete;
  ContextPool& operator=(const ContextPool&) = delete;
  ~ContextPool() {
    for (auto& slot : slots_) delete slot.load(std::memory_order_relaxed);
  }

  /// A spare object, or what `make()` returns when there is none.
  template <class Make>
  [[nodiscard]] std::unique_ptr<T> take(Make&& make) {
    const unsigned start = detail::thread_number();
    for (unsigned i = 0; i < kSlots; ++i) {
      std::atomic<T*>& slot = slots_[(start + i) % kSlots];
      if (slot.load(std::memory_order_relaxed) == nullptr) continue;
      if (T* found = slot.exchange(nullptr, std::memory_order_acquire)) return std::unique_ptr<T>(found);
    }
    return make();
  }

  void give_back(std::unique_ptr<T> object) {
    const unsigned start = detail::thread_number();
    for (unsigned i = 0; i < kSlots; ++i) {
      T* expected = nullptr;
      if (slots_[(start + i) % kSlots].compare_exchange_strong(expected, object.get(), std::memory_order_release,
                                                               std::memory_order_relaxed)) {
        static_cast<void>(object.release());
        return;
      }
    }
  }

 private:
  static constexpr unsigned kSlots = 32;
  std::array<std::atomic<T*>, kSlots> slots_{};
};

}  // namespace kerascpp::cpu::onednn
