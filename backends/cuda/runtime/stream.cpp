#include "backends/cuda/runtime/stream.hpp"

#include <cstring>

namespace kerascpp::cuda {
namespace {

CUdeviceptr address(const void* pointer) { return reinterpret_cast<CUdeviceptr>(pointer); }

}  // namespace

Stream::Stream(CUcontext context) : context_(context) {
  driver().ctx_set_current(context_);
  driver().stream_create(&stream_, static_cast<unsigned>(CU_STREAM_NON_BLOCKING));
}

Stream::~Stream() { (void)driver().stream_destroy.attempt(stream_); }

void Stream::copy(void* to, const void* from, std::size_t bytes) {
  if (bytes == 0) return;
  driver().ctx_set_current(context_);
  driver().memcpy_dtod_async(address(to), address(from), bytes, stream_);
}

void Stream::upload(void* to, const void* from, std::size_t bytes) {
  if (bytes == 0) return;
  driver().ctx_set_current(context_);
  PinnedBlock* const block = staging_.take(bytes);
  std::memcpy(block->data, from, bytes);
  driver().memcpy_htod_async(address(to), static_cast<const void*>(block->data), bytes, stream_);
  staging_.give_back(block, stream_);
}

void Stream::download(void* to, const void* from, std::size_t bytes) {
  if (bytes == 0) return;
  driver().ctx_set_current(context_);
  PinnedBlock* const block = staging_.take(bytes);
  driver().memcpy_dtoh_async(block->data, address(from), bytes, stream_);
  const std::lock_guard lock(mutex_);
  downloads_.push_back({to, block, bytes});
}

void Stream::wait() {
  driver().ctx_set_current(context_);
  // held to the end: who waits at the same time finds its own downloads done
  const std::lock_guard lock(mutex_);
  driver().stream_synchronize(stream_);
  for (const Download& download : downloads_) {
    std::memcpy(download.to, download.from->data, download.bytes);
    driver().event_record(download.from->used, stream_);
    staging_.give_back(download.from);
  }
  downloads_.clear();
}

void Stream::clear(void* to, std::size_t bytes) {
  if (bytes == 0) return;
  driver().ctx_set_current(context_);
  driver().memset_d8_async(address(to), static_cast<unsigned char>(0), bytes, stream_);
}

void Stream::launch(CUfunction function, const unsigned (&grid)[3], unsigned block, void** arguments) {
  driver().ctx_set_current(context_);
  driver().launch_kernel(function, grid[0], grid[1], grid[2], block, 1U, 1U, 0U, stream_, arguments,
                         static_cast<void**>(nullptr));
}

}  // namespace kerascpp::cuda
