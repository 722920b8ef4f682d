#include <kerascpp/core/error.hpp>
#include <kerascpp/ops/accumulations.hpp>
#include <kerascpp/ops/elementwise.hpp>
#include <kerascpp/ops/like.hpp>
#include <kerascpp/ops/reductions.hpp>

#include "ops/elementwise.hpp"
#include "ops/families.hpp"
#include "ops/gradient_helpers.hpp"
#include "ops/reduction_dtypes.hpp"

/// The primitive reductions and accumulations: inference and gradients.
namespace kerascpp::ops {
namespace {

using AxisList = std::vector<std::int64_t>;

Symbol expand_dims(const Symbol& x, const AxisList& axes) { return make_symbol("expand_dims", {x}, {{"axis", axes}}); }

Shape reduced_shape(const InferContext& context) {
  Shape shape = context.inputs[0].shape;
  const AxisList& axes = context.attributes.integers("axis");
  for (std::size_t i = axes.size(); i-- > 0;) {
    const auto axis = normalize_axis(axes[i], context.inputs[0].shape.ndim());
    if (context.attributes.flag("keepdims"))
      shape[axis] = 1;
    else
      shape.erase(axis);
  }
  return shape;
}

void infer_same(InferContext& context) { context.outputs = {{context.inputs[0].dtype, reduced_shape(context)}}; }

void infer_ordered(InferContext& context) {
  kReal.check(context.op, context.inputs[0].dtype);
  infer_same(context);
}

void infer_sum(InferContext& context) {
  context.outputs = {{sum_dtype(context.inputs[0].dtype), reduced_shape(context)}};
}

void infer_mean(InferContext& context) {
  KCPP_CHECK(is_differentiable(context.inputs[0].dtype), DTypeError, "[mean] expects a floating or complex dtype, ",
             "received ", context.inputs[0], ": cast it first");
  infer_same(context);
}

void infer_bool(InferContext& context) {
  KCPP_CHECK(is_bool(context.inputs[0].dtype), DTypeError, "[", context.op, "] expects bool, received ",
             context.inputs[0], ": cast it first");
  infer_same(context);
}

void infer_index(InferContext& context) {
  kReal.check(context.op, context.inputs[0].dtype);
  for (const std::int64_t axis : context.attributes.integers("axis"))
    KCPP_CHECK(context.inputs[0].shape.dim(axis) != 0, ShapeError, "[", context.op, "] axis ", axis, " of ",
               context.inputs[0], " has no element to choose from");
  context.outputs = {{DType::Int32, reduced_shape(context)}};
}

// The value `y` of a reduction of x, or its gradient, spread over the elements it was made from.
Symbol spread(const Node& node, const Symbol& y) {
  const AxisList& axes = node.attributes().integers("axis");
  const bool lacks_axes = !node.attributes().flag("keepdims") && !axes.empty();
  return broadcast_like(lacks_axes ? expand_dims(y, axes) : y, node.input(0));
}

Gradients gradient_of_sum(const Node& node, const Gradients& g) { return reduced(node, {spread(node, g[0])}); }

Gradients gradient_of_mean(const Node& node, const Gradients& g) {
  const Symbol count = cast(axis_size(node.input(0), node.attributes().integers("axis")), g[0].dtype());
  return {spread(node, node.attributes().integers("axis").empty() ? g[0] : g[0] / count)};
}

Gradients gradient_of_extremum(const Node& node, const Gradients& g) {
  const Symbol chosen = node.input(0) == spread(node, node.output());
  const Symbol count =
      sum(cast(chosen, g[0].dtype()), node.attributes().integers("axis"), node.attributes().flag("keepdims"));
  return {where(chosen, spread(node, g[0] / count), 0)};
}

// One axis at a time: the derivative for an element is the product of those before and of those after it.
Gradients gradient_of_prod(const Node& node, const Gradients& g) {
  const AxisList& axes = node.attributes().integers("axis");
  std::vector<Symbol> partial = {node.input(0)};
  for (const std::int64_t axis : axes) partial.push_back(prod(partial.back(), axis, true));
  Symbol gradient = node.attributes().flag("keepdims") || axes.empty() ? g[0] : expand_dims(g[0], axes);
  for (std::size_t i = axes.size(); i-- > 0;) {
    const Symbol before = cumprod(partial[i], axes[i], {.exclusive = true});
    const Symbol after = cumprod(partial[i], axes[i], {.exclusive = true, .reverse = true});
    gradient = gradient * conjugate_if_complex(before * after);
  }
  return {gradient};
}

void infer_accumulation(InferContext& context) {
  const std::int64_t axis = context.attributes.integer("axis");
  KCPP_CHECK(axis >= 0 && axis < context.inputs[0].shape.ndim(), ShapeError, "[", context.op, "] axis ", axis,
             " is out of range for ", context.inputs[0]);
  KCPP_CHECK(!is_bool(context.inputs[0].dtype), DTypeError, "[", context.op,
             "] does not compute in bool: ", "cast its input to int32");
  context.outputs = {context.inputs[0]};
}

Symbol running_sum(const Node& like, const Symbol& x, bool exclusive, bool backwards) {
  const Attributes& attributes = like.attributes();
  return cumsum(x, attributes.integer("axis"),
                {.exclusive = exclusive, .reverse = attributes.flag("reverse") != backwards});
}

Gradients gradient_of_cumsum(const Node& node, const Gradients& g) {
  return {running_sum(node, g[0], node.attributes().flag("exclusive"), true)};
}

// Away from zeros: the sum over later products, each without the factor x. The product without the first zero of a
// line is made by putting 1 in its place; elements behind a zero have no influence.
Gradients gradient_of_cumprod(const Node& node, const Gradients& g) {
  const Symbol& x = node.input(0);
  const bool exclusive = node.attributes().flag("exclusive");
  const Symbol is_zero = x == 0;
  const Symbol zeros_before = running_sum(node, cast(is_zero, DType::Int32), true, false);
  const Symbol is_first_zero = logical_and(is_zero, zeros_before == 0);
  const Symbol without_zero = make_symbol("cumprod", {where(is_first_zero, 1, x)}, node.attributes());
  const Symbol at_zero = running_sum(node, g[0] * conjugate_if_complex(without_zero), exclusive, true);
  const Symbol elsewhere = running_sum(node, g[0] * conjugate_if_complex(node.output()), exclusive, true);
  const Symbol divisor = conjugate_if_complex(where(is_zero, 1, x));
  return {where(is_first_zero, at_zero, where(is_zero, 0, elsewhere / divisor))};
}

}  // namespace

void register_reduction_ops(OpRegistry& registry) {
  // Idempotent: along axes of length 1, which an earlier reduction leaves, nothing changes
  const Traits plain = Trait::Reduction | Trait::Idempotent, zero = plain | Trait::ZeroPreserving;
  const Traits index = Trait::Reduction | Trait::ZeroPreserving | Trait::NonDifferentiable;
  registry.add({"sum", {"x"}, zero, infer_sum, gradient_of_sum});
  registry.add({"prod", {"x"}, plain, infer_sum, gradient_of_prod});
  registry.add({"max", {"x"}, zero, infer_ordered, gradient_of_extremum});
  registry.add({"min", {"x"}, zero, infer_ordered, gradient_of_extremum});
  registry.add({"mean", {"x"}, zero, infer_mean, gradient_of_mean});
  registry.add({"any", {"x"}, zero | Trait::NonDifferentiable, infer_bool, nullptr});
  registry.add({"all", {"x"}, zero | Trait::NonDifferentiable, infer_bool, nullptr});
  registry.add({"argmax", {"x"}, index, infer_index, nullptr});
  registry.add({"argmin", {"x"}, index, infer_index, nullptr});
  registry.add({"cumsum", {"x"}, only(Trait::ZeroPreserving), infer_accumulation, gradient_of_cumsum});
  registry.add({"cumprod", {"x"}, kNoTraits, infer_accumulation, gradient_of_cumprod});
}

DType sum_dtype(DType dtype) {
  if (dtype == DType::Bool || dtype == DType::Int8 || dtype == DType::Int16) return DType::Int32;
  if (dtype == DType::UInt8 || dtype == DType::UInt16) return DType::UInt32;
  return dtype;
}

}  // namespace kerascpp::ops
