#include <map>
#include <mutex>

#include <kerascpp/core/error.hpp>

#include "backends/cuda/libraries/nccl.hpp"
#include "backends/cuda/runtime/device.hpp"

namespace kerascpp::cuda {

#if __has_include(<nccl.h>)
namespace {

ncclDataType_t nccl_type(DType dtype) {
  switch (dtype) {
    case DType::Float16:
      return ncclFloat16;
    case DType::BFloat16:
      return ncclBfloat16;
    case DType::Float32:
      return ncclFloat32;
    case DType::Float64:
      return ncclFloat64;
    default:
      throw BackendError(text_of("[cuda] NCCL does not add arrays of ", dtype));
  }
}

/// One communicator for each of the GPUs, the same ones for the same list.
const std::vector<ncclComm_t>& communicators(const std::vector<int>& devices) {
  static auto* const made = new std::map<std::vector<int>, std::vector<ncclComm_t>>;
  std::vector<ncclComm_t>& found = (*made)[devices];
  if (found.empty()) {
    std::vector<ncclComm_t> all(devices.size());
    nccl().comm_init_all(all.data(), static_cast<int>(devices.size()), devices.data());
    found = std::move(all);
  }
  return found;
}

}  // namespace

void Gpu::add_up(const std::vector<std::shared_ptr<runtime::Accelerator>>& places, const std::vector<TensorSpec>& specs,
                 const std::vector<std::vector<void*>>& arrays) {
  KCPP_CHECK(nccl().available(), BackendError, "[cuda] several GPUs need NCCL: ", nccl().unavailable());
  std::vector<int> devices;
  for (const auto& place : places) devices.push_back(place->device().index);
  static std::mutex mutex;
  const std::lock_guard lock(mutex);
  const std::vector<ncclComm_t>& all = communicators(devices);
  // what is given to all GPUs in one group cannot wait for what has not been given
  nccl().group_start();
  for (std::size_t m = 0; m < places.size(); ++m) {
    const Stream& stream = static_cast<Gpu&>(*places[m]).stream();
    driver().ctx_set_current(stream.context());
    for (std::size_t k = 0; k < specs.size(); ++k)
      if (const auto count = static_cast<std::size_t>(specs[k].shape.size()); count > 0)
        nccl().all_reduce(static_cast<const void*>(arrays[m][k]), arrays[m][k], count, nccl_type(specs[k].dtype),
                          ncclSum, all[m], reinterpret_cast<cudaStream_t>(stream.handle()));
  }
  nccl().group_end();
}
#else
void Gpu::add_up(const std::vector<std::shared_ptr<runtime::Accelerator>>&, const std::vector<TensorSpec>&,
                 const std::vector<std::vector<void*>>&) {
  throw BackendError("[cuda] several GPUs need NCCL, and this library was built without its header nccl.h");
}
#endif

}  // namespace kerascpp::cuda
