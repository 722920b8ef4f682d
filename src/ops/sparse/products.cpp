#include <kerascpp/core/error.hpp>
#include <kerascpp/graph/node.hpp>

#include "ops/families.hpp"
#include "ops/gradient_helpers.hpp"
#include "ops/inference.hpp"
#include "ops/shape_support.hpp"
#include "ops/sparse/sparse_ops.hpp"

// Dense from sparse, and products of sparse with dense. The five operations are linear in each of their factors and
// each other's gradients:
//   <G, A x> = <A^T G, x> = <(G x^T at the places of A), A>

namespace kerascpp::ops {
namespace {

struct PatternLengths {
  std::int64_t rows, elements;
};

// Checks indices and indptr, inputs number `i` and `i + 1`.
PatternLengths pattern_lengths(const InferContext& context, std::size_t i) {
  check_integers(context, i, "indices");
  check_integers(context, i + 1, "indptr");
  const TensorSpec &indices = context.inputs[i], &indptr = context.inputs[i + 1];
  KCPP_CHECK(indices.dtype == indptr.dtype, DTypeError, "[", context.op, "] expected indices and indptr of one dtype, ",
             "received ", indices, " and ", indptr);
  KCPP_CHECK(indices.shape.ndim() == 1 && indptr.shape.ndim() == 1 && indptr.shape[0] != 0, ShapeError, "[", context.op,
             "] expected vectors of indices and of one offset more than there are rows, received ", indices, " and ",
             indptr);
  return {indptr.shape[0] == None ? None : indptr.shape[0] - 1, indices.shape[0]};
}

std::int64_t columns_of(const InferContext& context) {
  const Shape& like = context.inputs.back().shape;
  KCPP_CHECK(like.ndim() >= 1, ShapeError, "[", context.op, "] expected at least one dimension of like, received ",
             context.inputs.back());
  return like[0];
}

void infer_csr_to_dense(InferContext& context) {
  const PatternLengths lengths = pattern_lengths(context, 1);
  expect_shape(context, "data", {lengths.elements}, context.inputs[0].shape);
  context.outputs = {{context.inputs[0].dtype, Shape{lengths.rows, columns_of(context)}}};
}

void infer_csr_gather(InferContext& context) {
  const PatternLengths lengths = pattern_lengths(context, 1);
  expect_shape(context, "x", {lengths.rows, columns_of(context)}, context.inputs[0].shape);
  context.outputs = {{context.inputs[0].dtype, Shape{lengths.elements}}};
}

// data, indices, indptr, x, like: `transposed` says which side of the matrix x has.
void infer_product(InferContext& context, bool transposed) {
  const PatternLengths lengths = pattern_lengths(context, 1);
  const TensorSpec &data = context.inputs[0], &x = context.inputs[3];
  const std::int64_t columns = columns_of(context);
  expect_shape(context, "data", {lengths.elements}, data.shape);
  KCPP_CHECK(data.dtype == x.dtype, DTypeError, "[", context.op, "] expected data and x of one dtype, received ", data,
             " and ", x);
  expect_shape(context, "x", {transposed ? lengths.rows : columns, None}, x.shape);
  context.outputs = {{x.dtype, Shape{transposed ? columns : lengths.rows, x.shape[1]}}};
}
void infer_csr_matmul(InferContext& context) { infer_product(context, false); }
void infer_csr_transposed_matmul(InferContext& context) { infer_product(context, true); }

void infer_csr_sampled_matmul(InferContext& context) {
  const PatternLengths lengths = pattern_lengths(context, 2);
  const TensorSpec &a = context.inputs[0], &b = context.inputs[1];
  expect_one_dtype(context, 2);
  expect_shape(context, "a", {lengths.rows, b.shape.ndim() == 2 ? b.shape[1] : None}, a.shape);
  expect_shape(context, "b", {None, a.shape[1]}, b.shape);
  context.outputs = {{a.dtype, Shape{lengths.elements}}};
}

CsrPattern pattern_of(const Node& node) { return {node.input(1), node.input(2), node.inputs().back()}; }

Gradients gradient_of_csr_to_dense(const Node& node, const Gradients& g) {
  return {csr_gather(g[0], pattern_of(node)), {}, {}, {}};
}

Gradients gradient_of_csr_gather(const Node& node, const Gradients& g) {
  return {csr_to_dense(g[0], pattern_of(node)), {}, {}, {}};
}

Gradients gradient_of_csr_matmul(const Node& node, const Gradients& g) {
  const CsrPattern pattern = pattern_of(node);
  const Symbol data = conjugate_if_complex(node.input(0)), x = conjugate_if_complex(node.input(3));
  return {csr_sampled_matmul(g[0], x, pattern.indices, pattern.indptr),
          {},
          {},
          csr_transposed_matmul(data, pattern, g[0]),
          {}};
}

Gradients gradient_of_csr_transposed_matmul(const Node& node, const Gradients& g) {
  const CsrPattern pattern = pattern_of(node);
  const Symbol data = conjugate_if_complex(node.input(0)), x = conjugate_if_complex(node.input(3));
  return {csr_sampled_matmul(x, g[0], pattern.indices, pattern.indptr), {}, {}, csr_matmul(data, pattern, g[0]), {}};
}

Gradients gradient_of_csr_sampled_matmul(const Node& node, const Gradients& g) {
  const Symbol a = conjugate_if_complex(node.input(0)), b = conjugate_if_complex(node.input(1));
  const CsrPattern pattern{node.input(2), node.input(3), node.input(1)};
  return {csr_matmul(g[0], pattern, b), csr_transposed_matmul(g[0], pattern, a), {}, {}};
}

}  // namespace

void register_sparse_product_ops(OpRegistry& registry) {
  const Traits like = Traits{} | Trait::LikeLast;
  registry.add(
      {"csr_to_dense", {"data", "indices", "indptr", "like"}, like, infer_csr_to_dense, gradient_of_csr_to_dense});
  registry.add({"csr_gather", {"x", "indices", "indptr", "like"}, like, infer_csr_gather, gradient_of_csr_gather});
  registry.add(
      {"csr_matmul", {"data", "indices", "indptr", "x", "like"}, like, infer_csr_matmul, gradient_of_csr_matmul});
  registry.add({"csr_transposed_matmul",
                {"data", "indices", "indptr", "x", "like"},
                like,
                infer_csr_transposed_matmul,
                gradient_of_csr_transposed_matmul});
  registry.add({"csr_sampled_matmul",
                {"a", "b", "indices", "indptr"},
                0,
                infer_csr_sampled_matmul,
                gradient_of_csr_sampled_matmul});
}

Symbol csr_to_dense(const Symbol& data, const CsrPattern& pattern) {
  return make_symbol("csr_to_dense", {data, pattern.indices, pattern.indptr, pattern.like});
}
Symbol csr_gather(const Symbol& x, const CsrPattern& pattern) {
  return make_symbol("csr_gather", {x, pattern.indices, pattern.indptr, pattern.like});
}
Symbol csr_matmul(const Symbol& data, const CsrPattern& pattern, const Symbol& x) {
  return make_symbol("csr_matmul", {data, pattern.indices, pattern.indptr, x, pattern.like});
}
Symbol csr_transposed_matmul(const Symbol& data, const CsrPattern& pattern, const Symbol& x) {
  return make_symbol("csr_transposed_matmul", {data, pattern.indices, pattern.indptr, x, pattern.like});
}
Symbol csr_sampled_matmul(const Symbol& a, const Symbol& b, const Symbol& indices, const Symbol& indptr) {
  return make_symbol("csr_sampled_matmul", {a, b, indices, indptr});
}

}  // namespace kerascpp::ops
