#include <algorithm>

#include <kerascpp/core/error.hpp>
#include <kerascpp/graph/immediate.hpp>
#include <kerascpp/graph/node.hpp>
#include <kerascpp/ops/elementwise.hpp>
#include <kerascpp/ops/linear_algebra.hpp>
#include <kerascpp/ops/reductions.hpp>
#include <kerascpp/ops/shape.hpp>

#include "ops/families.hpp"
#include "ops/inference.hpp"
#include "ops/shape_support.hpp"

namespace kerascpp::ops {
namespace {

// x (..., N, M) -> (..., L)
Shape diagonal_shape(const InferContext& context, const Shape& x) {
  KCPP_CHECK(x.ndim() >= 2, ShapeError, "[", context.op, "] expected at least 2 dimensions, received shape ", x);
  const std::int64_t offset = context.attributes.integer("offset");
  Shape shape = x.slice(0, x.ndim() - 1);
  const std::int64_t rows = x.dim(-2), columns = x.dim(-1);
  const bool known = rows != None && columns != None;
  shape.set_dim(-1, known ? std::max<std::int64_t>(std::min(rows + std::min<std::int64_t>(offset, 0),
                                                            columns - std::max<std::int64_t>(offset, 0)),
                                                   0)
                          : None);
  return shape;
}

void infer_diagonal(InferContext& context) {
  context.outputs = {{context.inputs[0].dtype, diagonal_shape(context, context.inputs[0].shape)}};
}

void infer_diagonal_scatter(InferContext& context) {
  const Shape& like = context.inputs[1].shape;
  expect_shape(context, "g", diagonal_shape(context, like), context.inputs[0].shape);
  context.outputs = {{context.inputs[0].dtype, like}};
}

std::vector<Symbol> diagonal_gradient(const Node& node, const std::vector<Symbol>& g) {
  return {make_symbol("diagonal_scatter", {g[0], node.input(0)}, node.attributes(), node.site())};
}

std::vector<Symbol> diagonal_scatter_gradient(const Node& node, const std::vector<Symbol>& g) {
  return {make_symbol("diagonal", {g[0]}, node.attributes(), node.site()), {}};
}

}  // namespace

void register_diagonal_ops(OpRegistry& registry) {
  // of the matrices in the last two axes: elements (i, i + offset)
  registry.add({.name = "diagonal",
                .inputs = {"x"},
                .traits = Traits{} | Trait::ZeroPreserving,
                .infer = infer_diagonal,
                .gradient = diagonal_gradient});
  // zeros like like_x with g on that diagonal
  registry.add({.name = "diagonal_scatter",
                .inputs = {"g", "like_x"},
                .traits = Traits{} | Trait::LikeLast,
                .infer = infer_diagonal_scatter,
                .gradient = diagonal_scatter_gradient});
}

Symbol diagonal(const Operand& x, const DiagonalOptions& options) {
  const SiteGuard guard(x.site());
  const int ndim = x.shape().ndim();
  KCPP_CHECK(ndim >= 2, ShapeError, "[diagonal] expected at least 2 dimensions, received shape ", x.shape());
  const std::int64_t axis1 = normalize_axis(options.axis1, ndim), axis2 = normalize_axis(options.axis2, ndim);
  KCPP_CHECK(axis1 != axis2, ValueError, "[diagonal] expected two axes, received ", axis1, " twice");
  const bool in_place = axis1 == ndim - 2 && axis2 == ndim - 1;
  const Symbol matrices = in_place ? x.symbol() : moveaxis(x, {axis1, axis2}, {-2, -1});
  return make_symbol("diagonal", {matrices}, {{"offset", options.offset}});
}

Symbol trace(const Operand& x, const DiagonalOptions& options) {
  const SiteGuard guard(x.site());
  return sum(diagonal(x, options), -1);
}

Symbol diag(const Operand& x, std::int64_t k) {
  const SiteGuard guard(x.site());
  const int ndim = x.shape().ndim();
  KCPP_CHECK(ndim == 1 || ndim == 2, ShapeError, "[diag] expected a vector or a matrix, received shape ", x.shape());
  if (ndim == 2) return diagonal(x, {.offset = k});
  // only the shape of `like` is used: (N + |k|, N + |k|)
  const Symbol line = k == 0 ? x.symbol() : pad(x, {{0, k < 0 ? -k : k}});
  const Symbol like = add(expand_dims(line, 1), expand_dims(line, 0));
  return make_symbol("diagonal_scatter", {x.symbol(), like}, {{"offset", k}});
}

Symbol diagflat(const Operand& x, std::int64_t k) {
  const SiteGuard guard(x.site());
  return diag(ravel(x), k);
}

Tensor diagonal(const Tensor& x, const DiagonalOptions& options) {
  return compute_now(diagonal(immediate(x), options));
}
Tensor trace(const Tensor& x, const DiagonalOptions& options) { return compute_now(trace(immediate(x), options)); }
Tensor diag(const Tensor& x, std::int64_t k) { return compute_now(diag(immediate(x), k)); }
Tensor diagflat(const Tensor& x, std::int64_t k) { return compute_now(diagflat(immediate(x), k)); }

}  // namespace kerascpp::ops
