#include "backends/cuda/runtime/stream.hpp"

#include <algorithm>
#include <cstring>

namespace kerascpp::cuda {
namespace {

// arrays that are larger go through pinned memory piece by piece
constexpr std::size_t kLargestPiece = std::size_t{16} << 20;

CUdeviceptr address(const void* pointer) { return reinterpret_cast<CUdeviceptr>(pointer); }

}  // namespace

Stream::Stream(CUcontext context, bool is_recorded) : context_(context), is_recorded_(is_recorded) {
  driver().ctx_set_current(context_);
  driver().stream_create(&stream_, static_cast<unsigned>(CU_STREAM_NON_BLOCKING));
  if (!is_recorded_) driver().event_create(&reached_, static_cast<unsigned>(CU_EVENT_DISABLE_TIMING));
}

Stream::~Stream() {
  (void)driver().ctx_set_current.attempt(context_);
  if (!is_recorded_) (void)driver().stream_synchronize.attempt(stream_);  // pinned memory is still read and written
  if (reached_ != nullptr) (void)driver().event_destroy.attempt(reached_);
  (void)driver().stream_destroy.attempt(stream_);
}

void Stream::check_not_recorded(const char* what) const {
  KCPP_CHECK(!is_recorded_, Error, "[cuda] a step that is recorded must not ", what,
             ": its kernel needs Prepared::waits");
}

void Stream::copy(void* to, const void* from, std::size_t bytes) {
  if (bytes == 0) return;
  driver().ctx_set_current(context_);
  driver().memcpy_dtod_async(address(to), address(from), bytes, stream_);
}

void Stream::upload(void* to, const void* from, std::size_t bytes) {
  check_not_recorded("read the host's memory");
  driver().ctx_set_current(context_);
  for (std::size_t done = 0; done < bytes;) {
    const std::size_t piece = std::min(bytes - done, kLargestPiece);
    PinnedBlock* const block = staging_.take(piece);
    std::memcpy(block->data, static_cast<const char*>(from) + done, piece);
    driver().memcpy_htod_async(address(to) + done, static_cast<const void*>(block->data), piece, stream_);
    staging_.give_back(block, stream_);
    done += piece;
  }
}

void Stream::download(void* to, const void* from, std::size_t bytes) {
  if (bytes == 0) return;
  check_not_recorded("write the host's memory");
  driver().ctx_set_current(context_);
  if (bytes > kLargestPiece) return driver().memcpy_dtoh_async(to, address(from), bytes, stream_);
  PinnedBlock* const block = staging_.take(bytes);
  driver().memcpy_dtoh_async(block->data, address(from), bytes, stream_);
  const std::lock_guard lock(mutex_);
  downloads_.push_back({to, block, bytes});
}

void Stream::wait() {
  check_not_recorded("wait");
  driver().ctx_set_current(context_);
  // held to the end: who waits at the same time finds its own downloads done
  const std::lock_guard lock(mutex_);
  const CUresult result = driver().stream_synchronize.attempt(stream_);
  for (const Download& download : downloads_) {
    if (result == CUDA_SUCCESS) std::memcpy(download.to, download.from->data, download.bytes);
    staging_.give_back(download.from);
  }
  downloads_.clear();
  KCPP_CHECK(result == CUDA_SUCCESS, BackendError,
             "[cuda] work on the GPU failed: ", driver().describe(static_cast<int>(result)));
}

void Stream::come_after(Stream& other) {
  const std::lock_guard lock(other.reached_mutex_);
  driver().ctx_set_current(other.context_);
  driver().event_record(other.reached_, other.stream_);
  driver().ctx_set_current(context_);
  driver().stream_wait_event(stream_, other.reached_, 0U);
}

bool Stream::copy_from(Queue& other, void* to, const void* from, std::size_t bytes) {
  auto* const source = dynamic_cast<Stream*>(&other);
  if (source == nullptr) return false;
  check_not_recorded("copy from another GPU");
  if (bytes == 0) return true;
  come_after(*source);
  driver().memcpy_peer_async(address(to), context_, address(from), source->context_, bytes, stream_);
  source->come_after(*this);
  return true;
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
