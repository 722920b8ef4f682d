#pragma once

#include <cuda.h>

#include "backends/cuda/libraries/function_table.hpp"

namespace kerascpp::cuda {

/// The driver of NVIDIA's GPUs, libcuda.
class KCPP_API Driver final : public FunctionTable {
 public:
  Driver() : FunctionTable("driver for NVIDIA GPUs", {"libcuda.so.1", "libcuda.so"}) {}
  [[nodiscard]] std::string describe(int result) const override;

  Function<decltype(&::cuInit)> init{*this, "cuInit"};
  Function<decltype(&::cuDriverGetVersion)> driver_get_version{*this, "cuDriverGetVersion"};
  Function<decltype(&::cuGetErrorName)> get_error_name{*this, "cuGetErrorName"};
  Function<decltype(&::cuGetErrorString)> get_error_string{*this, "cuGetErrorString"};

  Function<decltype(&::cuDeviceGetCount)> device_get_count{*this, "cuDeviceGetCount"};
  Function<decltype(&::cuDeviceGet)> device_get{*this, "cuDeviceGet"};
  Function<decltype(&::cuDeviceGetName)> device_get_name{*this, "cuDeviceGetName"};
  Function<decltype(&::cuDeviceGetAttribute)> device_get_attribute{*this, "cuDeviceGetAttribute"};
  Function<decltype(&::cuDeviceGetDefaultMemPool)> device_get_default_mem_pool{*this, "cuDeviceGetDefaultMemPool"};
  Function<decltype(&::cuDeviceCanAccessPeer)> device_can_access_peer{*this, "cuDeviceCanAccessPeer"};
  Function<decltype(&::cuDevicePrimaryCtxRetain)> device_primary_ctx_retain{*this, "cuDevicePrimaryCtxRetain"};
  Function<decltype(&::cuCtxSetCurrent)> ctx_set_current{*this, "cuCtxSetCurrent"};

  Function<decltype(&::cuMemPoolSetAttribute)> mem_pool_set_attribute{*this, "cuMemPoolSetAttribute"};
  Function<decltype(&::cuMemPoolSetAccess)> mem_pool_set_access{*this, "cuMemPoolSetAccess"};
  Function<decltype(&::cuMemAllocFromPoolAsync)> mem_alloc_from_pool_async{*this, "cuMemAllocFromPoolAsync"};
  Function<decltype(&::cuMemFreeAsync)> mem_free_async{*this, "cuMemFreeAsync"};
  Function<decltype(&::cuMemGetInfo)> mem_get_info{*this, "cuMemGetInfo_v2"};
  Function<decltype(&::cuMemHostAlloc)> mem_host_alloc{*this, "cuMemHostAlloc"};
  Function<decltype(&::cuMemFreeHost)> mem_free_host{*this, "cuMemFreeHost"};
  Function<decltype(&::cuMemcpyHtoDAsync)> memcpy_htod_async{*this, "cuMemcpyHtoDAsync_v2"};
  Function<decltype(&::cuMemcpyDtoHAsync)> memcpy_dtoh_async{*this, "cuMemcpyDtoHAsync_v2"};
  Function<decltype(&::cuMemcpyDtoDAsync)> memcpy_dtod_async{*this, "cuMemcpyDtoDAsync_v2"};
  Function<decltype(&::cuMemcpyPeerAsync)> memcpy_peer_async{*this, "cuMemcpyPeerAsync"};
  Function<decltype(&::cuMemsetD8Async)> memset_d8_async{*this, "cuMemsetD8Async"};

  Function<decltype(&::cuStreamCreate)> stream_create{*this, "cuStreamCreate"};
  Function<decltype(&::cuStreamDestroy)> stream_destroy{*this, "cuStreamDestroy_v2"};
  Function<decltype(&::cuStreamSynchronize)> stream_synchronize{*this, "cuStreamSynchronize"};
  Function<decltype(&::cuStreamWaitEvent)> stream_wait_event{*this, "cuStreamWaitEvent"};
  Function<decltype(&::cuStreamBeginCapture)> stream_begin_capture{*this, "cuStreamBeginCapture_v2"};
  Function<decltype(&::cuStreamEndCapture)> stream_end_capture{*this, "cuStreamEndCapture"};
  Function<decltype(&::cuEventCreate)> event_create{*this, "cuEventCreate"};
  Function<decltype(&::cuEventDestroy)> event_destroy{*this, "cuEventDestroy_v2"};
  Function<decltype(&::cuEventRecord)> event_record{*this, "cuEventRecord"};
  Function<decltype(&::cuEventQuery)> event_query{*this, "cuEventQuery"};
  Function<decltype(&::cuEventSynchronize)> event_synchronize{*this, "cuEventSynchronize"};

  Function<decltype(&::cuGraphInstantiateWithFlags)> graph_instantiate{*this, "cuGraphInstantiateWithFlags"};
  Function<decltype(&::cuGraphLaunch)> graph_launch{*this, "cuGraphLaunch"};
  Function<decltype(&::cuGraphExecDestroy)> graph_exec_destroy{*this, "cuGraphExecDestroy"};
  Function<decltype(&::cuGraphDestroy)> graph_destroy{*this, "cuGraphDestroy"};

  Function<decltype(&::cuModuleLoadData)> module_load_data{*this, "cuModuleLoadData"};
  Function<decltype(&::cuModuleUnload)> module_unload{*this, "cuModuleUnload"};
  Function<decltype(&::cuModuleGetFunction)> module_get_function{*this, "cuModuleGetFunction"};
  Function<decltype(&::cuLaunchKernel)> launch_kernel{*this, "cuLaunchKernel"};
};

/// The one driver, looked for in the first call.
[[nodiscard]] KCPP_API Driver& driver();

}  // namespace kerascpp::cuda
