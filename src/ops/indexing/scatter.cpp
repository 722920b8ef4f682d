#include <kerascpp/core/error.hpp>
#include <kerascpp/graph/immediate.hpp>
#include <kerascpp/graph/node.hpp>
#include <kerascpp/ops/indexing.hpp>
#include <kerascpp/ops/shape.hpp>

#include "ops/families.hpp"
#include "ops/shape_support.hpp"

// Blocks by index vectors: gather_nd reads them, scatter_update writes them.

namespace kerascpp::ops {
namespace {

Shape block_shape(const InferContext& context, const Shape& x, const Shape& indices) {
  check_integers(context, 1, "indices");
  KCPP_CHECK(indices.ndim() >= 1 && indices.back() != None, ShapeError, "[", context.op,
             "] expected indices (..., k) with a known k, received ", indices);
  const std::int64_t depth = indices.back();
  KCPP_CHECK(depth <= x.ndim(), ShapeError, "[", context.op, "] index vectors of length ", depth,
             " are longer than the rank of ", x);
  Shape shape = indices.slice(0, indices.ndim() - 1);
  for (int i = static_cast<int>(depth); i < x.ndim(); ++i) shape.push_back(x[i]);
  return shape;
}

void infer_gather_nd(InferContext& context) {
  const TensorSpec& x = context.inputs[0];
  context.outputs = {{x.dtype, block_shape(context, x.shape, context.inputs[1].shape)}};
}

std::vector<Symbol> gather_nd_gradient(const Node& node, const std::vector<Symbol>& g) {
  return {make_symbol("scatter_update", {zeros_as(node.input(0)), node.input(1), g[0]},
                      {{"reduction", std::string("add")}}),
          {}};
}

void infer_scatter_update(InferContext& context) {
  const TensorSpec& x = context.inputs[0];
  const TensorSpec& updates = context.inputs[2];
  const std::string& reduction = context.attributes.text("reduction");
  KCPP_CHECK(reduction.empty() || reduction == "add" || reduction == "max" || reduction == "min" || reduction == "mul",
             ValueError, "[", context.op, "] expected reduction add, max, min, mul or none, received \"", reduction,
             "\"");
  KCPP_CHECK(!is_complex(x.dtype) || (reduction != "max" && reduction != "min"), DTypeError, "[", context.op,
             "] complex numbers have no order, received ", x);
  KCPP_CHECK(updates.dtype == x.dtype, DTypeError, "[", context.op, "] expected updates of dtype ", x.dtype,
             ", received ", updates);
  const Shape expected = block_shape(context, x.shape, context.inputs[1].shape);
  bool fits = updates.shape.ndim() == expected.ndim();
  for (int i = 0; fits && i < expected.ndim(); ++i) fits = may_equal(updates.shape[i], expected[i]);
  KCPP_CHECK(fits, ShapeError, "[", context.op, "] expected updates of shape ", expected, ", received ", updates.shape);
  context.outputs = {x};
}

// Replaced elements get no gradient; of several updates at one place only the last, which stands, gets one.
std::vector<Symbol> scatter_update_gradient(const Node& node, const std::vector<Symbol>& g) {
  const Symbol& indices = node.input(1);
  const std::string& reduction = node.attributes().text("reduction");
  if (reduction == "add") return {g[0], {}, gather_nd(g[0], indices)};
  KCPP_CHECK(reduction.empty(), ValueError, "[scatter_update] reduction \"", reduction,
             "\" is not differentiable; use \"add\" or none");
  const Symbol& updates = node.input(2);
  const Symbol kept = make_symbol("scatter_update", {g[0], indices, zeros_as(updates)}, {{"reduction", std::string()}});
  return {kept, {}, make_symbol("scatter_winners", {gather_nd(g[0], indices), indices, node.input(0)})};
}

// g with the blocks set to zero whose index vector occurs again further on; `like` is what the indices point into.
void infer_scatter_winners(InferContext& context) {
  const TensorSpec& g = context.inputs[0];
  (void)block_shape(context, context.inputs[2].shape, context.inputs[1].shape);
  context.outputs = {g};
}

std::vector<Symbol> scatter_winners_gradient(const Node& node, const std::vector<Symbol>& g) {
  return {make_symbol("scatter_winners", {g[0], node.input(1), node.input(2)}), {}, {}};
}

}  // namespace

void register_scatter_ops(OpRegistry& registry) {
  registry.add({"gather_nd", {"x", "indices"}, 0, infer_gather_nd, gather_nd_gradient});
  registry.add({"scatter_update", {"x", "indices", "updates"}, 0, infer_scatter_update, scatter_update_gradient});
  registry.add({"scatter_winners",
                {"g", "indices", "like"},
                Traits{} | Trait::LikeLast,
                infer_scatter_winners,
                scatter_winners_gradient});
}

Symbol gather_nd(const Operand& x, const Operand& indices) {
  const SiteGuard guard(x.site());
  return make_symbol("gather_nd", {x.symbol(), indices.symbol()}, {}, x.site());
}
Tensor gather_nd(const Tensor& x, const Tensor& indices) {
  return compute_now(gather_nd(immediate(x), immediate(indices)));
}

Symbol scatter(const Operand& indices, const Operand& values, const Shape& shape) {
  const SiteGuard guard(indices.site());
  const Symbol updates = values.symbol();
  const Symbol zeros = broadcast_to(constant(full({}, 0, updates.dtype())), shape);
  return make_symbol("scatter_update", {zeros, indices.symbol(), updates}, {{"reduction", std::string("add")}},
                     indices.site());
}
Tensor scatter(const Tensor& indices, const Tensor& values, const Shape& shape) {
  return compute_now(scatter(immediate(indices), immediate(values), shape));
}

Symbol scatter_update(const Operand& inputs, const Operand& indices, const Operand& updates,
                      std::string_view reduction) {
  const SiteGuard guard(inputs.site());
  const Symbol x = inputs.symbol();
  return make_symbol("scatter_update", {x, indices.symbol(), updates.symbol(x.dtype())},
                     {{"reduction", std::string(reduction)}}, inputs.site());
}
Tensor scatter_update(const Tensor& inputs, const Tensor& indices, const Tensor& updates, std::string_view reduction) {
  return compute_now(scatter_update(immediate(inputs), immediate(indices), immediate(updates), reduction));
}

}  // namespace kerascpp::ops
