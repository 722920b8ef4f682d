#include <kerascpp/core/error.hpp>
#include <kerascpp/graph/node.hpp>
#include <kerascpp/graph/op.hpp>
#include <kerascpp/ops/shape.hpp>

#include "ops/families.hpp"
#include "ops/gradient_helpers.hpp"
#include "ops/inference.hpp"

// matmul(a, b; transpose_a, transpose_b): (..., N, K) x (..., K, M) -> (..., N, M), each operand transposed in its last
// two axes first where its flag is set. Batch axes broadcast. int8 x int8 gives int32.
namespace kerascpp::ops {
namespace {

Symbol product(const Symbol& a, const Symbol& b, bool transpose_a, bool transpose_b, const Site& site) {
  return make_symbol("matmul", {a, b}, {{"transpose_a", transpose_a}, {"transpose_b", transpose_b}}, site);
}

void infer_matmul(InferContext& context) {
  expect_one_dtype(context, 2);
  const Shape &a = context.inputs[0].shape, &b = context.inputs[1].shape;
  KCPP_CHECK(a.ndim() >= 2 && b.ndim() >= 2, ShapeError, "[", context.op,
             "] expected operands with at least 2 dimensions, received shapes ", a, " and ", b);
  const bool transpose_a = context.attributes.flag("transpose_a");
  const bool transpose_b = context.attributes.flag("transpose_b");
  const std::int64_t rows = a.dim(transpose_a ? -1 : -2), inner_a = a.dim(transpose_a ? -2 : -1);
  const std::int64_t inner_b = b.dim(transpose_b ? -1 : -2), columns = b.dim(transpose_b ? -2 : -1);
  KCPP_CHECK(inner_a == None || inner_b == None || inner_a == inner_b, ShapeError, "[", context.op,
             "] cannot multiply shapes ", a, transpose_a ? " (transposed)" : "", " and ", b,
             transpose_b ? " (transposed)" : "", ": the inner dimensions ", inner_a, " and ", inner_b, " differ");
  Shape shape = broadcast_shapes(a.slice(0, a.ndim() - 2), b.slice(0, b.ndim() - 2));
  shape.push_back(rows);
  shape.push_back(columns);
  const DType dtype = context.inputs[0].dtype;
  context.outputs = {{dtype == DType::Int8 ? DType::Int32 : dtype, shape}};
}

// With A and B the operands after their flags: dA = g B^T, dB = A^T g; dA^T = B g^T, dB^T = g^T A.
std::vector<Symbol> matmul_gradient(const Node& node, const std::vector<Symbol>& output_gradients) {
  Symbol g = output_gradients[0], a = conjugate_if_complex(node.input(0));
  const Symbol b = conjugate_if_complex(node.input(1));
  const bool ta = node.attributes().flag("transpose_a"), tb = node.attributes().flag("transpose_b");
  const Site& site = node.site();
  const Symbol ga = ta ? product(b, g, tb, true, site) : product(g, b, false, !tb, site);
  // one matrix for the whole batch: a single product over all rows, instead of many and their sum
  if (b.ndim() == 2 && a.ndim() > 2 && !ta) {
    a = merge_axes(a, 0, -2);
    g = merge_axes(g, 0, -2);
  }
  const Symbol gb = tb ? product(g, a, true, ta, site) : product(a, g, !ta, false, site);
  if (node.input(0).ndim() == 2 && b.ndim() == 2) return {ga, gb};  // no batch axes, so none was broadcast
  return reduced(node, {ga, gb});
}

}  // namespace

void register_matmul_ops(OpRegistry& registry) {
  registry.add({.name = "matmul",
                .inputs = {"a", "b"},
                .traits = Traits{} | Trait::ZeroPreserving | Trait::TakesEpilogue,
                .infer = infer_matmul,
                .gradient = matmul_gradient});
}

}  // namespace kerascpp::ops
