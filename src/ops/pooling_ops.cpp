#include <kerascpp/graph/node.hpp>
#include <kerascpp/graph/op.hpp>

#include "ops/families.hpp"
#include "ops/inference.hpp"
#include "ops/pooling_geometry.hpp"

// The maximum of a window is its first element with that value; all of its gradient goes there.
namespace kerascpp::ops {
namespace {

Shape pooled_shape(const InferContext& context, const Shape& x) {
  const PoolingGeometry geometry = resolve_pooling(context.op, context.attributes, x);
  return activation_shape(context.attributes, x[0], geometry.output_spatial(),
                          x[channel_axis(context.attributes, x.ndim())]);
}

void infer_pool(InferContext& context) {
  context.outputs = {{context.inputs[0].dtype, pooled_shape(context, context.inputs[0].shape)}};
}

void infer_average_pool(InferContext& context) {
  expect_floating(context);
  infer_pool(context);
}

void infer_max_pool_gradient(InferContext& context) {
  expect_one_dtype(context, 3);
  const Shape& x = context.inputs[1].shape;
  const Shape pooled = pooled_shape(context, x);
  expect_shape(context, "g", pooled, context.inputs[0].shape);
  expect_shape(context, "y", pooled, context.inputs[2].shape);
  context.outputs = {{context.inputs[0].dtype, x}};
}

void infer_max_pool_select(InferContext& context) {
  expect_one_dtype(context, 3);
  const Shape& x = context.inputs[1].shape;
  expect_shape(context, "h", x, context.inputs[0].shape);
  expect_shape(context, "y", pooled_shape(context, x), context.inputs[2].shape);
  context.outputs = {{context.inputs[0].dtype, context.inputs[2].shape}};
}

void infer_average_pool_gradient(InferContext& context) {
  expect_floating(context);
  const Shape& x = context.inputs[1].shape;
  expect_shape(context, "g", pooled_shape(context, x), context.inputs[0].shape);
  context.outputs = {{context.inputs[0].dtype, x}};
}

Symbol same_pooling(const char* op, std::vector<Symbol> inputs, const Node& node) {
  return make_symbol(op, std::move(inputs), node.attributes(), node.site());
}

std::vector<Symbol> max_pool_backward(const Node& node, const std::vector<Symbol>& g) {
  return {same_pooling("max_pool_gradient", {g[0], node.input(0), node.output()}, node)};
}
// linear in g; the places of the maxima do not move
std::vector<Symbol> max_pool_gradient_backward(const Node& node, const std::vector<Symbol>& h) {
  return {same_pooling("max_pool_select", {h[0], node.input(1), node.input(2)}, node), {}, {}};
}
std::vector<Symbol> max_pool_select_backward(const Node& node, const std::vector<Symbol>& g) {
  return {same_pooling("max_pool_gradient", {g[0], node.input(1), node.input(2)}, node), {}, {}};
}
std::vector<Symbol> average_pool_backward(const Node& node, const std::vector<Symbol>& g) {
  return {same_pooling("average_pool_gradient", {g[0], node.input(0)}, node)};
}
std::vector<Symbol> average_pool_gradient_backward(const Node& node, const std::vector<Symbol>& h) {
  return {same_pooling("average_pool", {h[0]}, node), {}};
}

}  // namespace

void register_pooling_ops(OpRegistry& registry) {
  registry.add({.name = "max_pool",
                .inputs = {"x"},
                .traits = Traits{} | Trait::ZeroPreserving,
                .infer = infer_pool,
                .gradient = max_pool_backward});
  // like x: at the place of each maximum the sum of the g of its windows, else 0
  registry.add({.name = "max_pool_gradient",
                .inputs = {"g", "x", "y"},
                .infer = infer_max_pool_gradient,
                .gradient = max_pool_gradient_backward});
  // like y: h at the place of each maximum of x
  registry.add({.name = "max_pool_select",
                .inputs = {"h", "x", "y"},
                .infer = infer_max_pool_select,
                .gradient = max_pool_select_backward});
  registry.add({.name = "average_pool",
                .inputs = {"x"},
                .traits = Traits{} | Trait::ZeroPreserving,
                .infer = infer_average_pool,
                .gradient = average_pool_backward});
  registry.add({.name = "average_pool_gradient",
                .inputs = {"g", "like_x"},
                .traits = Traits{} | Trait::LikeLast,
                .infer = infer_average_pool_gradient,
                .gradient = average_pool_gradient_backward});
}

}  // namespace kerascpp::ops
