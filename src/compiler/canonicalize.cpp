#include <algorithm>

#include <kerascpp/core/error.hpp>

#include "compiler/passes.hpp"
#include "compiler/rewrite.hpp"
#include "graph/patterns.hpp"

namespace kerascpp::compiler {
namespace {

using Result = std::optional<std::vector<Symbol>>;

Result give(const Symbol& symbol) { return std::vector<Symbol>{symbol}; }

Symbol reshape(const NodeView& node, const Symbol& x, const Shape& shape) {
  if (x.shape() == shape) return x;
  return replacement(node.original, "reshape", {x}, {{"shape", shape.vector()}});
}

/// identity(x), stop_gradient(x), cast to the dtype it has -> x
Result drop_identity(const NodeView& node) {
  const bool same = node.is("identity") || node.is("stop_gradient") ||
                    (node.is("cast") && node.attributes().get<DType>("dtype") == node.inputs[0].dtype());
  return same ? give(node.inputs[0]) : std::nullopt;
}

/// custom_gradient(outputs..., what its gradient needs...) -> outputs
Result drop_custom_gradient(const NodeView& node) {
  if (!node.is("custom_gradient")) return std::nullopt;
  return std::vector<Symbol>(node.inputs.begin(),
                             node.inputs.begin() + static_cast<std::ptrdiff_t>(node.original.outputs().size()));
}

/// broadcast_like(x, s) -> broadcast_to(x);  to the shape it has -> x
Result make_broadcast_static(const NodeView& node) {
  if (!node.is("broadcast_like") && !node.is("broadcast_to")) return std::nullopt;
  const Symbol& x = node.inputs[0];
  const Shape& shape = node.spec().shape.is_known() ? node.spec().shape : node.inputs.back().shape();
  if (!shape.is_known()) return std::nullopt;
  if (x.shape() == shape) return give(x);
  if (node.is("broadcast_to")) return std::nullopt;
  return give(replacement(node.original, "broadcast_to", {x}, {{"shape", shape.vector()}}));
}

/// reduce_to_like(g, s) -> reshape(sum(g, axes that were broadcast))
Result make_reduction_static(const NodeView& node) {
  if (!node.is("reduce_to_like")) return std::nullopt;
  const Symbol& g = node.inputs[0];
  const Shape target = node.inputs[1].shape();
  if (g.shape() == target) return give(g);
  const int extra = g.ndim() - target.ndim();
  std::vector<std::int64_t> axes;
  for (int axis = 0; axis < g.ndim(); ++axis)
    if (axis < extra || (target[axis - extra] == 1 && g.shape()[axis] != 1)) axes.push_back(axis);
  if (axes.empty()) return give(reshape(node, g, target));
  const Symbol sum = replacement(node.original, "sum", {g}, {{"axis", axes}, {"keepdims", false}});
  return give(reshape(node, sum, target));
}

/// reshape_like(x, s), expand_dims(x), squeeze(x) -> reshape(x);  reshape(reshape(x)) -> reshape(x)
Result simplify_view(const NodeView& node) {
  if (!node.op().has(Trait::View) && !node.is("reshape_like")) return std::nullopt;
  Symbol x = node.inputs[0];
  const Shape& shape = node.spec().shape.is_known() ? node.spec().shape : node.inputs.back().shape();
  if (!shape.is_known()) return std::nullopt;
  bool changed = !node.is("reshape");
  while (comes_from(x, "reshape")) {
    x = x.node()->input(0);
    changed = true;
  }
  if (x.shape() == shape) return give(x);
  if (!changed) return std::nullopt;
  return give(replacement(node.original, "reshape", {x}, {{"shape", shape.vector()}}));
}

/// f(broadcast_to(x), y) -> f(x, y) where f broadcasts x by itself
Result absorb_broadcast(const NodeView& node) {
  if (!node.op().has(Trait::Elementwise)) return std::nullopt;
  std::vector<Symbol> inputs = node.inputs;
  Shape rest;  // the shape that the inputs which stay give
  const auto broadcast = [](const Symbol& x) { return comes_from(x, "broadcast_to"); };
  for (const Symbol& input : inputs)
    rest = broadcast_shapes(rest, broadcast(input) ? input.node()->input(0).shape() : input.shape());
  Shape full;
  for (const Symbol& input : inputs) full = broadcast_shapes(full, input.shape());
  bool changed = false;
  if (rest == full)
    for (Symbol& input : inputs)
      if (broadcast(input)) {
        input = input.node()->input(0);
        changed = true;
      }
  if (changed) return remake(node.original, std::move(inputs));
  // every input is broadcast alike: broadcast the result, which is smaller to compute
  if (rest.size() < full.size() && std::any_of(inputs.begin(), inputs.end(), broadcast)) {
    for (Symbol& input : inputs)
      if (broadcast(input)) input = input.node()->input(0);
    const Symbol small = remake(node.original, std::move(inputs)).front();
    return give(replacement(node.original, "broadcast_to", {small}, {{"shape", full.vector()}}));
  }
  return std::nullopt;
}

/// transpose(transpose(x)) -> transpose(x);  in the order it has -> x
Result simplify_transpose(const NodeView& node) {
  if (!node.is("transpose")) return std::nullopt;
  std::vector<std::int64_t> axes = node.attributes().integers("axes");
  Symbol x = node.inputs[0];
  bool changed = false;
  while (comes_from(x, "transpose")) {
    const std::vector<std::int64_t>& inner = x.node()->attributes().integers("axes");
    for (std::int64_t& axis : axes) axis = inner[static_cast<std::size_t>(axis)];
    x = x.node()->input(0);
    changed = true;
  }
  if (std::is_sorted(axes.begin(), axes.end())) return give(x);
  // moving axes of length 1 past others changes no byte
  std::vector<std::int64_t> long_axes;
  for (std::int64_t axis : axes)
    if (x.dim(axis) != 1) long_axes.push_back(axis);
  if (std::is_sorted(long_axes.begin(), long_axes.end())) return give(reshape(node, x, node.spec().shape));
  if (!changed) return std::nullopt;
  return give(replacement(node.original, "transpose", {x}, {{"axes", axes}}));
}

/// matmul(transpose(a), b) -> matmul(a, b; transpose_a)
Result absorb_transpose(const NodeView& node) {
  if (!node.is("matmul")) return std::nullopt;
  std::vector<Symbol> inputs = node.inputs;
  Attributes attributes = node.attributes();
  bool changed = false;
  for (std::size_t i = 0; i < 2; ++i) {
    if (!comes_from(inputs[i], "transpose")) continue;
    const std::vector<std::int64_t>& axes = inputs[i].node()->attributes().integers("axes");
    const std::size_t n = axes.size();
    if (n < 2) continue;
    std::vector<std::int64_t> swapped(axes);
    std::swap(swapped[n - 1], swapped[n - 2]);
    if (!std::is_sorted(swapped.begin(), swapped.end())) continue;
    const char* key = i == 0 ? "transpose_a" : "transpose_b";
    attributes.set(key, !attributes.flag(key));
    inputs[i] = inputs[i].node()->input(0);
    changed = true;
  }
  if (!changed) return std::nullopt;
  return remake(node.original, std::move(inputs), std::move(attributes));
}

/// matmul(a, column) -> reshape(matmul(row, a; transpose_b)): one row times a matrix is a form that kernels know well
Result lay_column_down(const NodeView& node) {
  if (!node.is("matmul") || node.inputs.size() != 2) return std::nullopt;
  const Symbol &a = node.inputs[0], &b = node.inputs[1];
  const Shape& shape = node.spec().shape;
  if (a.ndim() != 2 || b.ndim() != 2 || !shape.is_known() || shape[1] != 1 || shape[0] == 1) return std::nullopt;
  const Symbol row = reshape(node, b, {1, b.shape().size()});
  const Symbol result = replacement(node.original, "matmul", {row, a},
                                    {{"transpose_a", false}, {"transpose_b", !node.attributes().flag("transpose_a")}});
  return give(reshape(node, result, shape));
}

/// x + 0, x - 0, x * 1, x / 1, x ** 1 -> x;  --x -> x;  x ** 2 -> x * x;  0 + x, 1 * x -> x
Result drop_neutral(const NodeView& node) {
  const auto keeps = [&node](std::size_t i) {
    return node.inputs[i].spec() == node.spec() ? give(node.inputs[i]) : std::nullopt;
  };
  if (node.is("negative") && comes_from(node.inputs[0], "negative")) return give(node.inputs[0].node()->input(0));
  if (node.inputs.size() != 2 || !is_differentiable(node.spec().dtype)) return std::nullopt;
  const bool add = node.is("add"), multiply = node.is("multiply");
  if (((add || node.is("subtract")) && is_number(node.inputs[1], 0)) ||
      ((multiply || node.is("divide") || node.is("power")) && is_number(node.inputs[1], 1)))
    return keeps(0);
  if ((add && is_number(node.inputs[0], 0)) || (multiply && is_number(node.inputs[0], 1))) return keeps(1);
  if (node.is("power") && is_number(node.inputs[1], 2) && node.inputs[0].spec() == node.spec())
    return give(replacement(node.original, "multiply", {node.inputs[0], node.inputs[0]}));
  return std::nullopt;
}

/// where(true, a, b) -> a;  where(false, a, b) -> b
Result choose_branch(const NodeView& node) {
  if (!node.is("where")) return std::nullopt;
  const Tensor condition = constant_value(node.inputs[0]);
  if (!condition.defined() || condition.size() != 1) return std::nullopt;
  const Symbol& branch = node.inputs[condition.item<bool>() ? 1 : 2];
  if (branch.shape() == node.spec().shape) return give(branch);
  return give(replacement(node.original, "broadcast_to", {branch}, {{"shape", node.spec().shape.vector()}}));
}

/// A reduction over axes of length 1 -> reshape, where one element is its own sum, mean, product, maximum, minimum
Result drop_trivial_reduction(const NodeView& node) {
  if (!node.op().has(Trait::Reduction) || node.inputs[0].dtype() != node.spec().dtype) return std::nullopt;
  if (node.inputs[0].shape().size() != node.spec().shape.size()) return std::nullopt;
  if (!node.op().has(Trait::Idempotent)) return std::nullopt;
  return give(reshape(node, node.inputs[0], node.spec().shape));
}

/// where(f(x, c), max_pool_gradient(g, x, y), 0) -> max_pool_gradient(where(f(y, c), g, 0), x, y): x equals y at the
/// places that g goes to
Result mask_before_max_pool_gradient(const NodeView& node) {
  if (!node.is("where") || !comes_from(node.inputs[1], "max_pool_gradient") || !is_number(node.inputs[2], 0))
    return std::nullopt;
  const Node &condition = *node.inputs[0].node(), &pooling = *node.inputs[1].node();
  const Symbol &g = pooling.input(0), &x = pooling.input(1), &y = pooling.input(2);
  if (!condition.op().has(Trait::Elementwise) || condition.inputs().size() != 2 || !condition.input(0).is(x) ||
      !constant_value(condition.input(1)).defined() || condition.input(1).shape().size() != 1 ||
      node.spec() != node.inputs[1].spec())
    return std::nullopt;
  const Symbol mask = replacement(node.original, condition.op().name, {y, condition.input(1)}, condition.attributes());
  const Symbol masked = replacement(node.original, "where", {mask, g, node.inputs[2]}, node.attributes());
  return give(replacement(node.original, "max_pool_gradient", {masked, x, y}, pooling.attributes()));
}

/// sum(max_pool_gradient(g, x, y)) -> sum(g) over axes with all of the windows' axes among them: each g goes to one
/// place
Result sum_before_max_pool_gradient(const NodeView& node) {
  if (!node.is("sum") || !comes_from(node.inputs[0], "max_pool_gradient")) return std::nullopt;
  const Node& pooling = *node.inputs[0].node();
  const int ndim = node.inputs[0].ndim();
  const bool channels_first = pooling.attributes().get_or<std::string>("data_format", {}) == "channels_first";
  const std::vector<std::int64_t> axes = node.attributes().integers("axis");
  for (std::int64_t axis = channels_first ? 2 : 1; axis < (channels_first ? ndim : ndim - 1); ++axis)
    if (std::find(axes.begin(), axes.end(), axis) == axes.end()) return std::nullopt;
  return remake(node.original, {pooling.input(0)});
}

/// dynamic_slice(x, start, like) -> dynamic_slice(x, start) of a known shape;  of the whole of x -> x
Result make_block_static(const NodeView& node) {
  if (!node.is("dynamic_slice") && !node.is("slice_update")) return std::nullopt;
  const Tensor start = constant_value(node.inputs[1]);
  const Shape& block = node.is("slice_update") ? node.inputs[2].shape() : node.spec().shape;
  bool whole = start.defined() && block.is_known() && block == node.inputs[0].shape();
  for (std::int64_t i = 0; whole && i < start.size(); ++i) whole = start.item<std::int64_t>(i) == 0;
  if (node.is("slice_update")) return whole ? give(node.inputs[2]) : std::nullopt;
  if (whole) return give(node.inputs[0]);
  if (node.inputs.size() == 2 || !block.is_known()) return std::nullopt;
  return give(
      replacement(node.original, "dynamic_slice", {node.inputs[0], node.inputs[1]}, {{"shape", block.vector()}}));
}

Result canonicalize_node(const NodeView& node) {
  for (auto rule :
       {drop_identity, drop_custom_gradient, make_broadcast_static, make_reduction_static, simplify_view,
        simplify_transpose, absorb_transpose, lay_column_down, choose_branch, drop_neutral, drop_trivial_reduction,
        absorb_broadcast, make_block_static, mask_before_max_pool_gradient, sum_before_max_pool_gradient})
    if (Result result = rule(node)) return result;
  return std::nullopt;
}

}  // namespace

Graph canonicalize(const Graph& graph) { return rewrite(graph, canonicalize_node); }

}  // namespace kerascpp::compiler
