#include <kerascpp/ops/like.hpp>

#include <kerascpp/core/error.hpp>
#include <kerascpp/graph/immediate.hpp>
#include <kerascpp/graph/node.hpp>

#include "ops/axis_support.hpp"
#include "ops/elementwise.hpp"
#include "ops/families.hpp"

namespace kerascpp::ops {
namespace {

using AxisList = std::vector<std::int64_t>;

// Whether a dimension of length `small` is broadcast to one of length `large`.
bool fits(std::int64_t small, std::int64_t large) {
  return small == 1 || small == large || small == None || large == None;
}

void infer_reduce_to_like(InferContext& context) {
  const TensorSpec &x = context.inputs[0], &like = context.inputs[1];
  const int lead = x.shape.ndim() - like.shape.ndim();
  bool ok = lead >= 0;
  for (int i = 0; ok && i < like.shape.ndim(); ++i) ok = fits(like.shape[i], x.shape[i + lead]);
  KCPP_CHECK(ok, ShapeError, "[reduce_to_like] shape ", x.shape, " is no broadcast of ", like.shape);
  context.outputs = {{x.dtype, like.shape}};
}

Gradients gradient_of_reduce_to_like(const Node& node, const Gradients& g) {
  return {broadcast_like(g[0], node.input(0)), Symbol{}};
}

void infer_broadcast_like(InferContext& context) {
  const TensorSpec &x = context.inputs[0], &like = context.inputs[1];
  const int lead = like.shape.ndim() - x.shape.ndim();
  bool ok = lead >= 0;
  for (int i = 0; ok && i < x.shape.ndim(); ++i) ok = fits(x.shape[i], like.shape[i + lead]);
  KCPP_CHECK(ok, ShapeError, "[broadcast_like] shape ", x.shape, " cannot be broadcast to ", like.shape);
  context.outputs = {{x.dtype, like.shape}};
}

Gradients gradient_of_broadcast_like(const Node& node, const Gradients& g) {
  return {reduce_to_like(g[0], node.input(0)), Symbol{}};
}

void infer_axis_size(InferContext& context) { context.outputs = {{DType::Int64, Shape{}}}; }

void infer_iota_like(InferContext& context) {
  const std::int64_t axis = context.attributes.integer("axis");
  KCPP_CHECK(axis >= 0 && axis < context.inputs[0].shape.ndim(), ShapeError, "[iota_like] axis ", axis,
             " is out of range for ", context.inputs[0]);
  context.outputs = {{DType::Int32, context.inputs[0].shape}};
}

}  // namespace

void register_like_ops(OpRegistry& registry) {
  const Traits shape_only = Trait::LikeLast | Trait::NonDifferentiable;
  registry.add({"reduce_to_like",
                {"x", "like"},
                Trait::LikeLast | Trait::ZeroPreserving,
                infer_reduce_to_like,
                gradient_of_reduce_to_like});
  registry.add({"broadcast_like",
                {"x", "like"},
                Trait::LikeLast | Trait::ZeroPreserving,
                infer_broadcast_like,
                gradient_of_broadcast_like});
  registry.add({"axis_size", {"x"}, shape_only, infer_axis_size, nullptr});
  registry.add({"iota_like", {"x"}, shape_only, infer_iota_like, nullptr});
}

Symbol reduce_to_like(const Operand& x, const Operand& like) {
  const SiteGuard guard(x.site());
  return make_symbol("reduce_to_like", {x.symbol(), like.symbol()}, {}, x.site());
}

Symbol broadcast_like(const Operand& x, const Operand& like) {
  const SiteGuard guard(x.site());
  return make_symbol("broadcast_like", {x.symbol(), like.symbol()}, {}, x.site());
}

Symbol axis_size(const Operand& x, const Axes& axis) {
  const SiteGuard guard(x.site());
  const Symbol symbol = x.symbol();
  const AxisList axes = normalized_axes("axis_size", axis, symbol, x.site());
  std::int64_t count = 1;
  for (const std::int64_t a : axes) {
    const std::int64_t length = symbol.shape()[a];
    if (length == None) return make_symbol("axis_size", {symbol}, {{"axis", axes}}, x.site());
    count *= length;
  }
  return constant(Tensor(count));
}

Symbol iota_like(const Operand& x, std::int64_t axis) {
  const SiteGuard guard(x.site());
  const Symbol symbol = x.symbol();
  const std::vector<std::int64_t> axes = normalized_axes("iota_like", axis, symbol, x.site());
  return make_symbol("iota_like", {symbol}, {{"axis", axes[0]}}, x.site());
}

Tensor reduce_to_like(const Tensor& x, const Tensor& like) {
  return compute_now(reduce_to_like(Operand(x), Operand(like)));
}
Tensor broadcast_like(const Tensor& x, const Tensor& like) {
  return compute_now(broadcast_like(Operand(x), Operand(like)));
}
Tensor axis_size(const Tensor& x, const Axes& axis) { return compute_now(axis_size(Operand(x), axis)); }
Tensor iota_like(const Tensor& x, std::int64_t axis) { return compute_now(iota_like(Operand(x), axis)); }

}  // namespace kerascpp::ops
