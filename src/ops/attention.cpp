#include <kerascpp/ops/attention.hpp>

#include <cmath>

#include <kerascpp/core/error.hpp>
#include <kerascpp/graph/immediate.hpp>
#include <kerascpp/graph/node.hpp>
#include <kerascpp/ops/elementwise.hpp>
#include <kerascpp/ops/like.hpp>
#include <kerascpp/ops/linear_algebra.hpp>
#include <kerascpp/ops/shape.hpp>
#include <kerascpp/ops/softmax.hpp>

#include "ops/shape_support.hpp"

namespace kerascpp::ops {
namespace {

void check_shapes(const Shape& query, const Shape& key, const Shape& value) {
  // the heads are checked where they are shared
  KCPP_CHECK(query.ndim() == 4 && key.ndim() == 4 && value.ndim() == 4, ShapeError,
             "[dot_product_attention] expected query (B, T, N, H), key and value (B, S, K, H), received ", query, ", ",
             key, " and ", value);
  KCPP_CHECK(may_equal(query[3], key[3]) && may_equal(key[1], value[1]) && may_equal(key[2], value[2]), ShapeError,
             "[dot_product_attention] query ", query, ", key ", key, " and value ", value, " do not fit");
}

// Each of the K heads repeated for the queries that share it.
Symbol shared_heads(const Symbol& heads, std::int64_t num_query_heads) {
  const std::int64_t own = heads.dim(2);
  if (own == None || num_query_heads == None || own == num_query_heads || own == 1) return heads;
  KCPP_CHECK(num_query_heads % own == 0, ShapeError, "[dot_product_attention] ", num_query_heads,
             " heads of queries cannot share ", own, " heads of keys and values");
  return repeat(heads, num_query_heads / own, 2);
}

}  // namespace

Symbol dot_product_attention(const Operand& query, const Operand& key, const Operand& value,
                             const DotProductAttentionOptions& options) {
  const SiteGuard guard(query.site());
  check_shapes(query.shape(), key.shape(), value.shape());
  const DType dtype = result_type(std::vector<Operand>{query, key, value});
  const DType wide = result_type(dtype, DType::Float32);
  const Symbol q = query.symbol(dtype);
  const Symbol k = shared_heads(key.symbol(dtype), q.dim(2)), v = shared_heads(value.symbol(dtype), q.dim(2));

  // (B, N, T, H) times the transpose of (B, N, S, H)
  Symbol scores = make_symbol("matmul", {transpose(q, {0, 2, 1, 3}), transpose(k, {0, 2, 1, 3})},
                              {{"transpose_a", false}, {"transpose_b", true}});
  scores = cast(scores, wide);
  if (options.scale) {
    scores = scores * *options.scale;
  } else if (q.dim(3) != None) {
    scores = scores * (1 / std::sqrt(static_cast<double>(q.dim(3))));
  } else {
    scores = scores * rsqrt(cast(axis_size(q, 3), wide));
  }
  if (options.attn_logits_soft_cap)
    scores = *options.attn_logits_soft_cap * tanh(scores / *options.attn_logits_soft_cap);
  if (options.bias) scores = scores + options.bias->symbol(wide);
  // finite, so that a query that sees nothing gives no NaN
  constexpr double kMasked = -0.7 * 3.38953e38;
  if (options.mask) scores = where(*options.mask, scores, kMasked);
  if (options.is_causal) scores = where(iota_like(scores, 2) >= iota_like(scores, 3), scores, kMasked);
  const Symbol seen = matmul(cast(softmax(scores), dtype), transpose(v, {0, 2, 1, 3}));
  return transpose(seen, {0, 2, 1, 3});
}

Tensor dot_product_attention(const Tensor& query, const Tensor& key, const Tensor& value,
                             const DotProductAttentionOptions& options) {
  return compute_now(dot_product_attention(immediate(query), immediate(key), immediate(value), options));
}

}  // namespace kerascpp::ops
