#include <kerascpp/graph/immediate.hpp>
#include <kerascpp/graph/node.hpp>
#include <kerascpp/ops/creation.hpp>
#include <kerascpp/ops/elementwise.hpp>
#include <kerascpp/ops/linalg.hpp>
#include <kerascpp/ops/shape.hpp>

#include "ops/families.hpp"
#include "ops/gradient_helpers.hpp"
#include "ops/inference.hpp"
#include "ops/matrices.hpp"
#include "ops/shape_support.hpp"

// Determinants, inverses and systems of linear equations.
namespace kerascpp::ops {
namespace {

void infer_det(InferContext& context) {
  expect_square_matrices(context);
  context.outputs = {{context.inputs[0].dtype, batch_axes(context.inputs[0].shape)}};
}

void infer_slogdet(InferContext& context) {
  infer_det(context);
  context.outputs.push_back(context.outputs[0]);
}

void infer_inv(InferContext& context) {
  expect_square_matrices(context);
  context.outputs = {context.inputs[0]};
}

Symbol per_matrix(const Symbol& x) { return expand_dims(x, {-2, -1}); }

// d det = det tr(x^-1 dx)
std::vector<Symbol> det_gradient(const Node& node, const std::vector<Symbol>& g) {
  return {per_matrix(g[0] * node.output()) * transposed(inv(node.input(0)))};
}

std::vector<Symbol> slogdet_gradient(const Node& node, const std::vector<Symbol>& g) {
  if (!g[1].defined()) return {{}};  // the sign is constant
  return {per_matrix(g[1]) * transposed(inv(node.input(0)))};
}

// d y = -y dx y
std::vector<Symbol> inv_gradient(const Node& node, const std::vector<Symbol>& g) {
  const Symbol y = transposed(node.output());
  return {negative(matmul(matmul(y, g[0]), y))};
}

// a (..., N, N), b (..., N, M) -> (..., N, M)
void infer_solve(InferContext& context) {
  expect_square_matrices(context, 0);
  expect_matrices(context, 1);
  expect_one_dtype(context, 2);
  const Shape &a = context.inputs[0].shape, &b = context.inputs[1].shape;
  KCPP_CHECK(may_equal(a.dim(-1), b.dim(-2)), ShapeError, "[", context.op,
             "] expected as many rows of b as of a, received ", a, " and ", b);
  Shape shape = broadcast_shapes(batch_axes(a), batch_axes(b));
  shape.push_back(agreed(b.dim(-2), a.dim(-1)));
  shape.push_back(b.dim(-1));
  context.outputs = {{context.inputs[0].dtype, shape}};
}

// gb = a^-T g, ga = -gb x^T
std::vector<Symbol> solve_gradient(const Node& node, const std::vector<Symbol>& g) {
  const Symbol gb = make_symbol("solve", {transposed(node.input(0)), g[0]});
  return reduced(node, {negative(matmul(gb, transposed(node.output()))), gb});
}

// The same, in the triangle that is read.
std::vector<Symbol> solve_triangular_gradient(const Node& node, const std::vector<Symbol>& g) {
  const bool lower = node.attributes().flag("lower"), transpose = node.attributes().flag("transpose");
  const Symbol gb = triangular_solution(node.input(0), g[0], lower, !transpose);
  const Symbol product = matmul(gb, transposed(node.output()));
  const Symbol ga = negative(transpose ? transposed(product) : product);
  return reduced(node, {lower ? tril(ga) : triu(ga), gb});
}

// Makes `op`, for which b is a stack of matrices; a b with one axis less than a is one of vectors.
Symbol solution(std::string_view op, const Operand& a, const Operand& b, Attributes attributes) {
  const SiteGuard guard(a.site());
  const DType dtype = result_type(std::vector<Operand>{a, b});
  Symbol right = b.symbol(dtype);
  const int ndim = a.shape().ndim();
  KCPP_CHECK(right.ndim() >= 1, ShapeError, "[", op, "] expected b of at least one axis, received a scalar");
  const bool vectors = right.ndim() == ndim - 1;
  if (vectors) right = expand_dims(right, -1);
  const Symbol x = make_symbol(op, {a.symbol(dtype), right}, std::move(attributes));
  return vectors ? squeeze(x, -1) : x;
}

}  // namespace

void register_inverse_ops(OpRegistry& registry) {
  registry.add({.name = "det", .inputs = {"x"}, .traits = 0, .infer = infer_det, .gradient = det_gradient});
  registry.add({.name = "slogdet", .inputs = {"x"}, .traits = 0, .infer = infer_slogdet, .gradient = slogdet_gradient});
  registry.add({.name = "inv", .inputs = {"x"}, .traits = 0, .infer = infer_inv, .gradient = inv_gradient});
  registry.add({.name = "solve", .inputs = {"a", "b"}, .traits = 0, .infer = infer_solve, .gradient = solve_gradient});
  // attributes: lower, the triangle that is read; transpose, whether it is a^T x = b
  registry.add({.name = "solve_triangular",
                .inputs = {"a", "b"},
                .traits = 0,
                .infer = infer_solve,
                .gradient = solve_triangular_gradient});
}

Symbol det(const Operand& x) { return make_symbol("det", {x.symbol()}, {}, x.site()); }
Symbol inv(const Operand& x) { return make_symbol("inv", {x.symbol()}, {}, x.site()); }
Slogdet slogdet(const Operand& x) {
  const std::vector<Symbol> parts = make_node(OpRegistry::global().get("slogdet"), {x.symbol()}, {}, x.site());
  return {parts[0], parts[1]};
}
Symbol logdet(const Operand& x) { return slogdet(x).logabsdet; }

Symbol solve(const Operand& a, const Operand& b) { return solution("solve", a, b, {}); }
Symbol solve_triangular(const Operand& a, const Operand& b, bool lower) {
  return solution("solve_triangular", a, b, {{"lower", lower}, {"transpose", false}});
}

Symbol cholesky_inverse(const Operand& x, bool upper) {
  const SiteGuard guard(x.site());
  const Symbol factor = x.symbol();
  const Symbol identity = cast(on_diagonal(factor), factor.dtype());
  const Symbol inverse = triangular_solution(factor, identity, !upper, false);
  return upper ? matmul(inverse, transposed(inverse)) : matmul(transposed(inverse), inverse);
}

Tensor det(const Tensor& x) { return compute_now(det(immediate(x))); }
Tensor inv(const Tensor& x) { return compute_now(inv(immediate(x))); }
SlogdetTensors slogdet(const Tensor& x) {
  const Slogdet symbols = slogdet(immediate(x));
  const std::vector<Tensor> parts = compute_now(std::vector<Symbol>{symbols.sign, symbols.logabsdet});
  return {parts[0], parts[1]};
}
Tensor logdet(const Tensor& x) { return compute_now(logdet(immediate(x))); }
Tensor solve(const Tensor& a, const Tensor& b) { return compute_now(solve(immediate(a), immediate(b))); }
Tensor solve_triangular(const Tensor& a, const Tensor& b, bool lower) {
  return compute_now(solve_triangular(immediate(a), immediate(b), lower));
}
Tensor cholesky_inverse(const Tensor& x, bool upper) { return compute_now(cholesky_inverse(immediate(x), upper)); }

}  // namespace kerascpp::ops
