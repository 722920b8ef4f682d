#include "support/cuda/emulated_gpu.hpp"

#include <dlfcn.h>

#include <atomic>
#include <cstdlib>
#include <cstring>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <vector>

#include <kerascpp/backend/kernel.hpp>
#include <kerascpp/core/error.hpp>

#include "backends/cuda/families.hpp"
#include "backends/cuda/libraries/cublaslt.hpp"
#include "backends/cuda/libraries/cudnn.hpp"
#include "backends/cuda/libraries/driver.hpp"
#include "backends/cuda/libraries/nccl.hpp"
#include "backends/cuda/libraries/nvrtc.hpp"
#include "backends/cuda/runtime/device.hpp"
#include "support/cuda/emulated_compiler.hpp"
#include "support/cuda/emulated_memory.hpp"
#include "test_paths.hpp"

namespace kerascpp::testing {
namespace {

// --- what stands behind the handles of the driver

// The device lags behind the host: of the works given to a stream the last few are not done until somebody waits for
// them, so that memory which is given back, changed or read too early is noticed.
constexpr std::size_t kLag = 8;

struct EmulatedContext {
  int device = 0;
};
struct EmulatedGraph {
  std::vector<std::function<void()>> works;
  std::int64_t launches = 0;
};
struct EmulatedStream {
  EmulatedContext* context = nullptr;
  std::unique_ptr<EmulatedGraph> captured;
  std::deque<std::function<void()>> works;
  std::uint64_t given = 0, done = 0;
};
struct EmulatedEvent {
  EmulatedContext* context = nullptr;
  EmulatedStream* stream = nullptr;
  std::uint64_t number = 0;  // of the last work before it
};
struct EmulatedExecutable {
  EmulatedContext* context = nullptr;
  std::shared_ptr<const EmulatedGraph> graph;
};
struct EmulatedFunction {
  EmulatedContext* context = nullptr;
  void (*launch)(const unsigned* grid, unsigned block, void** arguments) = nullptr;
};
struct EmulatedModule {
  EmulatedContext* context = nullptr;
  void* library = nullptr;
  std::map<std::string, EmulatedFunction> functions;
};
struct EmulatedProgram {
  std::string source, log, path;
};

struct State {
  std::recursive_mutex mutex;  // works run under it, one at a time
  bool guard_after = true;
  std::size_t capacity = 0;
  EmulatedContext contexts[EmulatedGpu::kDevices];
  std::vector<EmulatedStream*> streams;
  std::atomic<std::int64_t> launches_in_graphs{0};
};
State& state() {
  static State all;
  return all;
}
using Lock = std::lock_guard<std::recursive_mutex>;

thread_local EmulatedContext* current = nullptr;
thread_local int captures = 0;  // streams that this thread captures

template <class To, class From>
To* as(From* handle) {
  return reinterpret_cast<To*>(handle);
}

// Does the works of a stream up to that number.
void drain(EmulatedStream& stream, std::uint64_t number) {
  const Lock lock(state().mutex);
  while (stream.done < number && !stream.works.empty()) {
    const std::function<void()> work = std::move(stream.works.front());
    stream.works.pop_front();
    ++stream.done;
    work();
  }
}
void drain_all() {
  for (EmulatedStream* stream : state().streams) drain(*stream, stream->given);
}

// Puts work into the graph that the stream captures, or behind the others.
CUresult give(CUstream handle, std::function<void()> work) {
  EmulatedStream& stream = *as<EmulatedStream>(handle);
  const Lock lock(state().mutex);
  if (current != stream.context) return CUDA_ERROR_INVALID_CONTEXT;
  if (stream.captured != nullptr) {
    stream.captured->works.push_back(std::move(work));
    return CUDA_SUCCESS;
  }
  stream.works.push_back(std::move(work));
  ++stream.given;
  if (stream.works.size() > kLag) drain(stream, stream.given - kLag);
  return CUDA_SUCCESS;
}

// What a thread may not ask for while it captures a stream.
CUresult not_while_capturing() {
  if (current == nullptr) return CUDA_ERROR_INVALID_CONTEXT;
  return captures == 0 ? CUDA_SUCCESS : CUDA_ERROR_STREAM_CAPTURE_UNSUPPORTED;
}

// --- the functions

CUresult succeed() { return CUDA_SUCCESS; }

CUresult get_error_name(CUresult error, const char** name) {
  *name = error == CUDA_ERROR_OUT_OF_MEMORY                ? "CUDA_ERROR_OUT_OF_MEMORY"
          : error == CUDA_ERROR_INVALID_CONTEXT            ? "CUDA_ERROR_INVALID_CONTEXT"
          : error == CUDA_ERROR_STREAM_CAPTURE_UNSUPPORTED ? "CUDA_ERROR_STREAM_CAPTURE_UNSUPPORTED"
          : error == CUDA_ERROR_INVALID_VALUE              ? "CUDA_ERROR_INVALID_VALUE"
                                                           : "an emulated error";
  return CUDA_SUCCESS;
}
CUresult get_error_string(CUresult, const char** text) {
  *text = "of the emulated driver";
  return CUDA_SUCCESS;
}
CUresult device_get_count(int* count) {
  *count = EmulatedGpu::kDevices;
  return CUDA_SUCCESS;
}
CUresult device_get(CUdevice* device, int index) {
  *device = index;
  return CUDA_SUCCESS;
}
CUresult device_get_name(char* name, int, CUdevice) {
  std::strcpy(name, "emulated GPU");
  return CUDA_SUCCESS;
}
CUresult device_get_attribute(int* value, CUdevice_attribute which, CUdevice) {
  *value = which == CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MAJOR   ? 9
           : which == CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MINOR ? 0
                                                                   : 16;
  return CUDA_SUCCESS;
}
CUresult device_get_default_mem_pool(CUmemoryPool* pool, CUdevice device) {
  *pool = as<CUmemPoolHandle_st>(&state().contexts[device]);
  return CUDA_SUCCESS;
}
CUresult device_can_access_peer(int* can, CUdevice, CUdevice) {
  *can = 1;
  return CUDA_SUCCESS;
}
CUresult primary_context_retain(CUcontext* context, CUdevice device) {
  state().contexts[device].device = device;
  *context = as<CUctx_st>(&state().contexts[device]);
  return CUDA_SUCCESS;
}
CUresult context_set_current(CUcontext context) {
  current = as<EmulatedContext>(context);
  return CUDA_SUCCESS;
}

CUresult mem_alloc(CUdeviceptr* address, std::size_t bytes, CUmemoryPool pool, CUstream stream) {
  if (const CUresult result = not_while_capturing(); result != CUDA_SUCCESS) return result;
  const Lock lock(state().mutex);
  EmulatedStream& of = *as<EmulatedStream>(stream);
  if (of.context != current || as<EmulatedContext>(pool) != current) return CUDA_ERROR_INVALID_CONTEXT;
  if (guarded_bytes() + bytes > state().capacity) drain(of, of.given);
  if (guarded_bytes() + bytes > state().capacity) return CUDA_ERROR_OUT_OF_MEMORY;
  *address = reinterpret_cast<CUdeviceptr>(allocate_guarded(bytes, state().guard_after, current->device));
  return CUDA_SUCCESS;
}
CUresult mem_free(CUdeviceptr address, CUstream stream) {
  return give(stream, [address] { free_guarded(reinterpret_cast<void*>(address)); });
}
CUresult mem_get_info(std::size_t* free, std::size_t* total) {
  *total = state().capacity;
  *free = state().capacity - guarded_bytes();
  return CUDA_SUCCESS;
}
CUresult mem_host_alloc(void** memory, std::size_t bytes, unsigned) {
  if (const CUresult result = not_while_capturing(); result != CUDA_SUCCESS) return result;
  *memory = std::malloc(bytes);
  return CUDA_SUCCESS;
}
CUresult mem_free_host(void* memory) {
  std::free(memory);
  return CUDA_SUCCESS;
}
bool lies_on(CUdeviceptr address, int device) {
  return device_of_guarded(reinterpret_cast<const void*>(address)) == device;
}
CUresult memcpy_htod(CUdeviceptr to, const void* from, std::size_t bytes, CUstream stream) {
  if (!lies_on(to, as<EmulatedStream>(stream)->context->device)) return CUDA_ERROR_INVALID_VALUE;
  return give(stream, [=] { std::memcpy(reinterpret_cast<void*>(to), from, bytes); });
}
CUresult memcpy_dtoh(void* to, CUdeviceptr from, std::size_t bytes, CUstream stream) {
  if (!lies_on(from, as<EmulatedStream>(stream)->context->device)) return CUDA_ERROR_INVALID_VALUE;
  return give(stream, [=] { std::memcpy(to, reinterpret_cast<const void*>(from), bytes); });
}
CUresult memcpy_dtod(CUdeviceptr to, CUdeviceptr from, std::size_t bytes, CUstream stream) {
  const int device = as<EmulatedStream>(stream)->context->device;
  if (!lies_on(to, device) || !lies_on(from, device)) return CUDA_ERROR_INVALID_VALUE;
  return give(stream, [=] { std::memcpy(reinterpret_cast<void*>(to), reinterpret_cast<const void*>(from), bytes); });
}
CUresult memcpy_peer(CUdeviceptr to, CUcontext to_context, CUdeviceptr from, CUcontext from_context, std::size_t bytes,
                     CUstream stream) {
  if (!lies_on(to, as<EmulatedContext>(to_context)->device) ||
      !lies_on(from, as<EmulatedContext>(from_context)->device))
    return CUDA_ERROR_INVALID_VALUE;
  return give(stream, [=] { std::memcpy(reinterpret_cast<void*>(to), reinterpret_cast<const void*>(from), bytes); });
}
CUresult memset_d8(CUdeviceptr to, unsigned char value, std::size_t bytes, CUstream stream) {
  if (!lies_on(to, as<EmulatedStream>(stream)->context->device)) return CUDA_ERROR_INVALID_VALUE;
  return give(stream, [=] { std::memset(reinterpret_cast<void*>(to), value, bytes); });
}

CUresult stream_create(CUstream* stream, unsigned) {
  if (const CUresult result = not_while_capturing(); result != CUDA_SUCCESS) return result;
  auto* const made = new EmulatedStream;
  made->context = current;
  const Lock lock(state().mutex);
  state().streams.push_back(made);
  *stream = as<CUstream_st>(made);
  return CUDA_SUCCESS;
}
CUresult stream_destroy(CUstream stream) {
  auto* const old = as<EmulatedStream>(stream);
  drain(*old, old->given);
  const Lock lock(state().mutex);
  std::erase(state().streams, old);
  delete old;
  return CUDA_SUCCESS;
}
CUresult stream_synchronize(CUstream stream) {
  if (const CUresult result = not_while_capturing(); result != CUDA_SUCCESS) return result;
  EmulatedStream& of = *as<EmulatedStream>(stream);
  drain(of, of.given);
  return CUDA_SUCCESS;
}
CUresult stream_wait_event(CUstream stream, CUevent event, unsigned) {
  const EmulatedEvent reached = *as<EmulatedEvent>(event);
  if (as<EmulatedStream>(stream)->captured != nullptr) return CUDA_ERROR_STREAM_CAPTURE_ISOLATION;
  if (reached.stream == nullptr) return CUDA_SUCCESS;
  return give(stream, [reached] { drain(*reached.stream, reached.number); });
}
CUresult stream_begin_capture(CUstream stream, CUstreamCaptureMode) {
  as<EmulatedStream>(stream)->captured = std::make_unique<EmulatedGraph>();
  ++captures;
  return CUDA_SUCCESS;
}
CUresult stream_end_capture(CUstream stream, CUgraph* graph) {
  *graph = as<CUgraph_st>(as<EmulatedStream>(stream)->captured.release());
  --captures;
  return CUDA_SUCCESS;
}
CUresult event_create(CUevent* event, unsigned) {
  if (const CUresult result = not_while_capturing(); result != CUDA_SUCCESS) return result;
  auto* const made = new EmulatedEvent;
  made->context = current;
  *event = as<CUevent_st>(made);
  return CUDA_SUCCESS;
}
CUresult event_destroy(CUevent event) {
  delete as<EmulatedEvent>(event);
  return CUDA_SUCCESS;
}
CUresult event_record(CUevent event, CUstream stream) {
  EmulatedStream& of = *as<EmulatedStream>(stream);
  if (of.captured != nullptr) return CUDA_ERROR_STREAM_CAPTURE_UNSUPPORTED;
  if (as<EmulatedEvent>(event)->context != of.context) return CUDA_ERROR_INVALID_HANDLE;
  const Lock lock(state().mutex);
  as<EmulatedEvent>(event)->stream = &of;
  as<EmulatedEvent>(event)->number = of.given;
  return CUDA_SUCCESS;
}
CUresult event_query(CUevent event) {
  if (const CUresult result = not_while_capturing(); result != CUDA_SUCCESS) return result;
  const EmulatedEvent& of = *as<EmulatedEvent>(event);
  const Lock lock(state().mutex);
  return of.stream == nullptr || of.stream->done >= of.number ? CUDA_SUCCESS : CUDA_ERROR_NOT_READY;
}
CUresult event_synchronize(CUevent event) {
  if (const CUresult result = not_while_capturing(); result != CUDA_SUCCESS) return result;
  const EmulatedEvent& of = *as<EmulatedEvent>(event);
  if (of.stream != nullptr) drain(*of.stream, of.number);
  return CUDA_SUCCESS;
}
CUresult graph_instantiate(CUgraphExec* executable, CUgraph graph, unsigned long long) {
  if (const CUresult result = not_while_capturing(); result != CUDA_SUCCESS) return result;
  auto* const made = new EmulatedExecutable;
  made->context = current;
  made->graph = std::make_shared<const EmulatedGraph>(*as<EmulatedGraph>(graph));
  *executable = as<CUgraphExec_st>(made);
  return CUDA_SUCCESS;
}
CUresult graph_launch(CUgraphExec executable, CUstream stream) {
  const EmulatedExecutable& of = *as<EmulatedExecutable>(executable);
  if (of.context != as<EmulatedStream>(stream)->context) return CUDA_ERROR_INVALID_CONTEXT;
  return give(stream, [graph = of.graph] {
    for (const auto& work : graph->works) work();
    state().launches_in_graphs += graph->launches;
  });
}
CUresult graph_exec_destroy(CUgraphExec executable) {
  delete as<EmulatedExecutable>(executable);
  return CUDA_SUCCESS;
}
CUresult graph_destroy(CUgraph graph) {
  delete as<EmulatedGraph>(graph);
  return CUDA_SUCCESS;
}

CUresult module_load(CUmodule* module, const void* code) {
  if (const CUresult result = not_while_capturing(); result != CUDA_SUCCESS) return result;
  void* const library = dlopen(static_cast<const char*>(code), RTLD_NOW | RTLD_LOCAL);
  if (library == nullptr) return CUDA_ERROR_INVALID_IMAGE;
  auto* const made = new EmulatedModule;
  made->context = current;
  made->library = library;
  *module = as<CUmod_st>(made);
  return CUDA_SUCCESS;
}
CUresult module_unload(CUmodule module) {
  if (const CUresult result = not_while_capturing(); result != CUDA_SUCCESS) return result;
  auto* const old = as<EmulatedModule>(module);
  if (old->context != current) return CUDA_ERROR_INVALID_CONTEXT;
  const Lock lock(state().mutex);
  drain_all();
  dlclose(old->library);
  delete old;
  return CUDA_SUCCESS;
}
CUresult module_get_function(CUfunction* function, CUmodule module, const char* name) {
  auto* const of = as<EmulatedModule>(module);
  void* const address = dlsym(of->library, (std::string(name) + "_launch").c_str());
  if (address == nullptr) return CUDA_ERROR_NOT_FOUND;
  EmulatedFunction& made = of->functions[name];
  made.context = of->context;
  made.launch = reinterpret_cast<void (*)(const unsigned*, unsigned, void**)>(address);
  *function = as<CUfunc_st>(&made);
  return CUDA_SUCCESS;
}
CUresult launch_kernel(CUfunction function, unsigned x, unsigned y, unsigned z, unsigned block, unsigned, unsigned,
                       unsigned, CUstream stream, void** arguments, void**) {
  constexpr unsigned kMostX = 0x7fffffffu, kMostYZ = 65535, kMostThreads = 1024;
  const EmulatedFunction& of = *as<EmulatedFunction>(function);
  if (x == 0 || y == 0 || z == 0 || block == 0 || x > kMostX || y > kMostYZ || z > kMostYZ || block > kMostThreads)
    return CUDA_ERROR_INVALID_VALUE;
  if (of.context != as<EmulatedStream>(stream)->context) return CUDA_ERROR_INVALID_CONTEXT;
  // parameters are read when the kernel is given, as the driver does: all of them are pointers
  constexpr std::size_t kMost = 256;
  std::vector<void*> values;
  for (std::size_t i = 0; i < kMost && arguments[i] != nullptr; ++i)
    values.push_back(*static_cast<void**>(arguments[i]));
  if (as<EmulatedStream>(stream)->captured != nullptr) ++as<EmulatedStream>(stream)->captured->launches;
  return give(stream, [launch = of.launch, x, y, z, block, values]() mutable {
    std::vector<void*> addresses;
    for (void*& value : values) addresses.push_back(&value);
    const unsigned grid[] = {x, y, z};
    launch(static_cast<const unsigned*>(grid), block, addresses.data());
  });
}

// --- the compiler

nvrtcResult version(int* major, int* minor) {
  *major = *minor = 0;
  return NVRTC_SUCCESS;
}
nvrtcResult create_program(nvrtcProgram* program, const char* source, const char*, int, const char* const*,
                           const char* const*) {
  *program = as<_nvrtcProgram>(new EmulatedProgram{source, {}, {}});
  return NVRTC_SUCCESS;
}
nvrtcResult compile_program(nvrtcProgram program, int, const char* const*) {
  EmulatedProgram& of = *as<EmulatedProgram>(program);
  of.path = compile_for_host(of.source, of.log);
  return of.path.empty() ? NVRTC_ERROR_COMPILATION : NVRTC_SUCCESS;
}
nvrtcResult get_cubin_size(nvrtcProgram program, std::size_t* size) {
  *size = as<EmulatedProgram>(program)->path.size() + 1;
  return NVRTC_SUCCESS;
}
nvrtcResult get_cubin(nvrtcProgram program, char* code) {
  std::strcpy(code, as<EmulatedProgram>(program)->path.c_str());
  return NVRTC_SUCCESS;
}
nvrtcResult get_log_size(nvrtcProgram program, std::size_t* size) {
  *size = as<EmulatedProgram>(program)->log.size() + 1;
  return NVRTC_SUCCESS;
}
nvrtcResult get_log(nvrtcProgram program, char* text) {
  std::strcpy(text, as<EmulatedProgram>(program)->log.c_str());
  return NVRTC_SUCCESS;
}
nvrtcResult destroy_program(nvrtcProgram* program) {
  delete as<EmulatedProgram>(*program);
  return NVRTC_SUCCESS;
}

// --- the exchange between GPUs

struct Communicator {
  int rank = 0, count = 0;
};
/// The arrays of one call of all ranks: whoever of them comes first to it waits for the others and adds up.
struct Exchange {
  std::vector<float*> arrays;
  std::vector<std::pair<EmulatedStream*, std::uint64_t>> before;  // works of each rank's stream that come first
  std::size_t count = 0;
  bool done = false;
};
struct Given {
  Communicator* communicator;
  float* array;
  std::size_t count;
  CUstream stream;
};
thread_local std::vector<Given> given_in_group;

ncclResult_t comm_init_all(ncclComm_t* communicators, int count, const int*) {
  for (int rank = 0; rank < count; ++rank) communicators[rank] = as<ncclComm>(new Communicator{rank, count});
  return ncclSuccess;
}
ncclResult_t group_start() { return ncclSuccess; }
ncclResult_t all_reduce(const void*, void* array, std::size_t count, ncclDataType_t type, ncclRedOp_t operation,
                        ncclComm_t communicator, cudaStream_t stream) {
  if (type != ncclFloat32 || operation != ncclSum || as<EmulatedStream>(stream)->context != current)
    return ncclInvalidArgument;
  if (device_of_guarded(array) != current->device) return ncclInvalidArgument;
  given_in_group.push_back(
      {as<Communicator>(communicator), static_cast<float*>(array), count, reinterpret_cast<CUstream>(stream)});
  return ncclSuccess;
}
ncclResult_t group_end() {
  std::vector<Given> all;
  all.swap(given_in_group);
  const auto members = static_cast<std::size_t>(all.empty() ? 1 : all[0].communicator->count);
  const std::size_t calls = all.size() / members;
  for (std::size_t call = 0; call < calls; ++call) {
    const auto exchange = std::make_shared<Exchange>();
    for (std::size_t rank = 0; rank < members; ++rank) {
      const Given& given = all[rank * calls + call];
      if (given.communicator->rank != static_cast<int>(rank)) return ncclInvalidUsage;
      exchange->arrays.push_back(given.array);
      exchange->before.emplace_back(as<EmulatedStream>(given.stream), as<EmulatedStream>(given.stream)->given);
      exchange->count = given.count;
    }
    for (std::size_t rank = 0; rank < members; ++rank) {
      const CUstream stream = all[rank * calls + call].stream;
      current = as<EmulatedStream>(stream)->context;
      const CUresult result = give(stream, [exchange] {
        if (exchange->done) return;
        exchange->done = true;
        for (const auto& [before, number] : exchange->before) drain(*before, number);
        for (std::size_t i = 0; i < exchange->count; ++i) {
          float sum = 0;
          for (const float* array : exchange->arrays) sum += array[i];
          for (float* array : exchange->arrays) array[i] = sum;
        }
      });
      if (result != CUDA_SUCCESS) return ncclUnhandledCudaError;
    }
  }
  return ncclSuccess;
}

template <class F>
void* address_of(F* function) {
  return reinterpret_cast<void*>(function);
}

void install_driver() {
  std::vector<std::pair<std::string_view, void*>> functions;
  for (const char* nothing : {"cuInit", "cuDriverGetVersion", "cuMemPoolSetAttribute", "cuMemPoolSetAccess"})
    functions.emplace_back(nothing, address_of(succeed));
  for (const auto& [name, function] : std::initializer_list<std::pair<std::string_view, void*>>{
           {"cuGetErrorName", address_of(get_error_name)},
           {"cuGetErrorString", address_of(get_error_string)},
           {"cuDeviceGetCount", address_of(device_get_count)},
           {"cuDeviceGet", address_of(device_get)},
           {"cuDeviceGetName", address_of(device_get_name)},
           {"cuDeviceGetAttribute", address_of(device_get_attribute)},
           {"cuDeviceGetDefaultMemPool", address_of(device_get_default_mem_pool)},
           {"cuDeviceCanAccessPeer", address_of(device_can_access_peer)},
           {"cuDevicePrimaryCtxRetain", address_of(primary_context_retain)},
           {"cuCtxSetCurrent", address_of(context_set_current)},
           {"cuMemAllocFromPoolAsync", address_of(mem_alloc)},
           {"cuMemFreeAsync", address_of(mem_free)},
           {"cuMemGetInfo_v2", address_of(mem_get_info)},
           {"cuMemHostAlloc", address_of(mem_host_alloc)},
           {"cuMemFreeHost", address_of(mem_free_host)},
           {"cuMemcpyHtoDAsync_v2", address_of(memcpy_htod)},
           {"cuMemcpyDtoHAsync_v2", address_of(memcpy_dtoh)},
           {"cuMemcpyDtoDAsync_v2", address_of(memcpy_dtod)},
           {"cuMemcpyPeerAsync", address_of(memcpy_peer)},
           {"cuMemsetD8Async", address_of(memset_d8)},
           {"cuStreamCreate", address_of(stream_create)},
           {"cuStreamDestroy_v2", address_of(stream_destroy)},
           {"cuStreamSynchronize", address_of(stream_synchronize)},
           {"cuStreamWaitEvent", address_of(stream_wait_event)},
           {"cuStreamBeginCapture_v2", address_of(stream_begin_capture)},
           {"cuStreamEndCapture", address_of(stream_end_capture)},
           {"cuEventCreate", address_of(event_create)},
           {"cuEventDestroy_v2", address_of(event_destroy)},
           {"cuEventRecord", address_of(event_record)},
           {"cuEventQuery", address_of(event_query)},
           {"cuEventSynchronize", address_of(event_synchronize)},
           {"cuGraphInstantiateWithFlags", address_of(graph_instantiate)},
           {"cuGraphLaunch", address_of(graph_launch)},
           {"cuGraphExecDestroy", address_of(graph_exec_destroy)},
           {"cuGraphDestroy", address_of(graph_destroy)},
           {"cuModuleLoadData", address_of(module_load)},
           {"cuModuleUnload", address_of(module_unload)},
           {"cuModuleGetFunction", address_of(module_get_function)},
           {"cuLaunchKernel", address_of(launch_kernel)}})
    functions.emplace_back(name, function);
  cuda::driver().replace(functions);
}

void install_compiler() {
  cuda::nvrtc().replace({{"nvrtcVersion", address_of(version)},
                         {"nvrtcCreateProgram", address_of(create_program)},
                         {"nvrtcCompileProgram", address_of(compile_program)},
                         {"nvrtcGetCUBINSize", address_of(get_cubin_size)},
                         {"nvrtcGetCUBIN", address_of(get_cubin)},
                         {"nvrtcGetProgramLogSize", address_of(get_log_size)},
                         {"nvrtcGetProgramLog", address_of(get_log)},
                         {"nvrtcDestroyProgram", address_of(destroy_program)}});
}

void install_exchange() {
  cuda::nccl().replace({{"ncclCommInitAll", address_of(comm_init_all)},
                        {"ncclGroupStart", address_of(group_start)},
                        {"ncclGroupEnd", address_of(group_end)},
                        {"ncclAllReduce", address_of(all_reduce)}});
}

void register_again() {
  cuda::Gpu::forget();
  runtime::KernelRegistry::global().remove_backend("cuda");
  cuda::register_backend(runtime::KernelRegistry::global());
}

}  // namespace

EmulatedGpu::EmulatedGpu(Guard guard, std::size_t capacity) {
  state().guard_after = guard == Guard::After;
  state().capacity = capacity;
  setenv("KERASCPP_CUDA_CACHE", "off", 1);
  (void)runtime::KernelRegistry::global();  // fills itself once
  install_driver();
  install_compiler();
  install_exchange();
  cuda::cublaslt().forbid("an emulated GPU has no cuBLASLt");
  cuda::cudnn().forbid("an emulated GPU has no cuDNN");
  register_again();
}

EmulatedGpu::~EmulatedGpu() {
  drain_all();
  cuda::Gpu::forget();
  cuda::driver().load();
  cuda::nvrtc().load();
  cuda::cublaslt().load();
  cuda::cudnn().load();
  cuda::nccl().load();
  register_again();
  unsetenv("KERASCPP_CUDA_CACHE");
}

bool EmulatedGpu::available() { return std::system(KERASCPP_CXX_COMPILER " --version > /dev/null 2>&1") == 0; }

EmulatedGpu::Counts operator-(EmulatedGpu::Counts a, const EmulatedGpu::Counts& b) {
  return {a.allocations - b.allocations,
          a.pinned_allocations - b.pinned_allocations,
          a.synchronizations - b.synchronizations,
          a.launches - b.launches,
          a.graph_launches - b.graph_launches,
          a.captures - b.captures,
          a.uploads - b.uploads,
          a.downloads - b.downloads,
          a.peer_copies - b.peer_copies,
          a.launches_in_graphs - b.launches_in_graphs};
}

EmulatedGpu::Counts EmulatedGpu::counts() {
  const cuda::Driver& driver = cuda::driver();
  Counts counts;
  counts.allocations = driver.mem_alloc_from_pool_async.calls();
  counts.pinned_allocations = driver.mem_host_alloc.calls();
  counts.synchronizations = driver.stream_synchronize.calls() + driver.event_synchronize.calls();
  counts.launches = driver.launch_kernel.calls();
  counts.graph_launches = driver.graph_launch.calls();
  counts.captures = driver.stream_begin_capture.calls();
  counts.uploads = driver.memcpy_htod_async.calls();
  counts.downloads = driver.memcpy_dtoh_async.calls();
  counts.peer_copies = driver.memcpy_peer_async.calls();
  counts.launches_in_graphs = state().launches_in_graphs;
  return counts;
}

std::size_t EmulatedGpu::bytes_in_use() {
  drain_all();
  return guarded_bytes();
}

}  // namespace kerascpp::testing
