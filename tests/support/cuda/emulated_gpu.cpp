#include "support/cuda/emulated_gpu.hpp"

#include <dlfcn.h>

#include <atomic>
#include <cstdlib>
#include <cstring>
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
#include "backends/cuda/libraries/nvrtc.hpp"
#include "backends/cuda/runtime/device.hpp"
#include "support/cuda/emulated_compiler.hpp"
#include "support/cuda/emulated_memory.hpp"
#include "test_paths.hpp"

namespace kerascpp::testing {
namespace {

// --- what stands behind the handles of the driver

struct EmulatedGraph {
  std::vector<std::function<void()>> works;
  std::int64_t launches = 0;
};
struct EmulatedStream {
  std::unique_ptr<EmulatedGraph> captured;
};
struct EmulatedFunction {
  void (*launch)(const unsigned* grid, unsigned block, void** arguments) = nullptr;
};
struct EmulatedModule {
  void* library = nullptr;
  std::map<std::string, EmulatedFunction> functions;
};
struct EmulatedProgram {
  std::string source, log, path;
};

struct State {
  bool guard_after = true;
  std::size_t capacity = 0;
  std::atomic<std::int64_t> launches_in_graphs{0};
};
State& state() {
  static State all;
  return all;
}

template <class To, class From>
To* as(From* handle) {
  return reinterpret_cast<To*>(handle);
}

// Does the work, or puts it into the graph that the stream captures.
CUresult give(CUstream stream, std::function<void()> work) {
  if (auto& captured = as<EmulatedStream>(stream)->captured; captured != nullptr)
    captured->works.push_back(std::move(work));
  else
    work();
  return CUDA_SUCCESS;
}

// --- the functions

CUresult succeed() { return CUDA_SUCCESS; }

CUresult get_error_name(CUresult error, const char** name) {
  *name = error == CUDA_ERROR_OUT_OF_MEMORY ? "CUDA_ERROR_OUT_OF_MEMORY" : "an emulated error";
  return CUDA_SUCCESS;
}
CUresult get_error_string(CUresult, const char** text) {
  *text = "of the emulated driver";
  return CUDA_SUCCESS;
}
CUresult device_get_count(int* count) {
  *count = 2;
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

CUresult mem_alloc(CUdeviceptr* address, std::size_t bytes, CUmemoryPool, CUstream) {
  if (guarded_bytes() + bytes > state().capacity) return CUDA_ERROR_OUT_OF_MEMORY;
  *address = reinterpret_cast<CUdeviceptr>(allocate_guarded(bytes, state().guard_after));
  return CUDA_SUCCESS;
}
CUresult mem_free(CUdeviceptr address, CUstream) {
  free_guarded(reinterpret_cast<void*>(address));
  return CUDA_SUCCESS;
}
CUresult mem_get_info(std::size_t* free, std::size_t* total) {
  *total = state().capacity;
  *free = state().capacity - guarded_bytes();
  return CUDA_SUCCESS;
}
CUresult mem_host_alloc(void** memory, std::size_t bytes, unsigned) {
  *memory = std::malloc(bytes);
  return CUDA_SUCCESS;
}
CUresult mem_free_host(void* memory) {
  std::free(memory);
  return CUDA_SUCCESS;
}
CUresult memcpy_htod(CUdeviceptr to, const void* from, std::size_t bytes, CUstream stream) {
  return give(stream, [=] { std::memcpy(reinterpret_cast<void*>(to), from, bytes); });
}
CUresult memcpy_dtoh(void* to, CUdeviceptr from, std::size_t bytes, CUstream stream) {
  return give(stream, [=] { std::memcpy(to, reinterpret_cast<const void*>(from), bytes); });
}
CUresult memcpy_dtod(CUdeviceptr to, CUdeviceptr from, std::size_t bytes, CUstream stream) {
  return give(stream, [=] { std::memcpy(reinterpret_cast<void*>(to), reinterpret_cast<const void*>(from), bytes); });
}
CUresult memset_d8(CUdeviceptr to, unsigned char value, std::size_t bytes, CUstream stream) {
  return give(stream, [=] { std::memset(reinterpret_cast<void*>(to), value, bytes); });
}

CUresult stream_create(CUstream* stream, unsigned) {
  *stream = as<CUstream_st>(new EmulatedStream);
  return CUDA_SUCCESS;
}
CUresult stream_destroy(CUstream stream) {
  delete as<EmulatedStream>(stream);
  return CUDA_SUCCESS;
}
CUresult stream_synchronize(CUstream stream) {
  return as<EmulatedStream>(stream)->captured == nullptr ? CUDA_SUCCESS : CUDA_ERROR_STREAM_CAPTURE_UNSUPPORTED;
}
CUresult stream_begin_capture(CUstream stream, CUstreamCaptureMode) {
  as<EmulatedStream>(stream)->captured = std::make_unique<EmulatedGraph>();
  return CUDA_SUCCESS;
}
CUresult stream_end_capture(CUstream stream, CUgraph* graph) {
  *graph = as<CUgraph_st>(as<EmulatedStream>(stream)->captured.release());
  return CUDA_SUCCESS;
}
CUresult event_create(CUevent* event, unsigned) {
  *event = as<CUevent_st>(new char);
  return CUDA_SUCCESS;
}
CUresult event_destroy(CUevent event) {
  delete as<char>(event);
  return CUDA_SUCCESS;
}
CUresult graph_instantiate(CUgraphExec* executable, CUgraph graph, unsigned long long) {
  *executable = as<CUgraphExec_st>(new EmulatedGraph(*as<EmulatedGraph>(graph)));
  return CUDA_SUCCESS;
}
CUresult graph_launch(CUgraphExec executable, CUstream) {
  EmulatedGraph& graph = *as<EmulatedGraph>(executable);
  for (const auto& work : graph.works) work();
  state().launches_in_graphs += graph.launches;
  return CUDA_SUCCESS;
}
CUresult graph_exec_destroy(CUgraphExec executable) {
  delete as<EmulatedGraph>(executable);
  return CUDA_SUCCESS;
}
CUresult graph_destroy(CUgraph graph) {
  delete as<EmulatedGraph>(graph);
  return CUDA_SUCCESS;
}

CUresult module_load(CUmodule* module, const void* code) {
  void* const library = dlopen(static_cast<const char*>(code), RTLD_NOW | RTLD_LOCAL);
  if (library == nullptr) return CUDA_ERROR_INVALID_IMAGE;
  auto* const made = new EmulatedModule;
  made->library = library;
  *module = as<CUmod_st>(made);
  return CUDA_SUCCESS;
}
CUresult module_unload(CUmodule module) {
  auto* const old = as<EmulatedModule>(module);
  dlclose(old->library);
  delete old;
  return CUDA_SUCCESS;
}
CUresult module_get_function(CUfunction* function, CUmodule module, const char* name) {
  auto* const of = as<EmulatedModule>(module);
  void* const address = dlsym(of->library, (std::string(name) + "_launch").c_str());
  if (address == nullptr) return CUDA_ERROR_NOT_FOUND;
  EmulatedFunction& made = of->functions[name];
  made.launch = reinterpret_cast<void (*)(const unsigned*, unsigned, void**)>(address);
  *function = as<CUfunc_st>(&made);
  return CUDA_SUCCESS;
}
CUresult launch_kernel(CUfunction function, unsigned x, unsigned y, unsigned z, unsigned block, unsigned, unsigned,
                       unsigned, CUstream stream, void** arguments, void**) {
  // parameters are read when the kernel is given, as the driver does: all of them are pointers
  constexpr std::size_t kMost = 256;
  std::vector<void*> values;
  for (std::size_t i = 0; i < kMost && arguments[i] != nullptr; ++i)
    values.push_back(*static_cast<void**>(arguments[i]));
  if (as<EmulatedStream>(stream)->captured != nullptr) ++as<EmulatedStream>(stream)->captured->launches;
  const auto launch = as<EmulatedFunction>(function)->launch;
  return give(stream, [launch, x, y, z, block, values]() mutable {
    static std::mutex mutex;  // a kernel's threads share variables of its library
    const std::lock_guard lock(mutex);
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

template <class F>
void* address_of(F* function) {
  return reinterpret_cast<void*>(function);
}

void install_driver() {
  std::vector<std::pair<std::string_view, void*>> functions;
  for (const char* nothing :
       {"cuInit", "cuDriverGetVersion", "cuDeviceGetDefaultMemPool", "cuDevicePrimaryCtxRetain", "cuCtxSetCurrent",
        "cuMemPoolSetAttribute", "cuEventRecord", "cuEventQuery", "cuEventSynchronize"})
    functions.emplace_back(nothing, address_of(succeed));
  for (const auto& [name, function] : std::initializer_list<std::pair<std::string_view, void*>>{
           {"cuGetErrorName", address_of(get_error_name)},
           {"cuGetErrorString", address_of(get_error_string)},
           {"cuDeviceGetCount", address_of(device_get_count)},
           {"cuDeviceGet", address_of(device_get)},
           {"cuDeviceGetName", address_of(device_get_name)},
           {"cuDeviceGetAttribute", address_of(device_get_attribute)},
           {"cuMemAllocFromPoolAsync", address_of(mem_alloc)},
           {"cuMemFreeAsync", address_of(mem_free)},
           {"cuMemGetInfo_v2", address_of(mem_get_info)},
           {"cuMemHostAlloc", address_of(mem_host_alloc)},
           {"cuMemFreeHost", address_of(mem_free_host)},
           {"cuMemcpyHtoDAsync_v2", address_of(memcpy_htod)},
           {"cuMemcpyDtoHAsync_v2", address_of(memcpy_dtoh)},
           {"cuMemcpyDtoDAsync_v2", address_of(memcpy_dtod)},
           {"cuMemsetD8Async", address_of(memset_d8)},
           {"cuStreamCreate", address_of(stream_create)},
           {"cuStreamDestroy_v2", address_of(stream_destroy)},
           {"cuStreamSynchronize", address_of(stream_synchronize)},
           {"cuStreamBeginCapture_v2", address_of(stream_begin_capture)},
           {"cuStreamEndCapture", address_of(stream_end_capture)},
           {"cuEventCreate", address_of(event_create)},
           {"cuEventDestroy_v2", address_of(event_destroy)},
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
  cuda::cublaslt().forbid("an emulated GPU has no cuBLASLt");
  cuda::cudnn().forbid("an emulated GPU has no cuDNN");
  register_again();
}

EmulatedGpu::~EmulatedGpu() {
  cuda::Gpu::forget();
  cuda::driver().load();
  cuda::nvrtc().load();
  cuda::cublaslt().load();
  cuda::cudnn().load();
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
  counts.launches_in_graphs = state().launches_in_graphs;
  return counts;
}

std::size_t EmulatedGpu::bytes_in_use() { return guarded_bytes(); }

}  // namespace kerascpp::testing
