#pragma once

#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "backends/cuda/cudnn/tensor.hpp"

namespace kerascpp::cuda {

/// Puts an operation graph of cuDNN together. Every function throws BackendError when cuDNN refuses what it is given.
class CudnnGraphBuilder {
 public:
  using Array = std::size_t;  // one of the arrays of the graph

  Array add(const CudnnTensor& tensor);
  /// An array that stays inside of the graph, its axes one after the other where no strides are given.
  Array between(DType dtype, std::vector<std::int64_t> dims, std::vector<std::int64_t> strides = {});
  [[nodiscard]] const CudnnDescriptor& operator[](Array array) const { return parts_[array]; }

  /// y = mode(x), or mode(x, b); `chosen_by` is the mask of a choice between x and b; `axis` is that of an index.
  Array pointwise(cudnnPointwiseMode_t mode, DType compute, Array x, std::optional<Array> b, Array y,
                  std::optional<Array> chosen_by = {}, std::optional<std::int64_t> axis = {});
  Array matmul(Array a, Array b, Array c);
  /// y, whose axes of length one are brought together from x.
  Array reduce(cudnnReduceTensorOp_t operation, Array x, Array y);
  /// y shows the elements of x under other dims and strides.
  Array reshape(Array x, Array y);
  /// An operation that is described and finished elsewhere.
  void operation(CudnnDescriptor finished);
  /// Keeps a description that an operation refers to.
  void keep(CudnnDescriptor part) { parts_.push_back(std::move(part)); }

  /// The graph of all operations. `handle` may be null where cuDNN allows it.
  [[nodiscard]] CudnnDescriptor finished(cudnnHandle_t handle) const;

 private:
  std::vector<CudnnDescriptor> parts_;
  std::vector<cudnnBackendDescriptor_t> operations_;
  std::int64_t next_id_ = 1000;  // of arrays inside of the graph
};

}  // namespace kerascpp::cuda
