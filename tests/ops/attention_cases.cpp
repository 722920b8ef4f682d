#include <kerascpp/core/error.hpp>
#include <kerascpp/graph/gradient.hpp>
#include <kerascpp/graph/node.hpp>
#include <kerascpp/ops/attention.hpp>

#include "ops/attention_call.hpp"
#include "support/op_families.hpp"

namespace kerascpp::test {
namespace {

using Inputs = std::vector<Symbol>;

/// One use of attention: query, key and value of these shapes, then what `extra` says.
struct Use {
  const char* label;
  Shape query, key, value;
  ops::AttentionForm form;
  std::vector<OpInput> extra = {};  // the key of the draw, a bias, masks
  bool gradient = true;
};

Tensor hiding_all_from_one_query() {
  Tensor seen = full({2, 1, 3, 6}, 1, DType::Bool);
  for (std::int64_t s = 0; s < 6; ++s) seen.data<bool>()[6 + s] = false;
  return seen;
}

std::vector<Use> uses() {
  const Shape q{2, 3, 4, 5}, k{2, 6, 2, 5}, v{2, 6, 2, 7};
  const OpInput bias{.shape = {1, 4, 3, 6}}, key = fixed_input(Tensor{std::int64_t{3}, std::int64_t{1} << 40});
  const OpInput all = bool_input({2, 4, 3, 6}), of_keys = bool_input({2, 1, 1, 6}),
                of_queries = bool_input({2, 1, 3, 1});
  const OpInput hiding = fixed_input(hiding_all_from_one_query());
  return {
      {"one head for each query", q, {2, 6, 4, 5}, {2, 6, 4, 7}, {.scale = 0.5}},
      {"shared heads", q, k, v, {.scale = 0.5}},
      {"one shared head, causal", q, {2, 6, 1, 5}, {2, 6, 1, 7}, {.is_causal = true}},
      {"causal with a window", {2, 7, 4, 5}, k, v, {.window = 2, .is_causal = true}},
      {"a window beyond the keys", {2, 9, 4, 5}, k, v, {.window = 3, .zeros_unseen = false}},
      {"soft cap", q, k, v, {.scale = 0.7, .soft_cap = 1.5}},
      {"bias", q, k, v, {.scale = 0.3, .has_bias = true}, {bias}},
      {"masks", q, k, v, {.scale = 0.4}, {all, of_keys, of_queries}},
      {"an unseen query gives the mean", q, k, v, {.zeros_unseen = false}, {hiding, of_keys}},
      {"dropout", q, k, v, {.dropout = 0.4}, {key}},
      {"everything",
       q,
       k,
       v,
       {.scale = 0.4,
        .soft_cap = 2,
        .dropout = 0.25,
        .window = 4,
        .is_causal = true,
        .has_bias = true,
        .zeros_unseen = false},
       {key, bias, hiding}},
  };
}

Inputs made(const char* op, const ops::AttentionForm& form, const Inputs& inputs) {
  return make_node(OpRegistry::global().get(op), inputs, form.attributes());
}

void add_use(std::vector<OpCase>& rows, const Use& use) {
  std::vector<OpInput> inputs{{.shape = use.query}, {.shape = use.key}, {.shape = use.value}};
  inputs.insert(inputs.end(), use.extra.begin(), use.extra.end());
  const ops::AttentionForm form = use.form;
  rows.push_back({.op = "attention",
                  .build = [form](const Inputs& i) { return Inputs{made("attention", form, i)[0]}; },
                  .inputs = inputs,
                  .dtypes = {DType::Float32, DType::Float64},
                  .accumulation_length = 30,
                  .unknown_dimensions = false,
                  .label = use.label});
  inputs.insert(inputs.begin(), OpInput{.shape = {use.query[0], use.query[1], use.query[2], use.value[3]}});
  rows.push_back({.op = "attention_gradient",
                  .build =
                      [form](const Inputs& i) {
                        const Inputs operands(i.begin() + 1, i.end());
                        const Inputs attended = made("attention", form, operands);
                        Inputs all{i[0], attended[0], attended[1]};
                        all.insert(all.end(), operands.begin(), operands.end());
                        return made("attention_gradient", form, all);
                      },
                  .inputs = inputs,
                  .dtypes = {DType::Float32, DType::Float64},
                  .second_gradient = false,
                  .accumulation_length = 60,
                  .unknown_dimensions = false,
                  .label = use.label});
}

}  // namespace

std::vector<OpCase> attention_cases() {
  std::vector<OpCase> rows;
  for (const Use& use : uses()) add_use(rows, use);
  rows.push_back(
      {.op = "attention",
       .build =
           [](const Inputs& i) {
             return Inputs{ops::dot_product_attention(i[0], i[1], i[2], {.bias = i[3], .is_causal = true})};
           },
       .inputs = {{.shape = {2, 3, 4, 5}}, {.shape = {2, 6, 2, 5}}, {.shape = {2, 6, 2, 5}}, {.shape = {4, 3, 6}}},
       .dtypes = {DType::Float32, DType::Float64},
       .accumulation_length = 30,
       .unknown_dimensions = false,
       .errors =
           {{[] {
               (void)ops::dot_product_attention(placeholder({2, 3, 4, 5}), placeholder({2, 6, 3, 5}),
                                                placeholder({2, 6, 3, 5}));
             },
             "[dot_product_attention] 4 heads of queries cannot share 3 heads of keys and values"},
            {[] {
               (void)ops::dot_product_attention(placeholder({2, 3, 5}), placeholder({2, 6, 5}), placeholder({2, 6, 5}));
             },
             "[dot_product_attention] expected query (B, T, N, H), key and value (B, S, K, H), received (2, 3, 5)"},
            {[] {
               const Symbol x = placeholder({2, 3, 4, 5});
               (void)ops::dot_product_attention(x, x, x, {.bias = placeholder({7})});
             },
             "[attention] expected a bias float32 (2, 4, 3, 3) or with axes of length 1, received"},
            {[] {
               const Symbol x = placeholder({2, 3, 4, 5});
               (void)ops::attend(x, x, x, {.form = {.dropout = 0.5}, .dropout_key = placeholder({2})});
             },
             "[attention] expected the key of a draw, int64 (2,), received float32 (2,)"},
            {[] {
               const Symbol x = placeholder({2, 3, 4, 5});
               (void)made("attention", {.has_bias = true}, {x, x, x});
             },
             "[attention] expected at least 4 inputs, received 3"},
            {[] {
               const Symbol x = placeholder({2, 3, 4, 5});
               (void)made("attention", {}, {x, x, placeholder({2, 3, 4, 5}, DType::Float64)});
             },
             "[attention] expected one dtype, received"}},
       .label = "dot_product_attention"});
  rows.push_back(
      {.op = "attention",
       .build =
           [](const Inputs& i) {
             return Inputs{ops::dot_product_attention(i[0], i[1], i[2],
                                                      {.mask = i[3], .scale = 0.4, .attn_logits_soft_cap = 2.0})};
           },
       .inputs = {{.shape = {2, 3, 4, 5}}, {.shape = {2, 6, 1, 5}}, {.shape = {2, 6, 1, 5}}, bool_input({2, 1, 3, 6})},
       .dtypes = {DType::Float32, DType::Float64, DType::BFloat16, DType::Float16},
       .accumulation_length = 30,
       .label = "dot_product_attention with a mask"});
  return rows;
}

}  // namespace kerascpp::test
