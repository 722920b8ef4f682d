#pragma once

#include <vector>

#include <kerascpp/graph/symbol.hpp>

#include "ops/attention_form.hpp"

namespace kerascpp::ops {

/// One use of attention by layers: what goes with query, key and value.
struct AttentionCall {
  AttentionForm form = {};
  Symbol dropout_key = {};         ///< of the draw, where the form has a dropout
  Symbol bias = {};                ///< broadcast to (B, N, T, S)
  std::vector<Symbol> masks = {};  ///< each broadcast to (B, N, T, S) by itself, so that none need be as large
};

/// query (B, T, N, H), key (B, S, K, H), value (B, S, K, E), all of one dtype -> (B, T, N, E), without keeping scores.
[[nodiscard]] KCPP_API Symbol attend(const Symbol& query, const Symbol& key, const Symbol& value,
                                     const AttentionCall& call);

}  // namespace kerascpp::ops
