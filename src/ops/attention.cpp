#include <kerascpp/ops/attention.hpp>

#include <cmath>

#include <kerascpp/core/error.hpp>
#include <kerascpp/graph/immediate.hpp>
#include <kerascpp/graph/node.hpp>
#include <kerascpp/ops/elementwise.hpp>
#include <kerascpp/ops/like.hpp>
#include <kerascpp/ops/shape.hpp>

#include "ops/attention_call.hpp"
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
  const std::int64_t heads = query[2], shared = key[2];
  KCPP_CHECK(heads == None || shared == None || (shared > 0 && heads % shared == 0), ShapeError,
             "[dot_product_attention] ", heads, " heads of queries cannot share ", shared, " heads of keys and values");
}

// With axes of length 1 in front, as broadcasting adds them.
Symbol of_four_axes(Symbol x, const char* what) {
  KCPP_CHECK(x.ndim() <= 4, ShapeError, "[dot_product_attention] ", what, " must broadcast to (B, N, T, S), received ",
             x.shape());
  while (x.ndim() < 4) x = expand_dims(x, 0);
  return x;
}

}  // namespace

Symbol attend(const Symbol& query, const Symbol& key, const Symbol& value, const AttentionCall& call) {
  static const OpDef& op = OpRegistry::global().get("attention");
  AttentionForm form = call.form;
  form.has_bias = call.bias.defined();
  std::vector<Symbol> inputs{query, key, value};
  if (form.dropout > 0) inputs.push_back(call.dropout_key);
  if (form.has_bias) inputs.push_back(of_four_axes(call.bias, "bias"));
  for (const Symbol& mask : call.masks) inputs.push_back(of_four_axes(mask, "mask"));
  return make_node(op, inputs, form.attributes(), query.node()->site())[0];
}

Symbol dot_product_attention(const Operand& query, const Operand& key, const Operand& value,
                             const DotProductAttentionOptions& options) {
  const SiteGuard guard(query.site());
  check_shapes(query.shape(), key.shape(), value.shape());
  const DType dtype = result_type(std::vector<Operand>{query, key, value});
  const DType floating = is_floating(dtype) ? dtype : result_type(dtype, DType::Float32);
  Symbol q = query.symbol(floating);
  AttentionCall call;
  call.form.zeros_unseen = false;
  if (options.scale) {
    call.form.scale = *options.scale;
  } else if (q.dim(3) != None) {
    call.form.scale = 1 / std::sqrt(static_cast<double>(q.dim(3)));
  } else {
    q = q * rsqrt(cast(axis_size(q, 3), floating));
  }
  call.form.soft_cap = options.attn_logits_soft_cap.value_or(0);
  call.form.is_causal = options.is_causal;
  if (options.bias) call.bias = options.bias->symbol(result_type(floating, DType::Float32));
  if (options.mask) call.masks = {cast(options.mask->symbol(), DType::Bool)};
  return attend(q, key.symbol(floating), value.symbol(floating), call);
}

Tensor dot_product_attention(const Tensor& query, const Tensor& key, const Tensor& value,
                             const DotProductAttentionOptions& options) {
  return compute_now(dot_product_attention(immediate(query), immediate(key), immediate(value), options));
}

}  // namespace kerascpp::ops
