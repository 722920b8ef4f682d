#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <vector>

#include "backend/peers.hpp"
#include "backends/cuda/libraries/driver.hpp"
#include "backends/cuda/runtime/staging.hpp"

namespace kerascpp::cuda {

/// A stream of a GPU: kernels, copies and graphs run on it one after the other.
class KCPP_API Stream final : public runtime::PeerQueue {
 public:
  /// Makes a stream in the context of a GPU. One that is recorded takes nothing from the host and gives it nothing.
  explicit Stream(CUcontext context, bool is_recorded = false);
  ~Stream() override;
  Stream(const Stream&) = delete;
  Stream& operator=(const Stream&) = delete;

  void copy(void* to, const void* from, std::size_t bytes) override;
  void upload(void* to, const void* from, std::size_t bytes) override;
  void download(void* to, const void* from, std::size_t bytes) override;
  void wait() override;

  void clear(void* to, std::size_t bytes) override;
  /// From another GPU, directly where the two reach each other.
  bool copy_from(Queue& other, void* to, const void* from, std::size_t bytes) override;
  /// Runs a kernel: `arguments` are the addresses of its parameters.
  void launch(CUfunction function, const unsigned (&grid)[3], unsigned block, void** arguments);

  [[nodiscard]] CUstream handle() const { return stream_; }
  [[nodiscard]] CUcontext context() const { return context_; }

 private:
  void check_not_recorded(const char* what) const;
  /// What is given to this stream from now on comes after what was given to `other`.
  void come_after(Stream& other);

  CUcontext context_;
  bool is_recorded_;
  CUstream stream_ = nullptr;
  CUevent reached_ = nullptr;  // for other streams to wait for
  std::mutex reached_mutex_;
  Staging staging_;
  /// Copies on their way from pinned memory to where the host wants them.
  struct Download {
    void* to;
    PinnedBlock* from;
    std::size_t bytes;
  };
  std::mutex mutex_;
  std::vector<Download> downloads_;
};

/// The stream behind the queue of a kernel's arguments.
[[nodiscard]] inline Stream& stream_of(runtime::Queue* queue) { return static_cast<Stream&>(*queue); }

}  // namespace kerascpp::cuda
