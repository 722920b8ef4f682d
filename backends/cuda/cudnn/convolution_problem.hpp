#pragma once

#include <string>

#include <kerascpp/backend/kernel.hpp>

#include "backends/cuda/cudnn/graph_builder.hpp"
#include "ops/convolution_geometry.hpp"

namespace kerascpp::cuda {

enum class ConvolutionDirection { Output, Input, Kernel };

/// A convolution as cuDNN sees it. The kernel, which lies as (K..., C, F), is taken as (F, K..., C): it is brought
/// there and back by a transposition.
struct KCPP_API ConvolutionProblem {
  ConvolutionDirection direction = ConvolutionDirection::Output;
  DType dtype = DType::Float32;
  ops::ConvolutionGeometry geometry;
  bool bias = false, add = false, relu = false;  // in this order
  std::size_t bias_input = 0, add_input = 0;
  std::size_t alignment = 16;  // of x and y, bytes

  /// The numbers of the arrays in cuDNN's graph.
  enum Id : std::int64_t { kX = 1, kW, kY, kBias, kResidual, kConvolved, kBiased, kAdded };

  /// Reads a query but for its epilogue; what cuDNN cannot do is returned as the reason, else nothing.
  [[nodiscard]] std::string read(const runtime::KernelQuery& query);
  /// The same for its epilogue.
  [[nodiscard]] std::string read_epilogue(const runtime::KernelQuery& query);

  [[nodiscard]] CudnnTensor x() const;
  [[nodiscard]] CudnnTensor w() const;
  [[nodiscard]] CudnnTensor y(std::int64_t id, bool is_virtual) const;
  [[nodiscard]] CudnnTensor bias_vector() const;
};

/// The operation graph of a convolution with its epilogue. `handle` may be null where cuDNN allows it.
class KCPP_API ConvolutionGraph {
 public:
  /// Throws BackendError when cuDNN refuses a part of it.
  ConvolutionGraph(const ConvolutionProblem& problem, cudnnHandle_t handle);
  [[nodiscard]] const CudnnDescriptor& graph() const { return graph_; }

 private:
  CudnnGraphBuilder builder_;
  CudnnDescriptor graph_;
};

}  // namespace kerascpp::cuda
