#include <kerascpp/core/error.hpp>
#include <kerascpp/core/settings.hpp>
#include <kerascpp/graph/immediate.hpp>
#include <kerascpp/graph/node.hpp>
#include <kerascpp/graph/op.hpp>
#include <kerascpp/ops/elementwise.hpp>
#include <kerascpp/ops/losses.hpp>
#include <kerascpp/ops/shape.hpp>
#include <kerascpp/ops/softmax.hpp>

#include "ops/families.hpp"
#include "ops/inference.hpp"
#include "ops/shape_support.hpp"

namespace kerascpp::ops {
namespace {

// (log probabilities (B, T, C), target (B, L), target_length (B,), output_length (B,)) -> loss (B,), and for each step
// and class the probability (B, T, C) that the sequence passes there.
void infer_ctc(InferContext& context) {
  expect_floating(context);
  for (std::size_t i = 1; i < 4; ++i) expect_integer(context, i);
  const Shape &x = context.inputs[0].shape, &target = context.inputs[1].shape;
  KCPP_CHECK(x.ndim() == 3 && target.ndim() == 2, ShapeError,
             "[ctc_loss] expected an output of shape (B, T, C) and a target of shape (B, L), received ", x, " and ",
             target);
  const std::int64_t batch = x[0] != None ? x[0] : target[0];
  for (std::size_t i = 2; i < 4; ++i) expect_shape(context, "length", {batch}, context.inputs[i].shape);
  KCPP_CHECK(x[0] == target[0] || x[0] == None || target[0] == None, ShapeError,
             "[ctc_loss] expected a target for each sequence, received ", target, " for an output of shape ", x);
  const std::int64_t blank = context.attributes.integer("mask_index");
  KCPP_CHECK(blank >= 0 && (x[2] == None || blank < x[2]), ValueError, "[ctc_loss] mask_index ", blank,
             " is no class of an output of shape ", x);
  context.outputs = {{context.inputs[0].dtype, {batch}}, context.inputs[0]};
}

// The derivative of -log p by a log probability is minus the probability to pass there.
std::vector<Symbol> ctc_gradient(const Node& node, const std::vector<Symbol>& g) {
  KCPP_CHECK(!g[1].defined(), ValueError, "[ctc_loss] its gradient has no gradient");
  return {negative(expand_dims(g[0], {-1, -2}) * node.output(1)), {}, {}, {}};
}

}  // namespace

Symbol ctc_loss(const Operand& target, const Operand& output, const Operand& target_length,
                const Operand& output_length, std::int64_t mask_index) {
  const SiteGuard guard(output.site());
  const Symbol logits = is_floating(output.dtype()) ? output.symbol() : output.symbol(floatx());
  KCPP_CHECK(logits.ndim() == 3, ShapeError, "[ctc_loss] expected an output of shape (B, T, C), received ",
             logits.shape());
  return make_symbol("ctc_loss",
                     {log_softmax(logits, -1), cast(target, DType::Int32), cast(target_length, DType::Int32),
                      cast(output_length, DType::Int32)},
                     {{"mask_index", mask_index}});
}

Tensor ctc_loss(const Tensor& target, const Tensor& output, const Tensor& target_length, const Tensor& output_length,
                std::int64_t mask_index) {
  return compute_now(
      ctc_loss(immediate(target), immediate(output), immediate(target_length), immediate(output_length), mask_index));
}

void register_ctc_op(OpRegistry& registry) {
  registry.add({.name = "ctc_loss",
                .inputs = {"output", "target", "target_length", "output_length"},
                .infer = infer_ctc,
                .gradient = ctc_gradient});
}

}  // namespace kerascpp::ops
