#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <vector>

#include <kerascpp/backend/accelerator.hpp>

#include "backends/cuda/libraries/driver.hpp"
#include "backends/cuda/runtime/staging.hpp"

namespace kerascpp::cuda {

/// A stream of a GPU: kernels, copies and graphs run on it one after the other.
class KCPP_API Stream final : public runtime::Queue {
 public:
  /// Makes a stream in the context of a GPU.
  explicit Stream(CUcontext context);
  ~Stream() override;
  Stream(const Stream&) = delete;
  Stream& operator=(const Stream&) = delete;

  void copy(void* to, const void* from, std::size_t bytes) override;
  void upload(void* to, const void* from, std::size_t bytes) override;
  void download(void* to, const void* from, std::size_t bytes) override;
  void wait() override;

  /// Sets bytes to zero.
  void clear(void* to, std::size_t bytes);
  /// Runs a kernel: `arguments` are the addresses of its parameters.
  void launch(CUfunction function, const unsigned (&grid)[3], unsigned block, void** arguments);

  [[nodiscard]] CUstream handle() const { return stream_; }
  [[nodiscard]] CUcontext context() const { return context_; }

 private:
  CUcontext context_;
  CUstream stream_ = nullptr;
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
