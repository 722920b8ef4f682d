#pragma once

#include <cstdint>

#include <kerascpp/core/dtype.hpp>

#include "backends/cpu/instruction_set.hpp"

/// Attention in blocks: scores exist for some queries and some keys at a time, as much as a cache holds. Names and
/// shapes are those of ops/attention_form.hpp. S below is float, or double for float64.
namespace kerascpp::cpu {

/// A bias or a mask along the scores (B, N, T, S): elements between neighbours of each axis, 0 where it is broadcast.
struct ScoreStrides {
  std::int64_t strides[4] = {};
};

struct AttentionProblem {
  static constexpr std::int64_t kRows = 48;   ///< queries of a block
  static constexpr std::int64_t kKeys = 128;  ///< keys of a block at most
  static constexpr std::int64_t kUnit = 16;   ///< lengths of rows that loops work on are multiples of it

  std::int64_t B = 0, T = 0, N = 0, H = 0, S = 0, K = 0, E = 0;
  double scale = 1, soft_cap = 0, dropout = 0;
  std::int64_t window = 0;
  bool is_causal = false, has_bias = false, zeros_unseen = true;
  ScoreStrides bias = {};
  const ScoreStrides* masks = nullptr;  ///< of the kernel that owns the problem
  std::int64_t num_masks = 0;
  std::int64_t key_parts = 1;  ///< parts of the keys whose gradients are computed by themselves

  [[nodiscard]] static constexpr std::int64_t whole(std::int64_t n, std::int64_t unit) { return (n + unit - 1) / unit; }
  [[nodiscard]] static constexpr std::int64_t padded(std::int64_t n) { return whole(n, kUnit) * kUnit; }
  [[nodiscard]] std::int64_t block_keys() const { return S < kKeys ? padded(S) : kKeys; }
  [[nodiscard]] std::int64_t key_blocks() const { return whole(S, block_keys()); }
  [[nodiscard]] std::int64_t row_blocks() const { return whole(T, kRows); }
  /// Blocks of queries of all heads, of keys of all heads, and parts of keys of all heads.
  [[nodiscard]] std::int64_t query_parts() const { return B * N * row_blocks(); }
  [[nodiscard]] std::int64_t pack_parts() const { return B * K * key_blocks(); }
  [[nodiscard]] std::int64_t gradient_parts() const { return B * K * key_parts; }

  /// Elements of type S: keys (transposed by block) and values as the forward loops want them.
  [[nodiscard]] std::int64_t keys_size() const { return pack_parts() * block_keys() * H; }
  [[nodiscard]] std::int64_t values_size() const { return pack_parts() * block_keys() * padded(E); }
  /// Queries, gradients of y and sums of their products as the gradient wants them, and gradients of queries by part.
  [[nodiscard]] std::int64_t queries_size() const { return B * N * T * padded(H); }
  [[nodiscard]] std::int64_t gradients_size() const { return B * N * T * padded(E); }
  [[nodiscard]] std::int64_t products_size() const { return B * N * padded(T); }
  [[nodiscard]] std::int64_t query_gradients_size() const { return key_parts * queries_size(); }
  /// What each worker needs for itself.
  [[nodiscard]] std::int64_t forward_scratch() const {
    return kRows * (padded(H) + block_keys() + padded(E)) + 2 * kRows + 2 * kKeys;
  }
  [[nodiscard]] std::int64_t gradient_scratch() const {
    return block_keys() * (2 * H + padded(H) + E + padded(H) + padded(E)) + 3 * kRows * block_keys() + 4 * kKeys;
  }
};

/// The pointers of one run.
struct AttentionRun {
  const void *query = nullptr, *key = nullptr, *value = nullptr, *bias = nullptr;
  const std::int64_t* dropout_key = nullptr;
  const void* const* masks = nullptr;
  void *y = nullptr, *statistics = nullptr;  // read by the gradient
  const void* g = nullptr;
  void *query_gradient = nullptr, *key_gradient = nullptr, *value_gradient = nullptr;
  // in the workspace
  void *packed_keys = nullptr, *packed_values = nullptr;
  void *packed_queries = nullptr, *packed_gradients = nullptr, *products = nullptr, *query_gradients = nullptr;
};

struct AttentionLoops {
  using Loop = void (*)(const AttentionProblem& problem, const AttentionRun& run, std::int64_t part, void* scratch);

  Loop pack_keys;     ///< keys and values of a block
  Loop forward;       ///< a block of queries
  Loop pack_queries;  ///< queries, gradients of y and the sums of g y of a block of queries
  Loop gradient;      ///< keys and values of a part of the keys, and their share of the queries' gradients
  Loop join;          ///< the gradients of a block of queries from their shares
};

template <InstructionSet set>
[[nodiscard]] AttentionLoops attention_loops_for(DType dtype);

}  // namespace kerascpp::cpu
