#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include <kerascpp/core/fields.hpp>
#include <kerascpp/layers/layer.hpp>
#include <kerascpp/ops/sizes.hpp>

/// Layers in which each position of a query chooses among the positions of a value.
///
/// They are called on {query, value} or {query, value, key}; without a key the value is also the key. Further arguments
/// of a call, as `{.arguments = Dict{{"use_causal_mask", true}}}`:
///
/// attention_mask           bool, true where a query position may see a value position: (B, T, S), or with axes for
///                          heads; MultiHeadAttention and GroupQueryAttention only
/// use_causal_mask          query position t sees positions 0 ... t only; false when not given
/// return_attention_scores  gives the weights of the positions as second output; false when not given
///
/// A mask of the query goes on to the output, masks of value and key hide their positions.
/// They throw ShapeError when the inputs do not fit.
namespace kerascpp::layers {

struct AttentionOptions {
  bool use_scale = false;          ///< one trainable factor for the scores
  std::string score_mode = "dot";  ///< "dot" or "concat"
  double dropout = 0.0;            ///< of the weights, in training, in [0, 1]
  std::optional<std::int64_t> seed = {};
  std::string name = {};
  std::string dtype = {};
  bool trainable = true;
  KCPP_FIELDS(use_scale, score_mode, dropout, seed)
};
/// softmax(query . key^T) . value, or with scores w sum tanh(s (query + key)) in mode "concat" (Luong et al.,
/// arXiv 1508.04025).
///
/// query (B, T, C), value (B, S, D), key (B, S, C) -> (B, T, D); scores (B, T, S)
/// Source: keras.layers.Attention.
[[nodiscard]] KCPP_API Layer Attention(const AttentionOptions& options = {});

struct AdditiveAttentionOptions {
  bool use_scale = true;  ///< a trainable factor for each feature
  double dropout = 0.0;   ///< of the weights, in training, in [0, 1]
  std::optional<std::int64_t> seed = {};
  std::string name = {};
  std::string dtype = {};
  bool trainable = true;
  KCPP_FIELDS(use_scale, dropout, seed)
};
/// Attention with scores sum scale tanh(query + key) (Bahdanau et al., arXiv 1409.0473).
///
/// query (B, T, C), value (B, S, C), key (B, S, C) -> (B, T, C); scores (B, T, S)
/// Source: keras.layers.AdditiveAttention.
[[nodiscard]] KCPP_API Layer AdditiveAttention(const AdditiveAttentionOptions& options = {});

struct MultiHeadAttentionOptions {
  std::optional<std::int64_t> value_dim = {};  ///< empty: key_dim
  double dropout = 0.0;                        ///< of the weights, in training, in [0, 1]
  bool use_bias = true;
  Sizes output_shape = {};                          ///< of one position; empty: that of the query
  Sizes attention_axes = {};                        ///< axes that are attended over; empty: all but batch and features
  std::optional<std::int64_t> sliding_window = {};  ///< positions at this distance and beyond are hidden
  std::optional<bool> flash_attention = {};         ///< accepted as in Keras; the result is the same
  Initializer kernel_initializer = "glorot_uniform";
  Initializer bias_initializer = "zeros";
  Regularizer kernel_regularizer = {};
  Regularizer bias_regularizer = {};
  Regularizer activity_regularizer = {};  ///< of the projections
  Constraint kernel_constraint = {};
  Constraint bias_constraint = {};
  bool use_gate = false;  ///< multiplies the heads by a sigmoid of a projection of the query
  std::optional<std::int64_t> seed = {};
  std::string name = {};
  std::string dtype = {};
  bool trainable = true;
  KCPP_FIELDS(dropout, use_bias, use_gate, output_shape, attention_axes, sliding_window, kernel_initializer,
              bias_initializer, kernel_regularizer, bias_regularizer, activity_regularizer, kernel_constraint,
              bias_constraint, seed)
};
/// Several attentions beside each other, each on projections of its own, joined by one more projection.
///
/// query (B, T, C), value (B, S, D), key (B, S, E) -> (B, T, C) or (B, T, output_shape...); scores (B, heads, T, S)
/// num_heads, key_dim: at least 1; key_dim is the length of a head's queries and keys
/// Source: keras.layers.MultiHeadAttention; Vaswani et al., arXiv 1706.03762.
[[nodiscard]] KCPP_API Layer MultiHeadAttention(std::int64_t num_heads, std::int64_t key_dim,
                                                const MultiHeadAttentionOptions& options = {});

struct GroupQueryAttentionOptions {
  double dropout = 0.0;  ///< of the weights, in training, in [0, 1]
  bool use_bias = true;
  std::optional<std::int64_t> sliding_window = {};  ///< positions at this distance and beyond are hidden
  std::optional<bool> flash_attention = {};         ///< accepted as in Keras; the result is the same
  Initializer kernel_initializer = "glorot_uniform";
  Initializer bias_initializer = "zeros";
  Regularizer kernel_regularizer = {};
  Regularizer bias_regularizer = {};
  Regularizer activity_regularizer = {};  ///< of the projections and of the output
  Constraint kernel_constraint = {};
  Constraint bias_constraint = {};
  bool use_gate = false;  ///< multiplies the heads by a sigmoid of a projection of the query
  std::optional<std::int64_t> seed = {};
  std::string name = {};
  std::string dtype = {};
  bool trainable = true;
  KCPP_FIELDS(use_bias, use_gate, sliding_window, dropout, kernel_initializer, bias_initializer, kernel_regularizer,
              bias_regularizer, activity_regularizer, kernel_constraint, bias_constraint, seed)
};
/// Multi-head attention in which groups of query heads share one head of keys and values.
///
/// query (B, T, C), value and key (B, S, C) -> (B, T, C); scores (B, num_query_heads, T, S)
/// num_query_heads: a multiple of num_key_value_heads
/// Source: keras.layers.GroupQueryAttention; Ainslie et al., arXiv 2305.13245.
[[nodiscard]] KCPP_API Layer GroupQueryAttention(std::int64_t head_dim, std::int64_t num_query_heads,
                                                 std::int64_t num_key_value_heads,
                                                 const GroupQueryAttentionOptions& options = {});

}  // namespace kerascpp::layers
