#include <kerascpp/core/error.hpp>
#include <kerascpp/graph/node.hpp>
#include <kerascpp/graph/op.hpp>

#include "ops/convolution_geometry.hpp"
#include "ops/families.hpp"
#include "ops/inference.hpp"

// The four are one bilinear map seen from its three sides: sum over x, kernel and y of the products that a window
// meets.
namespace kerascpp::ops {
namespace {

void infer_conv(InferContext& context) {
  expect_one_dtype(context, 2);
  const Shape& x = context.inputs[0].shape;
  const ConvolutionGeometry geometry = resolve_padding(context.op, context.attributes, x, context.inputs[1].shape);
  context.outputs = {{context.inputs[0].dtype,
                      activation_shape(context.attributes, x[0], geometry.output_spatial(), geometry.filters)}};
}

void expect_output_gradient(const InferContext& context, const Shape& x, const Shape& kernel) {
  const Shape& g = context.inputs[0].shape;
  const ConvolutionGeometry geometry = resolve_padding(context.op, context.attributes, x, kernel);
  const Shape expected = activation_shape(context.attributes, x[0], geometry.output_spatial(), geometry.filters);
  expect_shape(context, "g", expected, g);
}

void infer_conv_input_gradient(InferContext& context) {
  expect_one_dtype(context, 2);
  const Shape& x = context.inputs[2].shape;
  expect_output_gradient(context, x, context.inputs[1].shape);
  context.outputs = {{context.inputs[0].dtype, x}};
}

void infer_conv_kernel_gradient(InferContext& context) {
  expect_one_dtype(context, 2);
  const Shape& kernel = context.inputs[2].shape;
  expect_output_gradient(context, context.inputs[1].shape, kernel);
  context.outputs = {{context.inputs[0].dtype, kernel}};
}

void infer_conv_transpose(InferContext& context) {
  expect_one_dtype(context, 2);
  const Shape& x = context.inputs[0].shape;
  const Shape& kernel = context.inputs[1].shape;
  const ConvolutionGeometry geometry = resolve_transpose(context.op, context.attributes, x, kernel);
  Shape spatial;
  for (const WindowAxis& axis : geometry.axes) spatial.push_back(axis.input);
  context.outputs = {{context.inputs[0].dtype, activation_shape(context.attributes, x[0], spatial, geometry.channels)}};
}

Symbol conv_of(const Symbol& x, const Symbol& kernel, const Node& like) {
  return make_symbol("conv", {x, kernel}, like.attributes(), like.site());
}
Symbol input_gradient_of(const Symbol& g, const Symbol& kernel, const Symbol& x, const Node& like) {
  return make_symbol("conv_input_gradient", {g, kernel, x}, like.attributes(), like.site());
}
Symbol kernel_gradient_of(const Symbol& g, const Symbol& x, const Symbol& kernel, const Node& like) {
  return make_symbol("conv_kernel_gradient", {g, x, kernel}, like.attributes(), like.site());
}

std::vector<Symbol> conv_gradient(const Node& node, const std::vector<Symbol>& output_gradients) {
  const Symbol &g = output_gradients[0], &x = node.input(0), &kernel = node.input(1);
  return {input_gradient_of(g, kernel, x, node), kernel_gradient_of(g, x, kernel, node)};
}

// h stands where x stood: the map is linear in g and in kernel
std::vector<Symbol> conv_input_gradient_gradient(const Node& node, const std::vector<Symbol>& output_gradients) {
  const Symbol &h = output_gradients[0], &g = node.input(0), &kernel = node.input(1);
  return {conv_of(h, kernel, node), kernel_gradient_of(g, h, kernel, node), {}};
}

// h stands where the kernel stood
std::vector<Symbol> conv_kernel_gradient_gradient(const Node& node, const std::vector<Symbol>& output_gradients) {
  const Symbol &h = output_gradients[0], &g = node.input(0), &x = node.input(1);
  return {conv_of(x, h, node), input_gradient_of(g, h, x, node), {}};
}

// conv_transpose(x, kernel) is the input gradient of a conv whose g is x: h stands where that conv's x stood
std::vector<Symbol> conv_transpose_gradient(const Node& node, const std::vector<Symbol>& output_gradients) {
  const Symbol &h = output_gradients[0], &x = node.input(0), &kernel = node.input(1);
  return {conv_of(h, kernel, node), kernel_gradient_of(x, h, kernel, node)};
}

}  // namespace

void register_convolution_ops(OpRegistry& registry) {
  registry.add({.name = "conv",
                .inputs = {"x", "kernel"},
                .traits = Traits{} | Trait::ZeroPreserving | Trait::TakesEpilogue,
                .infer = infer_conv,
                .gradient = conv_gradient});
  registry.add({.name = "conv_input_gradient",
                .inputs = {"g", "kernel", "like_x"},
                .traits = Traits{} | Trait::LikeLast,
                .infer = infer_conv_input_gradient,
                .gradient = conv_input_gradient_gradient});
  registry.add({.name = "conv_kernel_gradient",
                .inputs = {"g", "x", "like_kernel"},
                .traits = Traits{} | Trait::LikeLast,
                .infer = infer_conv_kernel_gradient,
                .gradient = conv_kernel_gradient_gradient});
  // attributes as conv's, padding "explicit" only: those of the conv that it transposes
  registry.add({.name = "conv_transpose",
                .inputs = {"x", "kernel"},
                .traits = Traits{} | Trait::ZeroPreserving,
                .infer = infer_conv_transpose,
                .gradient = conv_transpose_gradient});
}

}  // namespace kerascpp::ops
