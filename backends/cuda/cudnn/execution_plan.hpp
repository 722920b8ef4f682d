#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "backends/cuda/cudnn/descriptor.hpp"
#include "backends/cuda/runtime/device.hpp"

namespace kerascpp::cuda {

/// The handle of a GPU; null where cuDNN does not start, with the reason.
[[nodiscard]] cudnnHandle_t cudnn_handle(const Gpu& gpu, std::string& why_not);

/// What engines may do to numbers: they always give the same bits for the same inputs.
struct KCPP_API EnginePolicy {
  bool tensor_cores = true;  // which round factors in float32 to TF32
  bool sixteen_bits = true;  // sums and inputs may be rounded to 16 bits

  /// All for 16-bit floats; tensor cores for float32 where the setting "tf32" allows it.
  [[nodiscard]] static EnginePolicy for_dtype(DType dtype);
};

/// What plans are made for: the GPU of a handle, or one that is not there but described. Plans for those cannot run.
struct CudnnTarget {
  cudnnHandle_t handle = nullptr;
  const CudnnDescriptor* device = nullptr;
};

/// An operation graph made runnable: the first engine of cuDNN's heuristic that takes it.
class KCPP_API CudnnPlan {
 public:
  /// Nothing when no engine takes the graph. The GPU of the handle must be the current one.
  [[nodiscard]] static std::optional<CudnnPlan> make(const CudnnTarget& target, const CudnnDescriptor& graph,
                                                     const EnginePolicy& policy);

  [[nodiscard]] std::size_t workspace_bytes() const { return workspace_bytes_; }
  /// Runs on the stream; `ids` are the numbers of the arrays in the graph, `pointers` where they lie.
  void run(cudnnHandle_t handle, Stream& stream, const std::vector<std::int64_t>& ids,
           const std::vector<const void*>& pointers, void* workspace) const;

 private:
  CudnnDescriptor plan_;
  std::size_t workspace_bytes_ = 0;
};

}  // namespace kerascpp::cuda
