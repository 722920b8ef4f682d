#pragma once

#include <string>
#include <vector>

#include <kerascpp/backend/kernel.hpp>

#include "backends/cuda/cudnn/tensor.hpp"
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

  /// The numbers of the arrays in cuDNN's graph.
  enum Id : std::int64_t { kX = 1, kW, kY, kBias, kResidual, kConvolved, kBiased, kAdded };

  /// Reads the epilogue of a query; what cuDNN cannot do is returned as the reason, else nothing.
  [[nodiscard]] std::string read(const runtime::KernelQuery& query);

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
  void add_pointwise(cudnnPointwiseMode_t mode, DType compute, const CudnnDescriptor& x, const CudnnDescriptor* b,
                     const CudnnDescriptor& y);

  std::vector<CudnnDescriptor> parts_;
  std::vector<cudnnBackendDescriptor_t> operations_;
  CudnnDescriptor graph_;
};

}  // namespace kerascpp::cuda
