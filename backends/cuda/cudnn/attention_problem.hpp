#pragma once

#include <string>

#include <kerascpp/backend/kernel.hpp>

#include "backends/cuda/cudnn/graph_builder.hpp"

namespace kerascpp::cuda {

/// Attention as cuDNN's fused engines see it: softmax(scale * query key^T) value in 16-bit floats, all keys or those up
/// to the query's place being seen, without bias, other masks or dropout; or its gradients. Axes are (B, N, T, H)
/// there; ours lie as (B, T, N, H).
struct KCPP_API AttentionProblem {
  bool is_gradient = false, is_causal = false;
  DType dtype = DType::BFloat16;
  double scale = 1;
  std::int64_t B = 0, T = 0, S = 0, N = 0, K = 0, H = 0, E = 0;  // see ops/attention_form.hpp

  /// The numbers of the arrays in cuDNN's graph.
  enum Id : std::int64_t {
    kQuery = 1,
    kKey,
    kValue,
    kOutput,
    kStatistics,
    kScale,
    kUnseen,
    kOne,
    kDOutput,
    kDQuery,
    kDKey,
    kDValue
  };

  /// Reads a query of "attention" or "attention_gradient"; what cuDNN cannot do is returned as the reason, else
  /// nothing.
  [[nodiscard]] std::string read(const runtime::KernelQuery& query);
};

/// The operation graph of an attention, in the form in which cuDNN knows it. `handle` may be null where cuDNN allows
/// it.
class KCPP_API AttentionGraph {
 public:
  /// Throws BackendError when cuDNN refuses a part of it.
  AttentionGraph(const AttentionProblem& problem, cudnnHandle_t handle);
  [[nodiscard]] const CudnnDescriptor& graph() const { return graph_; }

 private:
  using Array = CudnnGraphBuilder::Array;
  /// Numbers (B, N, T, n) that stay inside.
  Array scores(DType dtype) { return builder_.between(dtype, {p_.B, p_.N, p_.T, p_.S}); }
  Array rows() { return builder_.between(DType::Float32, {p_.B, p_.N, p_.T, 1}); }
  Array number(std::int64_t id);
  /// (B, N, T, H) of an array that lies as (B, T, N, H), or its transpose (B, N, H, T).
  Array heads(std::int64_t id, std::int64_t N, std::int64_t T, std::int64_t H, bool transposed = false);
  /// mode(x, b) in float32.
  Array combine(cudnnPointwiseMode_t mode, Array x, Array b, Array y);
  /// The transpose of scores, in the dtype of the products.
  Array transposed(Array scores);
  /// scale * query key^T, with the lowest number where a key is not seen.
  Array masked_scores(Array query, Array key, Array scale);
  void add_output();
  void add_gradients();

  AttentionProblem p_;
  CudnnGraphBuilder builder_;
  CudnnDescriptor graph_;
};

}  // namespace kerascpp::cuda
