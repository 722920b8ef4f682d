#include "backends/cuda/cudnn/attention_problem.hpp"

#include <kerascpp/core/error.hpp>

#include "backends/cuda/runtime/alignment.hpp"
#include "ops/attention_form.hpp"

namespace kerascpp::cuda {
std::string AttentionProblem::read(const runtime::KernelQuery& query) {
  const ops::AttentionForm form = ops::AttentionForm::of(query.attributes);
  const std::size_t first = is_gradient ? 3 : 0;
  const Shape &of_query = query.inputs[first].shape, &of_key = query.inputs[first + 1].shape,
              &of_value = query.inputs[first + 2].shape;
  dtype = query.inputs[first].dtype;
  scale = form.scale;
  B = of_query[0], T = of_query[1], N = of_query[2], H = of_query[3];
  S = of_key[1], K = of_key[2], E = of_value[3];
  if (itemsize(dtype) != 2) return text_of("dtype ", dtype);
  is_causal = form.is_causal;
  if (form.dropout > 0 || form.soft_cap > 0 || form.window > 0 || form.has_bias || query.inputs.size() != first + 3)
    return "masks, bias, dropout or a cap of scores";
  if (is_gradient && N != K) return "heads of keys that several heads of queries share";
  if (B * T * S * N * H * E == 0) return "an empty array";
  if (H % 8 != 0 || E % 8 != 0) return text_of("heads of ", H, " and ", E, " numbers: they must be multiples of 8");
  for (const TensorSpec& input : query.inputs)
    if (alignment_of(input) < 16) return "arrays that do not lie at multiples of 16 bytes";
  return {};
}

AttentionGraph::AttentionGraph(const AttentionProblem& problem, cudnnHandle_t handle) : p_(problem) {
  if (p_.is_gradient)
    add_gradients();
  else
    add_output();
  graph_ = builder_.finished(handle);
}

AttentionGraph::Array AttentionGraph::number(std::int64_t id) {
  CudnnTensor tensor{id, DType::Float32, {1, 1, 1, 1}, {1, 1, 1, 1}, false};
  tensor.is_number = true;
  return builder_.add(tensor);
}

AttentionGraph::Array AttentionGraph::heads(std::int64_t id, std::int64_t N, std::int64_t T, std::int64_t H,
                                            bool transposed) {
  if (transposed) return builder_.add({id, p_.dtype, {p_.B, N, H, T}, {T * N * H, H, 1, N * H}, false});
  return builder_.add({id, p_.dtype, {p_.B, N, T, H}, {T * N * H, H, N * H, 1}, false});
}

AttentionGraph::Array AttentionGraph::combine(cudnnPointwiseMode_t mode, Array x, Array b, Array y) {
  return builder_.pointwise(mode, DType::Float32, x, b, y);
}

AttentionGraph::Array AttentionGraph::transposed(Array scores) {
  return builder_.reshape(
      scores, builder_.between(p_.dtype, {p_.B, p_.N, p_.S, p_.T}, {p_.N * p_.S * p_.T, p_.S * p_.T, 1, p_.S}));
}

AttentionGraph::Array AttentionGraph::masked_scores(Array query, Array key, Array scale) {
  Array all = builder_.matmul(query, key, scores(DType::Float32));
  all = combine(CUDNN_POINTWISE_MUL, all, scale, scores(DType::Float32));
  if (!p_.is_causal) return all;
  const auto index = [&](std::int64_t axis) {
    return builder_.pointwise(CUDNN_POINTWISE_GEN_INDEX, DType::Float32, all, {}, scores(DType::Int32), {}, axis);
  };
  const Array row = index(2), column = index(3);
  const Array seen = combine(CUDNN_POINTWISE_CMP_GE, row, column, scores(DType::Bool));
  return builder_.pointwise(CUDNN_POINTWISE_BINARY_SELECT, DType::Float32, all, number(AttentionProblem::kUnseen),
                            scores(DType::Float32), seen);
}

// the weights are exponentials of distances from the largest score, divided by their sum
void AttentionGraph::add_output() {
  using Id = AttentionProblem;
  const Array query = heads(Id::kQuery, p_.N, p_.T, p_.H), key = heads(Id::kKey, p_.K, p_.S, p_.H, true),
              value = heads(Id::kValue, p_.K, p_.S, p_.E), output = heads(Id::kOutput, p_.N, p_.T, p_.E);
  const Array statistics =
      builder_.add({Id::kStatistics, DType::Float32, {p_.B, p_.N, p_.T, 1}, {p_.N * p_.T, p_.T, 1, 1}, false});
  const Array all = masked_scores(query, key, number(Id::kScale));
  const Array largest = builder_.reduce(CUDNN_REDUCE_TENSOR_MAX, all, rows());
  const Array distances = combine(CUDNN_POINTWISE_SUB, all, largest, scores(DType::Float32));
  const Array exponentials =
      builder_.pointwise(CUDNN_POINTWISE_EXP, DType::Float32, distances, {}, scores(DType::Float32));
  const Array sum = builder_.reduce(CUDNN_REDUCE_TENSOR_ADD, exponentials, rows());
  const Array logarithm = builder_.pointwise(CUDNN_POINTWISE_LOG, DType::Float32, sum, {}, rows());
  combine(CUDNN_POINTWISE_ADD, largest, logarithm, statistics);
  builder_.matmul(combine(CUDNN_POINTWISE_DIV, exponentials, sum, scores(p_.dtype)), value, output);
}

// P = exp(scores - statistics), D = sum(dO * O); dV = P^T dO, dS = scale * P * (dO V^T - D), dK = dS^T Q, dQ = dS K
void AttentionGraph::add_gradients() {
  using Id = AttentionProblem;
  const Array query = heads(Id::kQuery, p_.N, p_.T, p_.H), key = heads(Id::kKey, p_.K, p_.S, p_.H, true),
              value = heads(Id::kValue, p_.K, p_.S, p_.E, true), output = heads(Id::kOutput, p_.N, p_.T, p_.E),
              d_output = heads(Id::kDOutput, p_.N, p_.T, p_.E);
  const Array statistics =
      builder_.add({Id::kStatistics, DType::Float32, {p_.B, p_.N, p_.T, 1}, {p_.N * p_.T, p_.T, 1, 1}, false});
  const Array scale = number(Id::kScale);
  const Array products =
      combine(CUDNN_POINTWISE_MUL, d_output, output, builder_.between(DType::Float32, {p_.B, p_.N, p_.T, p_.E}));
  Array sums = builder_.reduce(CUDNN_REDUCE_TENSOR_ADD, products, rows());
  sums = combine(CUDNN_POINTWISE_MUL, sums, number(Id::kOne), rows());  // a place where cuDNN expects that of dropout
  const Array distances =
      combine(CUDNN_POINTWISE_SUB, masked_scores(query, key, scale), statistics, scores(DType::Float32));
  const Array weights = builder_.pointwise(CUDNN_POINTWISE_EXP, DType::Float32, distances, {}, scores(DType::Float32));
  builder_.matmul(transposed(weights), d_output, heads(Id::kDValue, p_.K, p_.S, p_.E));
  const Array d_weights = builder_.matmul(d_output, value, scores(DType::Float32));
  const Array centered = combine(CUDNN_POINTWISE_SUB, d_weights, sums, scores(DType::Float32));
  const Array d_scores = combine(CUDNN_POINTWISE_MUL, centered, weights, scores(DType::Float32));
  const Array scaled = combine(CUDNN_POINTWISE_MUL, d_scores, scale, scores(p_.dtype));
  builder_.matmul(transposed(scaled), query, heads(Id::kDKey, p_.K, p_.S, p_.H));
  const Array plain_key = builder_.reshape(
      key, builder_.between(p_.dtype, {p_.B, p_.K, p_.S, p_.H}, {p_.S * p_.K * p_.H, p_.H, p_.K * p_.H, 1}));
  builder_.matmul(scaled, plain_key, heads(Id::kDQuery, p_.N, p_.T, p_.H));
}

}  // namespace kerascpp::cuda
