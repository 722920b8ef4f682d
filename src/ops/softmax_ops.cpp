#include <kerascpp/core/error.hpp>
#include <kerascpp/graph/node.hpp>
#include <kerascpp/graph/op.hpp>
#include <kerascpp/ops/elementwise.hpp>
#include <kerascpp/ops/reductions.hpp>

#include "ops/families.hpp"
#include "ops/inference.hpp"

namespace kerascpp::ops {
namespace {

Symbol sum_along(const Symbol& x, const Node& node) { return sum(x, node.attributes().integer("axis"), true); }

void infer_softmax(InferContext& context) {
  expect_floating(context);
  const std::int64_t axis = context.attributes.integer("axis");
  KCPP_CHECK(axis >= 0 && axis < context.inputs[0].shape.ndim(), ShapeError, "[", context.op, "] axis ", axis,
             " is out of range for an input of ", context.inputs[0]);
  context.outputs = {context.inputs[0]};
}

// y (g - sum(g y))
std::vector<Symbol> softmax_gradient(const Node& node, const std::vector<Symbol>& g) {
  const Symbol y = node.output();
  return {y * (g[0] - sum_along(g[0] * y, node))};
}

// g - softmax(x) sum(g)
std::vector<Symbol> log_softmax_gradient(const Node& node, const std::vector<Symbol>& g) {
  return {g[0] - exp(node.output()) * sum_along(g[0], node)};
}

}  // namespace

void register_softmax_ops(OpRegistry& registry) {
  registry.add({.name = "softmax", .inputs = {"x"}, .infer = infer_softmax, .gradient = softmax_gradient});
  registry.add({.name = "log_softmax", .inputs = {"x"}, .infer = infer_softmax, .gradient = log_softmax_gradient});
}

}  // namespace kerascpp::ops
