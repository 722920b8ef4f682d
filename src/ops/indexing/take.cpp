#include <kerascpp/core/error.hpp>
#include <kerascpp/graph/immediate.hpp>
#include <kerascpp/graph/node.hpp>
#include <kerascpp/ops/indexing.hpp>
#include <kerascpp/ops/shape.hpp>

#include "ops/families.hpp"
#include "ops/shape_support.hpp"

// Entries of one axis by index: take and take_along_axis. Attribute `mode` of take says what an index out of range
// does: "raise" (negative ones count from the end), or "fill" (any index outside [0, n) gives zero).

namespace kerascpp::ops {
namespace {

Shape taken_shape(const Shape& x, const Shape& indices, int axis) {
  Shape shape = x.slice(0, axis);
  for (const std::int64_t length : indices) shape.push_back(length);
  for (int i = axis + 1; i < x.ndim(); ++i) shape.push_back(x[i]);
  return shape;
}

void check_same(const InferContext& context, const Shape& received, const Shape& expected, std::string_view what) {
  bool fits = received.ndim() == expected.ndim();
  for (int i = 0; fits && i < expected.ndim(); ++i) fits = may_equal(received[i], expected[i]);
  KCPP_CHECK(fits, ShapeError, "[", context.op, "] expected ", what, " of shape ", expected, ", received ", received);
}

void infer_take(InferContext& context) {
  const TensorSpec& x = context.inputs[0];
  check_integers(context, 1, "indices");
  const int axis = axis_of(context, x.shape.ndim());
  const std::string& mode = context.attributes.text("mode");
  KCPP_CHECK(mode == "raise" || mode == "fill", ValueError, "[", context.op, "] unknown mode \"", mode, "\"");
  context.outputs = {{x.dtype, taken_shape(x.shape, context.inputs[1].shape, axis)}};
}

void infer_take_gradient(InferContext& context) {
  const TensorSpec& g = context.inputs[0];
  const Shape& like = context.inputs[2].shape;
  check_integers(context, 1, "indices");
  const int axis = axis_of(context, like.ndim());
  check_same(context, g.shape, taken_shape(like, context.inputs[1].shape, axis), "a gradient");
  context.outputs = {{g.dtype, like}};
}

Attributes where(const Attributes& from) { return {{"axis", from.integer("axis")}, {"mode", from.text("mode")}}; }

std::vector<Symbol> take_gradient(const Node& node, const std::vector<Symbol>& g) {
  return {make_symbol("take_gradient", {g[0], node.input(1), node.input(0)}, where(node.attributes())), {}};
}

std::vector<Symbol> take_gradient_gradient(const Node& node, const std::vector<Symbol>& g) {
  return {make_symbol("take", {g[0], node.input(1)}, where(node.attributes())), {}, {}};
}

Shape along_shape(const InferContext& context, const Shape& x, const Shape& indices, int axis) {
  bool fits = x.ndim() == indices.ndim();
  Shape shape = indices;
  for (int i = 0; fits && i < x.ndim(); ++i) {
    if (i == axis) continue;
    fits = may_equal(x[i], indices[i]);
    shape[i] = agreed(x[i], indices[i]);
  }
  KCPP_CHECK(fits, ShapeError, "[", context.op, "] expected indices of the shape ", x, " but for axis ", axis,
             ", received ", indices);
  return shape;
}

void infer_take_along_axis(InferContext& context) {
  const TensorSpec& x = context.inputs[0];
  check_integers(context, 1, "indices");
  const int axis = axis_of(context, x.shape.ndim());
  context.outputs = {{x.dtype, along_shape(context, x.shape, context.inputs[1].shape, axis)}};
}

void infer_take_along_axis_gradient(InferContext& context) {
  const TensorSpec& g = context.inputs[0];
  const Shape& like = context.inputs[2].shape;
  check_integers(context, 1, "indices");
  const int axis = axis_of(context, like.ndim());
  check_same(context, g.shape, along_shape(context, like, context.inputs[1].shape, axis), "a gradient");
  context.outputs = {{g.dtype, like}};
}

Attributes along(const Attributes& from) { return {{"axis", from.integer("axis")}}; }

std::vector<Symbol> take_along_axis_gradient(const Node& node, const std::vector<Symbol>& g) {
  return {make_symbol("take_along_axis_gradient", {g[0], node.input(1), node.input(0)}, along(node.attributes())), {}};
}

std::vector<Symbol> take_along_axis_gradient_gradient(const Node& node, const std::vector<Symbol>& g) {
  return {make_symbol("take_along_axis", {g[0], node.input(1)}, along(node.attributes())), {}, {}};
}

std::int64_t single_axis(std::string_view op, const Axes& axis, int ndim) {
  KCPP_CHECK(axis.given().size() == 1, ValueError, "[", op, "] expected one axis, received ", Shape(axis.given()));
  return normalize_axis(axis.given()[0], ndim);
}

// `x` broadcast to `lengths` where those are known; -1 leaves an axis as it is.
Symbol stretched(const Operand& x, const Shape& lengths) {
  std::vector<std::int64_t> repeats;
  for (int i = 0; i < lengths.ndim(); ++i) repeats.push_back(x.shape()[i] == 1 && lengths[i] > 1 ? lengths[i] : 1);
  return tile(x, repeats);
}

}  // namespace

void register_take_ops(OpRegistry& registry) {
  registry.add({"take", {"x", "indices"}, 0, infer_take, take_gradient});
  registry.add({"take_gradient",
                {"g", "indices", "like"},
                Traits{} | Trait::LikeLast,
                infer_take_gradient,
                take_gradient_gradient});
  registry.add({"take_along_axis", {"x", "indices"}, 0, infer_take_along_axis, take_along_axis_gradient});
  registry.add({"take_along_axis_gradient",
                {"g", "indices", "like"},
                Traits{} | Trait::LikeLast,
                infer_take_along_axis_gradient,
                take_along_axis_gradient_gradient});
}

Symbol take(const Operand& x, const Operand& indices, const Axes& axis) {
  const SiteGuard guard(x.site());
  if (axis.all()) return take(ravel(x), indices, 0);
  return make_symbol("take", {x.symbol(), indices.symbol()},
                     {{"axis", single_axis("take", axis, x.shape().ndim())}, {"mode", std::string("raise")}}, x.site());
}
Tensor take(const Tensor& x, const Tensor& indices, const Axes& axis) {
  return compute_now(take(immediate(x), immediate(indices), axis));
}

Symbol take_along_axis(const Operand& x, const Operand& indices, const Axes& axis) {
  const SiteGuard guard(x.site());
  if (axis.all()) return take_along_axis(ravel(x), ravel(indices), 0);
  const int ndim = x.shape().ndim();
  const std::int64_t place = single_axis("take_along_axis", axis, ndim);
  KCPP_CHECK(indices.shape().ndim() == ndim, ShapeError, "[take_along_axis] expected indices of rank ", ndim,
             ", received ", indices.shape());
  Shape x_lengths = indices.shape(), index_lengths = x.shape();
  x_lengths[static_cast<int>(place)] = index_lengths[static_cast<int>(place)] = None;
  return make_symbol("take_along_axis", {stretched(x, x_lengths), stretched(indices, index_lengths)}, {{"axis", place}},
                     x.site());
}
Tensor take_along_axis(const Tensor& x, const Tensor& indices, const Axes& axis) {
  return compute_now(take_along_axis(immediate(x), immediate(indices), axis));
}

}  // namespace kerascpp::ops
