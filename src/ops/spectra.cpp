#include <algorithm>

#include <kerascpp/core/settings.hpp>
#include <kerascpp/graph/immediate.hpp>
#include <kerascpp/graph/node.hpp>
#include <kerascpp/ops/creation.hpp>
#include <kerascpp/ops/elementwise.hpp>
#include <kerascpp/ops/like.hpp>
#include <kerascpp/ops/linalg.hpp>
#include <kerascpp/ops/reductions.hpp>
#include <kerascpp/ops/shape.hpp>

#include "ops/dtype_limits.hpp"
#include "ops/families.hpp"
#include "ops/matrices.hpp"
#include "ops/shape_support.hpp"

// Eigenvalues, singular values and what follows from them: the pseudo-inverse, least squares, rank.
namespace kerascpp::ops {
namespace {

constexpr double kDefaultRcond = -1;  // max(M, N) epsilon, as in NumPy

void infer_eigh(InferContext& context) {
  expect_square_matrices(context);
  const TensorSpec& x = context.inputs[0];
  context.outputs = {{x.dtype, x.shape.slice(0, x.shape.ndim() - 1)}, x};
}

void infer_eig(InferContext& context) {
  infer_eigh(context);
  const DType dtype = context.inputs[0].dtype == DType::Float64 ? DType::Complex128 : DType::Complex64;
  for (TensorSpec& output : context.outputs) output.dtype = dtype;
}

// 1 / (values_j - values_i) off the diagonal, 0 on it
Symbol inverse_differences(const Symbol& values) {
  const Symbol differences = expand_dims(values, -2) - expand_dims(values, -1);
  const Symbol diagonal = on_diagonal(differences);
  return where(diagonal, 0, 1 / where(diagonal, 1, differences));
}

// gx = v (diag(gw) + f * (v^T gv)) v^T with f_ij = 1 / (w_j - w_i), symmetric as x is
std::vector<Symbol> eigh_gradient(const Node& node, const std::vector<Symbol>& g) {
  const Symbol w = node.output(0), v = node.output(1);
  Symbol inner;
  if (g[0].defined()) inner = diagonal_matrices(g[0], v);
  if (g[1].defined()) {
    const Symbol turned = inverse_differences(w) * matmul(transposed(v), g[1]);
    inner = inner.defined() ? inner + turned : turned;
  }
  return {symmetric_part(matmul(matmul(v, inner), transposed(v)))};
}

void infer_svd(InferContext& context) {
  expect_matrices(context);
  const TensorSpec& x = context.inputs[0];
  const std::int64_t M = x.shape.dim(-2), N = x.shape.dim(-1), K = M == None || N == None ? None : std::min(M, N);
  const Shape batch = batch_axes(x.shape);
  Shape u = batch, s = batch, vh = batch;
  const bool full = context.attributes.flag("full_matrices");
  u.push_back(M);
  u.push_back(full ? M : K);
  s.push_back(K);
  vh.push_back(full ? N : K);
  vh.push_back(N);
  if (context.attributes.flag("compute_uv"))
    context.outputs = {{x.dtype, u}, {x.dtype, s}, {x.dtype, vh}};
  else
    context.outputs = {{x.dtype, s}};
}

Symbol plus(const Symbol& sum, const Symbol& term) { return sum.defined() ? sum + term : term; }

// With f_ij = 1 / (s_j^2 - s_i^2) and a_u = u^T gu - gu^T u:
// gx = u ((f * a_u) s + s (f * a_v) + diag(gs)) v^T + (1 - u u^T) gu s^-1 v^T + u s^-1 gv^T (1 - v v^T)
std::vector<Symbol> reduced_svd_gradient(const Symbol& u, const Symbol& s, const Symbol& vh, const Symbol& gu,
                                         const Symbol& gs, const Symbol& gvh) {
  const Symbol columns = expand_dims(s, -2), rows = expand_dims(s, -1), f = inverse_differences(square(s));
  const auto antisymmetric = [](const Symbol& x) { return x - transposed(x); };
  Symbol inner, result;
  if (gs.defined()) inner = diagonal_matrices(gs, f);
  if (gu.defined()) {
    const Symbol projected = matmul(transposed(u), gu);
    inner = plus(inner, f * antisymmetric(projected) * columns);
    result = matmul((gu - matmul(u, projected)) / columns, vh);
  }
  if (gvh.defined()) {
    const Symbol projected = matmul(gvh, transposed(vh));  // gv^T v
    inner = plus(inner, rows * (f * negative(antisymmetric(projected))));
    result = plus(result, matmul(u, (gvh - matmul(projected, vh)) / rows));
  }
  return {plus(result, matmul(matmul(u, inner), vh))};
}

std::vector<Symbol> svd_gradient(const Node& node, const std::vector<Symbol>& g) {
  const Symbol x = node.input(0);
  if (!node.attributes().flag("compute_uv")) {
    const Svd parts = svd(x, false);
    return reduced_svd_gradient(parts.u, parts.s, parts.vh, {}, g[0], {});
  }
  const bool square_or_reduced = !node.attributes().flag("full_matrices") || x.dim(-2) == x.dim(-1);
  KCPP_CHECK(square_or_reduced || (!g[0].defined() && !g[2].defined()), ShapeError,
             "[svd] the vectors of full_matrices have no gradient unless they are square, received shape ", x.shape(),
             "; set full_matrices to false");
  if (square_or_reduced) return reduced_svd_gradient(node.output(0), node.output(1), node.output(2), g[0], g[1], g[2]);
  const Svd parts = svd(x, false);
  return reduced_svd_gradient(parts.u, parts.s, parts.vh, {}, g[1], {});
}

void infer_pinv(InferContext& context) {
  expect_matrices(context);
  const TensorSpec& x = context.inputs[0];
  Shape shape = batch_axes(x.shape);
  shape.push_back(x.shape.dim(-1));
  shape.push_back(x.shape.dim(-2));
  context.outputs = {{x.dtype, shape}};
}

// dy = -y dx y + y y^T dx^T (1 - x y) + (1 - y x) dx^T y^T y
std::vector<Symbol> pinv_gradient(const Node& node, const std::vector<Symbol>& g) {
  const Symbol x = node.input(0), y = node.output(), yt = transposed(y), gt = transposed(g[0]);
  const Symbol left = matmul(matmul(gt, y), yt), right = matmul(matmul(yt, y), gt);
  return {left - matmul(x, matmul(y, left)) + right - matmul(matmul(right, y), x) - matmul(matmul(yt, g[0]), yt)};
}

}  // namespace

void register_spectrum_ops(OpRegistry& registry) {
  registry.add({.name = "eigh", .inputs = {"x"}, .traits = 0, .infer = infer_eigh, .gradient = eigh_gradient});
  registry.add({.name = "eig", .inputs = {"x"}, .traits = 0, .infer = infer_eig, .gradient = nullptr});
  // attributes of pinv: rcond, below 0 for max(M, N) times the dtype's epsilon; of svd: full_matrices, compute_uv;
  // outputs u, s, vh, or s alone without compute_uv
  registry.add({.name = "svd", .inputs = {"x"}, .traits = 0, .infer = infer_svd, .gradient = svd_gradient});
  registry.add({.name = "pinv", .inputs = {"x"}, .traits = 0, .infer = infer_pinv, .gradient = pinv_gradient});
}

Eigenpairs eigh(const Operand& x) {
  const std::vector<Symbol> parts = make_node(OpRegistry::global().get("eigh"), {x.symbol()}, {}, x.site());
  return {parts[0], parts[1]};
}

Eigenpairs eig(const Operand& x) {
  const std::vector<Symbol> parts = make_node(OpRegistry::global().get("eig"), {x.symbol()}, {}, x.site());
  return {parts[0], parts[1]};
}

Svd svd(const Operand& x, bool full_matrices, bool compute_uv) {
  const std::vector<Symbol> parts = make_node(OpRegistry::global().get("svd"), {x.symbol()},
                                              {{"full_matrices", full_matrices}, {"compute_uv", compute_uv}}, x.site());
  if (!compute_uv) return {{}, parts[0], {}};
  return {parts[0], parts[1], parts[2]};
}

Symbol matrix_rank(const Operand& x, std::optional<double> tol) {
  const SiteGuard guard(x.site());
  const Symbol matrices = x.symbol(), s = svd(matrices, false, false).s;
  const Symbol longer = cast(maximum(axis_size(matrices, -2), axis_size(matrices, -1)), s.dtype());
  const Symbol limit =
      tol ? Operand(*tol).symbol(s.dtype()) : max(s, -1, true, 0.0) * machine_epsilon(s.dtype()) * longer;
  return sum(cast(greater(s, limit), DType::Int32), -1);
}

Symbol pinv(const Operand& x, std::optional<double> rcond) {
  KCPP_CHECK(!rcond || *rcond >= 0, ValueError, "[pinv] expected rcond of at least 0, received ", *rcond);
  return make_symbol("pinv", {x.symbol()}, {{"rcond", rcond.value_or(kDefaultRcond)}}, x.site());
}

Symbol lstsq(const Operand& a, const Operand& b, std::optional<double> rcond) {
  const SiteGuard guard(a.site());
  const DType dtype = result_type(std::vector<Operand>{a, b});
  const Symbol left = a.symbol(dtype), right = b.symbol(dtype);
  KCPP_CHECK(left.ndim() == 2 && (right.ndim() == 1 || right.ndim() == 2), ShapeError,
             "[lstsq] expected a matrix a (M, N) and b (M,) or (M, P), received shapes ", left.shape(), " and ",
             right.shape());
  KCPP_CHECK(may_equal(left.dim(0), right.dim(0)), ShapeError,
             "[lstsq] expected as many rows of b as of a, received shapes ", left.shape(), " and ", right.shape());
  return matmul(pinv(left, rcond), right);
}

Symbol cdist(const Operand& x, const Operand& y) {
  const SiteGuard guard(x.site());
  const DType common = result_type(std::vector<Operand>{x, y}), dtype = is_floating(common) ? common : floatx();
  const Symbol a = x.symbol(dtype), b = y.symbol(dtype);
  KCPP_CHECK(!is_complex(common), DTypeError, "[cdist] expected real vectors, received ", x.dtype(), " and ",
             y.dtype());
  KCPP_CHECK(a.ndim() >= 2 && b.ndim() >= 2, ShapeError,
             "[cdist] expected vectors (..., M, D) and (..., N, D), received shapes ", a.shape(), " and ", b.shape());
  KCPP_CHECK(may_equal(a.dim(-1), b.dim(-1)), ShapeError, "[cdist] expected vectors of one length, received shapes ",
             a.shape(), " and ", b.shape());
  const Symbol squares = sum(square(expand_dims(a, -2) - expand_dims(b, -3)), -1);
  const Symbol same = equal(squares, 0);  // where the root has no derivative
  return where(same, 0, sqrt(where(same, 1, squares)));
}

EigenpairsTensors eigh(const Tensor& x) {
  const Eigenpairs symbols = eigh(immediate(x));
  const std::vector<Tensor> parts = compute_now(std::vector<Symbol>{symbols.w, symbols.v});
  return {parts[0], parts[1]};
}
EigenpairsTensors eig(const Tensor& x) {
  const Eigenpairs symbols = eig(immediate(x));
  const std::vector<Tensor> parts = compute_now(std::vector<Symbol>{symbols.w, symbols.v});
  return {parts[0], parts[1]};
}
SvdTensors svd(const Tensor& x, bool full_matrices, bool compute_uv) {
  const Svd symbols = svd(immediate(x), full_matrices, compute_uv);
  if (!compute_uv) return {{}, compute_now(symbols.s), {}};
  const std::vector<Tensor> parts = compute_now(std::vector<Symbol>{symbols.u, symbols.s, symbols.vh});
  return {parts[0], parts[1], parts[2]};
}
Tensor matrix_rank(const Tensor& x, std::optional<double> tol) { return compute_now(matrix_rank(immediate(x), tol)); }
Tensor pinv(const Tensor& x, std::optional<double> rcond) { return compute_now(pinv(immediate(x), rcond)); }
Tensor lstsq(const Tensor& a, const Tensor& b, std::optional<double> rcond) {
  return compute_now(lstsq(immediate(a), immediate(b), rcond));
}
Tensor cdist(const Tensor& x, const Tensor& y) { return compute_now(cdist(immediate(x), immediate(y))); }

}  // namespace kerascpp::ops
