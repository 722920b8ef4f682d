#include <algorithm>
#include <string>

#include <kerascpp/graph/immediate.hpp>
#include <kerascpp/graph/node.hpp>
#include <kerascpp/ops/creation.hpp>
#include <kerascpp/ops/elementwise.hpp>
#include <kerascpp/ops/indexing.hpp>
#include <kerascpp/ops/joining.hpp>
#include <kerascpp/ops/like.hpp>
#include <kerascpp/ops/linalg.hpp>
#include <kerascpp/ops/shape.hpp>
#include <kerascpp/ops/sorting.hpp>

#include "ops/composed_gradient.hpp"
#include "ops/families.hpp"
#include "ops/matrices.hpp"
#include "ops/shape_support.hpp"

// Triangular factors of matrices: cholesky, lu_factor and qr.
namespace kerascpp::ops {
namespace {

std::int64_t shorter_side(const Shape& shape) {
  const std::int64_t rows = shape.dim(-2), columns = shape.dim(-1);
  return rows == None || columns == None ? None : std::min(rows, columns);
}

Shape with_matrix(const Shape& like, std::int64_t rows, std::int64_t columns) {
  Shape shape = batch_axes(like);
  shape.push_back(rows);
  shape.push_back(columns);
  return shape;
}

void infer_cholesky(InferContext& context) {
  expect_square_matrices(context);
  context.outputs = {context.inputs[0]};
}

// With x = L L^T and S = L^-T phi(L^T gL) L^-1, phi the lower triangle with half the diagonal: gx = (S + S^T) / 2.
std::vector<Symbol> cholesky_gradient(const Node& node, const std::vector<Symbol>& g) {
  const bool upper = node.attributes().flag("upper");
  const Symbol factor = upper ? transposed(node.output()) : node.output();
  const Symbol gradient = upper ? transposed(g[0]) : g[0];
  const Symbol phi = halved_tril(matmul(transposed(factor), tril(gradient)));
  const Symbol left = triangular_solution(factor, phi, true, true);
  return {symmetric_part(triangular_solution(factor, transposed(left), true, true))};
}

void infer_lu_factor(InferContext& context) {
  expect_matrices(context);
  const TensorSpec& x = context.inputs[0];
  Shape pivots = batch_axes(x.shape), permutation = pivots;
  pivots.push_back(shorter_side(x.shape));
  permutation.push_back(x.shape.dim(-2));
  context.outputs = {x, {DType::Int32, pivots}, {DType::Int32, permutation}};
}

// With the rows of x in the order p equal to L U, and h = tril(L^T gL, -1) + triu(gU U^T): gx[p] = L^-T h U^-T.
std::vector<Symbol> lu_factor_gradient(const Node& node, const std::vector<Symbol>& g) {
  const Symbol x = node.input(0), lu = node.output(0);
  KCPP_CHECK(may_equal(x.dim(-2), x.dim(-1)), ShapeError,
             "[lu_factor] expected square matrices for its gradient, received shape ", x.shape());
  if (!g[0].defined()) return {{}};
  const Symbol lower = where(on_diagonal(lu), 1, tril(lu, -1)), upper = triu(lu);
  const Symbol h = tril(matmul(transposed(lower), tril(g[0], -1)), -1) + triu(matmul(triu(g[0]), transposed(upper)));
  const Symbol left = triangular_solution(lower, h, true, true);
  const Symbol permuted = transposed(triangular_solution(upper, transposed(left), false, false));
  return {take_along_axis(permuted, broadcast_like(expand_dims(argsort(node.output(2)), -1), permuted), -2)};
}

void infer_qr(InferContext& context) {
  expect_matrices(context);
  const TensorSpec& x = context.inputs[0];
  const std::string& mode = context.attributes.text("mode");
  KCPP_CHECK(mode == "reduced" || mode == "complete", ValueError, "[", context.op,
             "] expected mode \"reduced\" or \"complete\", received \"", mode, "\"");
  const std::int64_t rows = x.shape.dim(-2), columns = mode == "complete" ? rows : shorter_side(x.shape);
  context.outputs = {{x.dtype, with_matrix(x.shape, rows, columns)},
                     {x.dtype, with_matrix(x.shape, columns, x.shape.dim(-1))}};
}

// For M < N: the first M columns are decomposed, the others follow from r = q^T x.
std::vector<Symbol> wide_qr(const Node& node, const std::vector<Symbol>& inputs) {
  const Symbol& x = inputs[0];
  const std::int64_t rows = node.input(0).dim(-2);
  const Qr square = qr(slice_axis(x, -1, Slice(0, rows)));
  return {square.q, concatenate({square.r, matmul(transposed(square.q), slice_axis(x, -1, Slice(rows)))}, -1)};
}

// With m = r gr^T - gq^T q and its lower triangle mirrored: gx = (gq + q m) r^-T.
std::vector<Symbol> qr_gradient(const Node& node, const std::vector<Symbol>& g) {
  const Shape& shape = node.input(0).shape();
  const std::int64_t M = shape.dim(-2), N = shape.dim(-1);
  KCPP_CHECK(M != None && N != None, ShapeError, "[qr] expected matrices of known size for its gradient, received ",
             shape);
  KCPP_CHECK(M <= N || node.attributes().text("mode") == "reduced", ShapeError,
             "[qr] has no gradient in mode \"complete\" for more rows than columns, received shape ", shape,
             "; use mode \"reduced\"");
  if (M < N) return gradient_by_composition(node, g, wide_qr);
  const Symbol q = node.output(0), r = node.output(1);
  Symbol m;
  if (g[1].defined()) m = matmul(r, transposed(triu(g[1])));
  if (g[0].defined()) {
    const Symbol product = matmul(transposed(g[0]), q);
    m = m.defined() ? m - product : negative(product);
  }
  const Symbol mirrored = tril(m) + transposed(tril(m, -1));
  const Symbol sum = g[0].defined() ? g[0] + matmul(q, mirrored) : matmul(q, mirrored);
  return {transposed(triangular_solution(r, transposed(sum), false, false))};
}

std::vector<Symbol> factors(std::string_view op, const Operand& x, Attributes attributes = {}) {
  return make_node(OpRegistry::global().get(op), {x.symbol()}, std::move(attributes), x.site());
}

}  // namespace

void register_factorization_ops(OpRegistry& registry) {
  registry.add(
      {.name = "cholesky", .inputs = {"x"}, .traits = 0, .infer = infer_cholesky, .gradient = cholesky_gradient});
  // a third output is the order of the rows of x that gives L U
  registry.add(
      {.name = "lu_factor", .inputs = {"x"}, .traits = 0, .infer = infer_lu_factor, .gradient = lu_factor_gradient});
  registry.add({.name = "qr", .inputs = {"x"}, .traits = 0, .infer = infer_qr, .gradient = qr_gradient});
}

Symbol cholesky(const Operand& x, bool upper) {
  return make_symbol("cholesky", {x.symbol()}, {{"upper", upper}}, x.site());
}

LuFactor lu_factor(const Operand& x) {
  const std::vector<Symbol> parts = factors("lu_factor", x);
  return {parts[0], parts[1]};
}

Qr qr(const Operand& x, std::string_view mode) {
  const std::vector<Symbol> parts = factors("qr", x, {{"mode", std::string(mode)}});
  return {parts[0], parts[1]};
}

Tensor cholesky(const Tensor& x, bool upper) { return compute_now(cholesky(immediate(x), upper)); }
LuFactorTensors lu_factor(const Tensor& x) {
  const LuFactor symbols = lu_factor(immediate(x));
  const std::vector<Tensor> parts = compute_now(std::vector<Symbol>{symbols.lu, symbols.pivots});
  return {parts[0], parts[1]};
}
QrTensors qr(const Tensor& x, std::string_view mode) {
  const Qr symbols = qr(immediate(x), mode);
  const std::vector<Tensor> parts = compute_now(std::vector<Symbol>{symbols.q, symbols.r});
  return {parts[0], parts[1]};
}

}  // namespace kerascpp::ops
