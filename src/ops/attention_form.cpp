#include "ops/attention_form.hpp"

#include <kerascpp/core/error.hpp>
#include <kerascpp/graph/gradient.hpp>
#include <kerascpp/ops/elementwise.hpp>
#include <kerascpp/ops/like.hpp>
#include <kerascpp/ops/linear_algebra.hpp>
#include <kerascpp/ops/numeric.hpp>
#include <kerascpp/ops/random.hpp>
#include <kerascpp/ops/reductions.hpp>
#include <kerascpp/ops/shape.hpp>
#include <kerascpp/ops/softmax.hpp>

#include "ops/shape_support.hpp"

namespace kerascpp::ops {
namespace {

// Each of the K heads repeated for the queries that share it.
Symbol shared_heads(const Symbol& heads, std::int64_t num_query_heads) {
  const std::int64_t own = heads.dim(2);
  if (own == num_query_heads || own == 1) return heads;
  return repeat(heads, num_query_heads / own, 2);
}

}  // namespace

AttentionForm AttentionForm::of(const Attributes& attributes) {
  return {attributes.number("scale"),     attributes.number("soft_cap"), attributes.number("dropout"),
          attributes.integer("window"),   attributes.flag("is_causal"),  attributes.flag("has_bias"),
          attributes.flag("zeros_unseen")};
}

Attributes AttentionForm::attributes() const {
  return {{"scale", scale},         {"soft_cap", soft_cap}, {"dropout", dropout},          {"window", window},
          {"is_causal", is_causal}, {"has_bias", has_bias}, {"zeros_unseen", zeros_unseen}};
}

std::vector<Symbol> compose_attention(const Node& node, const std::vector<Symbol>& inputs) {
  const AttentionForm form = AttentionForm::of(node.attributes());
  const Symbol& q = inputs[0];
  const DType dtype = q.dtype(), wide = result_type(dtype, DType::Float32);
  const Symbol k = shared_heads(inputs[1], q.dim(2)), v = shared_heads(inputs[2], q.dim(2));
  const std::vector<Symbol> extra(inputs.begin() + 3, inputs.end());

  // (B, N, T, H) times the transpose of (B, N, S, H)
  Symbol scores = make_symbol("matmul", {transpose(q, {0, 2, 1, 3}), transpose(k, {0, 2, 1, 3})},
                              {{"transpose_a", false}, {"transpose_b", true}});
  scores = cast(scores, wide);
  if (form.scale != 1) scores = scores * form.scale;
  if (form.soft_cap > 0) scores = form.soft_cap * tanh(scores / form.soft_cap);
  if (form.has_bias) scores = scores + extra[form.bias_input()];
  std::vector<Symbol> masks(extra.begin() + static_cast<std::ptrdiff_t>(form.first_mask()), extra.end());
  if (form.is_causal || form.window > 0) {
    const Symbol row = iota_like(scores, 2), column = iota_like(scores, 3);
    if (form.is_causal) masks.push_back(row >= column);
    if (form.window > 0) masks.push_back(abs(row - column) < form.window);
  }
  // finite, so that a query that sees nothing gives no NaN
  constexpr double kMasked = -0.7 * 3.38953e38;
  for (const Symbol& mask : masks) scores = where(mask, scores, kMasked);
  Symbol weights = softmax(scores), statistics = logsumexp(scores, 3);
  if (form.zeros_unseen) {
    for (const Symbol& mask : masks) weights = where(mask, weights, 0);
    statistics = where(statistics < -kUnseen, kUnseen, statistics);
  } else {
    statistics = maximum(statistics, -kUnseen);
  }
  weights = cast(weights, dtype);
  if (form.dropout > 0) weights = random::dropout(weights, form.dropout, {.seed = extra[0]});
  return {transpose(matmul(weights, transpose(v, {0, 2, 1, 3})), {0, 2, 1, 3}), statistics};
}

std::vector<Symbol> compose_attention_gradient(const Node& node, const std::vector<Symbol>& inputs) {
  const std::vector<Symbol> of_attention(inputs.begin() + 3, inputs.end());
  const std::vector<Symbol> wrt(of_attention.begin(), of_attention.begin() + 3);
  return gradients_of({compose_attention(node, of_attention)[0]}, {inputs[0]}, wrt);
}

}  // namespace kerascpp::ops
