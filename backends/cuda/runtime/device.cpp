#include "backends/cuda/runtime/device.hpp"

#include <algorithm>
#include <mutex>
#include <vector>

#include <kerascpp/core/error.hpp>
#include <kerascpp/core/settings.hpp>

namespace kerascpp::cuda {
namespace {

struct Gpus {
  std::mutex mutex;
  std::vector<std::shared_ptr<Gpu>> made;
};

Gpus& gpus() {
  static auto* const all = new Gpus;  // outlives static tensors of users
  return *all;
}

int attribute(CUdevice_attribute which, CUdevice device) {
  int value = 0;
  driver().device_get_attribute(&value, which, device);
  return value;
}

class GraphRecording final : public runtime::Recording {
 public:
  GraphRecording(CUgraph graph, Stream& stream) : stream_(stream) {
    driver().graph_instantiate(&executable_, graph, 0ULL);
  }
  ~GraphRecording() override { (void)driver().graph_exec_destroy.attempt(executable_); }
  void replay() const override {
    driver().ctx_set_current(stream_.context());
    driver().graph_launch(executable_, stream_.handle());
  }

 private:
  Stream& stream_;
  CUgraphExec executable_ = nullptr;
};

}  // namespace

int Gpu::count(std::string& why_not) {
  Driver& driver = cuda::driver();
  if (!driver.available()) {
    why_not = driver.unavailable();
    return 0;
  }
  int count = 0;
  const CUresult started = driver.init.attempt(0U);
  if (started != CUDA_SUCCESS) {
    why_not = text_of("the driver cannot start: ", driver.describe(static_cast<int>(started)));
    return 0;
  }
  const CUresult counted = driver.device_get_count.attempt(&count);
  if (counted != CUDA_SUCCESS) why_not = driver.describe(static_cast<int>(counted));
  if (counted == CUDA_SUCCESS && count == 0) why_not = "there is no NVIDIA GPU";
  return counted == CUDA_SUCCESS ? count : 0;
}

std::shared_ptr<Gpu> Gpu::get(int index) {
  std::string why_not;
  const int available = count(why_not);
  KCPP_CHECK(available > 0, BackendError, "[cuda] no GPU can be used: ", why_not);
  KCPP_CHECK(index >= 0 && index < available, BackendError, "[cuda] there is no device cuda:", index,
             "; there are devices 0 to ", available - 1);
  Gpus& all = gpus();
  const std::lock_guard lock(all.mutex);
  all.made.resize(std::max(all.made.size(), static_cast<std::size_t>(available)));
  std::shared_ptr<Gpu>& gpu = all.made[static_cast<std::size_t>(index)];
  if (gpu == nullptr) {
    gpu = std::make_shared<Gpu>(index);
    for (const std::shared_ptr<Gpu>& other : all.made)
      if (other != nullptr && other != gpu) {
        gpu->open_to(*other);
        other->open_to(*gpu);
      }
  }
  return gpu;
}

void Gpu::forget() {
  const std::lock_guard lock(gpus().mutex);
  gpus().made.clear();
}

Gpu::Gpu(int index) : index_(index) {
  CUdevice device = 0;
  driver().device_get(&device, index);
  char name[256] = {};
  driver().device_get_name(static_cast<char*>(name), static_cast<int>(sizeof name) - 1, device);
  name_ = static_cast<const char*>(name);
  architecture_ = 10 * attribute(CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MAJOR, device) +
                  attribute(CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MINOR, device);
  multiprocessors_ = attribute(CU_DEVICE_ATTRIBUTE_MULTIPROCESSOR_COUNT, device);
  driver().device_primary_ctx_retain(&context_, device);
  make_current();
  // memory that was given back stays with the pool
  driver().device_get_default_mem_pool(&pool_, device);
  cuuint64_t keep = ~cuuint64_t{0};
  driver().mem_pool_set_attribute(pool_, CU_MEMPOOL_ATTR_RELEASE_THRESHOLD, static_cast<void*>(&keep));
  stream_ = std::make_unique<Stream>(context_);
}

Gpu::~Gpu() = default;

void Gpu::open_to(const Gpu& other) const {
  int can = 0;
  if (driver().device_can_access_peer.attempt(&can, other.index_, index_) != CUDA_SUCCESS || can == 0) return;
  CUmemAccessDesc access{};
  access.location.type = CU_MEM_LOCATION_TYPE_DEVICE;
  access.location.id = other.index_;
  access.flags = CU_MEM_ACCESS_FLAGS_PROT_READWRITE;
  // where it fails, copies between the two go through the host
  (void)driver().mem_pool_set_access.attempt(pool_, static_cast<const CUmemAccessDesc*>(&access), std::size_t{1});
}

Device Gpu::device() const { return device_from_name(text_of("cuda:", index_)); }

std::shared_ptr<Storage> Gpu::allocate(std::size_t bytes) {
  driver().ctx_set_current(context_);
  CUdeviceptr address = 0;
  const std::size_t asked = std::max<std::size_t>(bytes, 1);
  const CUresult result = driver().mem_alloc_from_pool_async.attempt(&address, asked, pool_, stream_->handle());
  if (result != CUDA_SUCCESS) {
    std::size_t free = 0, total = 0;
    (void)driver().mem_get_info.attempt(&free, &total);
    throw BackendError(text_of("[cuda] cannot allocate ", bytes, " bytes on ", device(), " (", name_,
                               "): ", driver().describe(static_cast<int>(result)), "; ", free, " of ", total,
                               " bytes are free"));
  }
  void* const data = reinterpret_cast<void*>(address);
  // the stream lives as long as memory that is given back to it
  std::shared_ptr<void> owner(data, [self = shared_from_this()](void* p) {
    (void)driver().ctx_set_current.attempt(self->context_);
    (void)driver().mem_free_async.attempt(reinterpret_cast<CUdeviceptr>(p), self->stream_->handle());
  });
  return std::make_shared<Storage>(Storage{data, bytes, device(), std::move(owner)});
}

std::unique_ptr<runtime::Recording> Gpu::record(const Callable<void(runtime::Queue&)>& work) {
  Stream captured(context_, true);
  driver().stream_begin_capture(captured.handle(), CU_STREAM_CAPTURE_MODE_THREAD_LOCAL);
  CUgraph graph = nullptr;
  try {
    work(captured);
  } catch (...) {
    (void)driver().stream_end_capture.attempt(captured.handle(), &graph);
    if (graph != nullptr) (void)driver().graph_destroy.attempt(graph);
    throw;
  }
  driver().stream_end_capture(captured.handle(), &graph);
  auto recording = std::make_unique<GraphRecording>(graph, *stream_);
  driver().graph_destroy(graph);
  return recording;
}

std::shared_ptr<Gpu> current_gpu() {
  const Device device = default_device();
  return Gpu::get(device.backend == "cuda" ? device.index : 0);
}

}  // namespace kerascpp::cuda
