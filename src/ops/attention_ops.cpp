#include <algorithm>

#include <kerascpp/core/error.hpp>
#include <kerascpp/graph/node.hpp>

#include "ops/attention_form.hpp"
#include "ops/composed_gradient.hpp"
#include "ops/families.hpp"
#include "ops/inference.hpp"

namespace kerascpp::ops {
namespace {

// Checks query, key, value and what follows them from input `first` on; gives the shape (B, N, T, S) of the scores.
Shape check_operands(const InferContext& context, std::size_t first) {
  const auto input = [&](std::size_t i) -> const TensorSpec& { return context.inputs[first + i]; };
  const AttentionForm form = AttentionForm::of(context.attributes);
  KCPP_CHECK(context.inputs.size() >= first + 3 + form.first_mask(), ValueError, "[", context.op,
             "] expected at least ", first + 3 + form.first_mask(), " inputs, received ", context.inputs.size());
  for (std::size_t i = 0; i < 3; ++i) expect_floating(context, first + i);
  const Shape &query = input(0).shape, &key = input(1).shape, &value = input(2).shape;
  KCPP_CHECK(query.ndim() == 4 && key.ndim() == 4 && value.ndim() == 4, ShapeError, "[", context.op,
             "] expected query (B, T, N, H), key (B, S, K, H) and value (B, S, K, E), received ", query, ", ", key,
             " and ", value);
  KCPP_CHECK(input(0).dtype == input(1).dtype && input(0).dtype == input(2).dtype, DTypeError, "[", context.op,
             "] expected one dtype, received ", input(0), ", ", input(1), " and ", input(2));
  const auto agree = [](std::int64_t a, std::int64_t b) { return a == b || a == None || b == None; };
  KCPP_CHECK(agree(query[0], key[0]) && agree(key[0], value[0]) && agree(query[3], key[3]) && agree(key[1], value[1]) &&
                 agree(key[2], value[2]),
             ShapeError, "[", context.op, "] query ", query, ", key ", key, " and value ", value, " do not fit");
  KCPP_CHECK(query[2] == None || key[2] == None || (key[2] > 0 && query[2] % key[2] == 0), ShapeError, "[", context.op,
             "] ", query[2], " heads of queries cannot share ", key[2], " heads of keys and values");
  const Shape scores{query[0], query[2], query[1], key[1]};
  const DType wide = input(0).dtype == DType::Float64 ? DType::Float64 : DType::Float32;
  for (std::size_t i = 3 + form.bias_input(); first + i < context.inputs.size(); ++i) {
    const TensorSpec& along = input(i);
    const bool is_bias = form.has_bias && i == 3 + form.bias_input();
    bool fits = along.shape.ndim() == 4 && along.dtype == (is_bias ? wide : DType::Bool);
    for (int axis = 0; fits && axis < 4; ++axis)
      fits = along.shape[axis] == 1 || agree(along.shape[axis], scores[axis]);
    KCPP_CHECK(fits, ShapeError, "[", context.op, "] expected a ", is_bias ? "bias" : "mask", " ",
               TensorSpec{is_bias ? wide : DType::Bool, scores}, " or with axes of length 1, received ", along);
  }
  if (form.dropout > 0)
    KCPP_CHECK(input(3).dtype == DType::Int64 && shapes_agree(input(3).shape, {2}), DTypeError, "[", context.op,
               "] expected the key of a draw, int64 (2,), received ", input(3));
  return scores;
}

void infer_attention(InferContext& context) {
  const Shape scores = check_operands(context, 0);
  const TensorSpec &query = context.inputs[0], &value = context.inputs[2];
  context.outputs = {{query.dtype, {query.shape[0], query.shape[1], query.shape[2], value.shape[3]}},
                     {query.dtype == DType::Float64 ? DType::Float64 : DType::Float32, scores.slice(0, 3)}};
}

void infer_gradient(InferContext& context) {
  KCPP_CHECK(context.inputs.size() >= 6, ValueError, "[", context.op, "] expected at least 6 inputs, received ",
             context.inputs.size());
  const Shape scores = check_operands(context, 3);
  const Shape &query = context.inputs[3].shape, &value = context.inputs[5].shape;
  const Shape y{query[0], query[1], query[2], value[3]};
  expect_shape(context, "g", y, context.inputs[0].shape);
  expect_shape(context, "y", y, context.inputs[1].shape);
  expect_shape(context, "statistics", scores.slice(0, 3), context.inputs[2].shape);
  context.outputs = {context.inputs[3], context.inputs[4], context.inputs[5]};
}

std::vector<Symbol> gradient_of_attention(const Node& node, const std::vector<Symbol>& g) {
  static const OpDef& op = OpRegistry::global().get("attention_gradient");
  // of the bias, which is as large as the scores, and of the statistics, the gradient is composed
  const bool composes = g[1].defined() || AttentionForm::of(node.attributes()).has_bias;
  std::vector<Symbol> gradients(node.inputs().size());
  if (composes) gradients = gradient_by_composition(node, g, compose_attention);
  if (g[1].defined()) return gradients;
  std::vector<Symbol> inputs{g[0], node.output(0), node.output(1)};
  inputs.insert(inputs.end(), node.inputs().begin(), node.inputs().end());
  const std::vector<Symbol> made = make_node(op, inputs, node.attributes(), node.site());
  std::copy(made.begin(), made.end(), gradients.begin());
  return gradients;
}

std::vector<Symbol> gradient_of_gradient(const Node& node, const std::vector<Symbol>& g) {
  return gradient_by_composition(node, g, compose_attention_gradient);
}

}  // namespace

void register_attention_ops(OpRegistry& registry) {
  registry.add({.name = "attention",
                .inputs = {"query", "key", "value", "..."},
                .infer = infer_attention,
                .gradient = gradient_of_attention});
  registry.add({.name = "attention_gradient",
                .inputs = {"g", "y", "statistics", "query", "key", "value", "..."},
                .infer = infer_gradient,
                .gradient = gradient_of_gradient});
}

}  // namespace kerascpp::ops
