#pragma once

#include <cstdint>
#include <vector>

#include <kerascpp/core/export.hpp>
#include <kerascpp/graph/attributes.hpp>
#include <kerascpp/graph/node.hpp>

/// attention (query, key, value, [dropout key], [bias], masks...) -> (y, statistics)
/// attention_gradient (g, y, statistics, query, key, value, ...) -> (gquery, gkey, gvalue)
///
/// query (B, T, N, H), key (B, S, K, H), value (B, S, K, E) -> y (B, T, N, E), statistics (B, N, T): query head n reads
/// key head n / (N / K). Scores are never kept: the statistics, in float64 for float64 and else in float32, are the
/// logarithm of each row's sum of exponentials, from which a gradient computes them again.
namespace kerascpp::ops {

/// What the attributes of both operations say.
struct KCPP_API AttentionForm {
  double scale = 1;         ///< of the products of queries and keys
  double soft_cap = 0;      ///< scores become soft_cap * tanh(score / soft_cap); 0: they stay
  double dropout = 0;       ///< of the weights; then the input after value is the key of the draw
  std::int64_t window = 0;  ///< positions at this distance and beyond are hidden; 0: none
  bool is_causal = false;
  bool has_bias = false;     ///< (B, N, T, S), broadcast, in the dtype of the statistics
  bool zeros_unseen = true;  ///< what a query that sees no key gives: zeros, or the mean of all values

  [[nodiscard]] static AttentionForm of(const Attributes& attributes);
  [[nodiscard]] Attributes attributes() const;

  /// Places among the inputs behind value; masks are the rest.
  [[nodiscard]] std::size_t bias_input() const { return dropout > 0 ? 1 : 0; }
  [[nodiscard]] std::size_t first_mask() const { return bias_input() + (has_bias ? 1 : 0); }
};

/// In place of the statistics of a query that sees no key: this below zero where it gives the mean of the values, and
/// above where it gives zeros.
inline constexpr double kUnseen = 1e38;

/// Both operations in public ones.
[[nodiscard]] std::vector<Symbol> compose_attention(const Node& node, const std::vector<Symbol>& inputs);
[[nodiscard]] std::vector<Symbol> compose_attention_gradient(const Node& node, const std::vector<Symbol>& inputs);

}  // namespace kerascpp::ops
