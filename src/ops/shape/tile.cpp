#include <algorithm>

#include <kerascpp/core/error.hpp>
#include <kerascpp/graph/immediate.hpp>
#include <kerascpp/graph/node.hpp>
#include <kerascpp/ops/indexing.hpp>
#include <kerascpp/ops/like.hpp>
#include <kerascpp/ops/shape.hpp>

#include "ops/families.hpp"
#include "ops/shape_support.hpp"

// Operations that repeat elements: broadcast_to, tile, repeat.

namespace kerascpp::ops {
namespace {

void infer_broadcast_to(InferContext& context) {
  const TensorSpec& x = context.inputs[0];
  const Shape shape = context.attributes.integers("shape");
  for (const std::int64_t length : shape)
    KCPP_CHECK(length >= 0, ValueError, "[", context.op, "] expected known lengths, received ", shape,
               "; use broadcast_like for a shape that is known when the function runs");
  const int added = shape.ndim() - x.shape.ndim();
  bool fits = added >= 0;
  for (int i = 0; fits && i < x.shape.ndim(); ++i)
    fits = x.shape[i] == None || x.shape[i] == 1 || x.shape[i] == shape[added + i];
  KCPP_CHECK(fits, ShapeError, "[", context.op, "] ", x.shape, " cannot be broadcast to ", shape);
  context.outputs = {{x.dtype, shape}};
}

std::vector<Symbol> broadcast_to_gradient(const Node& node, const std::vector<Symbol>& g) {
  return {reduce_to_like(g[0], node.input(0))};
}

void infer_tile(InferContext& context) {
  const TensorSpec& x = context.inputs[0];
  const std::vector<std::int64_t>& repeats = context.attributes.integers("repeats");
  KCPP_CHECK(static_cast<int>(repeats.size()) == x.shape.ndim(), ShapeError, "[", context.op, "] expected ",
             x.shape.ndim(), " repeats, one for each axis of ", x.shape, ", received ", repeats.size());
  Shape shape = x.shape;
  for (int i = 0; i < shape.ndim(); ++i) {
    const std::int64_t count = repeats[static_cast<std::size_t>(i)];
    KCPP_CHECK(count >= 0, ValueError, "[", context.op, "] expected repeats >= 0, received ", Shape(repeats));
    if (shape[i] != None)
      shape[i] *= count;
    else if (count == 0)
      shape[i] = 0;
  }
  context.outputs = {{x.dtype, shape}};
}

// (r * n) -> (r, n) summed over r, one axis after the other: so one unknown length is inferred at a time.
std::vector<Symbol> tile_gradient(const Node& node, const std::vector<Symbol>& g) {
  const std::vector<std::int64_t>& repeats = node.attributes().integers("repeats");
  if (std::find(repeats.begin(), repeats.end(), 0) != repeats.end()) return {zeros_as(node.input(0))};
  Symbol sum = g[0];
  for (int i = 0; i < sum.ndim(); ++i) {
    const std::int64_t count = repeats[static_cast<std::size_t>(i)];
    if (count == 1) continue;
    const Symbol copies = split_axis(sum, i, {count, -1});
    const Symbol one = slice_axis(copies, i, Slice(0, 1));
    sum = squeeze(reduce_to_like(copies, one), i);
  }
  return {sum};
}

// Repeats for each axis of an array whose rank is at least their number.
std::vector<std::int64_t> repeats_per_axis(const Sizes& repeats, int ndim) {
  std::vector<std::int64_t> all = repeats.values();
  while (static_cast<int>(all.size()) < ndim) all.insert(all.begin(), 1);
  return all;
}

// Element i of `axis` repeats[i] times: the list of places to take.
Tensor places(const std::vector<std::int64_t>& repeats) {
  std::vector<std::int64_t> indices;
  for (std::size_t i = 0; i < repeats.size(); ++i) {
    KCPP_CHECK(repeats[i] >= 0, ValueError, "[repeat] expected repeats >= 0, received ", repeats[i]);
    indices.insert(indices.end(), static_cast<std::size_t>(repeats[i]), static_cast<std::int64_t>(i));
  }
  return Tensor(indices.data(), {static_cast<std::int64_t>(indices.size())}, DType::Int64);
}

}  // namespace

void register_tile_ops(OpRegistry& registry) {
  registry.add({"broadcast_to", {"x"}, 0, infer_broadcast_to, broadcast_to_gradient});
  registry.add({"tile", {"x"}, 0, infer_tile, tile_gradient});
}

Symbol broadcast_to(const Operand& x, const Shape& shape) {
  const SiteGuard guard(x.site());
  if (x.shape() == shape && shape.is_known()) return x.symbol();
  return make_symbol("broadcast_to", {x.symbol()}, {{"shape", shape.vector()}}, x.site());
}
Tensor broadcast_to(const Tensor& x, const Shape& shape) { return compute_now(broadcast_to(immediate(x), shape)); }

Symbol tile(const Operand& x, const Sizes& repeats) {
  const SiteGuard guard(x.site());
  const int ndim = std::max(x.shape().ndim(), static_cast<int>(repeats.values().size()));
  const std::vector<std::int64_t> all = repeats_per_axis(repeats, ndim);
  const Symbol whole = atleast_nd(x, ndim);
  if (std::all_of(all.begin(), all.end(), [](std::int64_t count) { return count == 1; })) return whole;
  return make_symbol("tile", {whole}, {{"repeats", all}}, x.site());
}
Tensor tile(const Tensor& x, const Sizes& repeats) { return compute_now(tile(immediate(x), repeats)); }

Symbol repeat(const Operand& x, const Sizes& repeats, const Axes& axis) {
  const SiteGuard guard(x.site());
  if (axis.all()) return repeat(ravel(x), repeats, 0);
  KCPP_CHECK(axis.given().size() == 1 && !repeats.empty(), ValueError,
             "[repeat] expected repeats and at most one axis, received axis ", Shape(axis.given()));
  const int place = normalize_axis(axis.given()[0], x.shape().ndim());
  const std::vector<std::int64_t>& counts = repeats.values();
  if (counts.size() > 1) {
    KCPP_CHECK(may_equal(x.shape()[place], static_cast<std::int64_t>(counts.size())), ShapeError,
               "[repeat] expected one repeat for each of the ", x.shape()[place], " items of axis ", place, " of ",
               x.shape(), ", received ", counts.size());
    return take(x, places(counts), place);
  }
  // (n) -> (n, 1) -> (n, r) -> (n * r)
  const Symbol single = expand_dims(x, place + 1);
  std::vector<std::int64_t> copies(static_cast<std::size_t>(single.ndim()), 1);
  copies[static_cast<std::size_t>(place) + 1] = counts[0];
  return merge_axes(tile(single, copies), place, place + 1);
}
Tensor repeat(const Tensor& x, const Sizes& repeats, const Axes& axis) {
  return compute_now(repeat(immediate(x), repeats, axis));
}

}  // namespace kerascpp::ops
