#pragma once

#include <optional>

#include <kerascpp/core/export.hpp>
#include <kerascpp/core/tensor.hpp>
#include <kerascpp/graph/symbol.hpp>

namespace kerascpp::ops {

struct DotProductAttentionOptions {
  std::optional<Operand> bias = {};                 ///< added to the scores, broadcast to (B, N, T, S)
  std::optional<Operand> mask = {};                 ///< bool, true where a key may be seen, broadcast to (B, N, T, S)
  std::optional<double> scale = {};                 ///< of the scores; empty: 1 / sqrt(H)
  bool is_causal = false;                           ///< query t sees keys 0 ... t only
  std::optional<bool> flash_attention = {};         ///< accepted as in Keras; the result is the same
  std::optional<double> attn_logits_soft_cap = {};  ///< scores become cap * tanh(score / cap)
};
/// softmax(scale * query key^T + bias) value for each head, computed in at least float32.
///
/// query (B, T, N, H), key (B, S, K, H), value (B, S, K, H) -> (B, T, N, H)
/// N heads of queries share K heads of keys and values when N is a multiple of K.
/// Gradient: query, key, value, bias. Throws ShapeError when the shapes do not fit.
/// Source: keras.ops.dot_product_attention; Vaswani et al., arXiv 1706.03762.
[[nodiscard]] KCPP_API Symbol dot_product_attention(const Operand& query, const Operand& key, const Operand& value,
                                                    const DotProductAttentionOptions& options = {});
[[nodiscard]] KCPP_API Tensor dot_product_attention(const Tensor& query, const Tensor& key, const Tensor& value,
                                                    const DotProductAttentionOptions& options = {});

}  // namespace kerascpp::ops
