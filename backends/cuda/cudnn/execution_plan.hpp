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

/// An operation graph made runnable: the first engine of cuDNN's heuristic that takes it.
class CudnnPlan {
 public:
  /// Nothing when no engine takes the graph.
  [[nodiscard]] static std::optional<CudnnPlan> make(cudnnHandle_t handle, const CudnnDescriptor& graph);

  [[nodiscard]] std::size_t workspace_bytes() const { return workspace_bytes_; }
  /// Runs on the stream; `ids` are the numbers of the arrays in the graph, `pointers` where they lie.
  void run(cudnnHandle_t handle, Stream& stream, const std::vector<std::int64_t>& ids,
           const std::vector<const void*>& pointers, void* workspace) const;

 private:
  CudnnDescriptor plan_;
  std::size_t workspace_bytes_ = 0;
};

}  // namespace kerascpp::cuda
