#pragma once

#include <cstdint>
#include <vector>

#include <kerascpp/core/dtype.hpp>

#include "backends/cuda/cudnn/descriptor.hpp"

namespace kerascpp::cuda {

/// An array of an operation graph of cuDNN: axes in cuDNN's order (batch or filters, channels, space), strides of where
/// they lie. `id` names its memory when the graph runs; virtual ones stay inside of the graph.
struct CudnnTensor {
  std::int64_t id = 0;
  DType dtype = DType::Float32;
  std::vector<std::int64_t> dims, strides;
  bool is_virtual = false;
  std::size_t alignment = 16;  // of its memory, bytes
  bool is_number = false;      // its memory is the host's, read when the graph is given to the stream

  [[nodiscard]] CudnnDescriptor descriptor() const;
};

[[nodiscard]] cudnnDataType_t cudnn_type(DType dtype);
/// Strides of axes (N, C, space...) that lie as (N, space..., C).
[[nodiscard]] std::vector<std::int64_t> channels_last_strides(const std::vector<std::int64_t>& dims);
/// Strides of axes that lie in their order.
[[nodiscard]] std::vector<std::int64_t> row_major_strides(const std::vector<std::int64_t>& dims);

}  // namespace kerascpp::cuda
