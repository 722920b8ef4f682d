#include "ops/matrices.hpp"

#include <kerascpp/graph/node.hpp>
#include <kerascpp/ops/creation.hpp>
#include <kerascpp/ops/elementwise.hpp>
#include <kerascpp/ops/like.hpp>
#include <kerascpp/ops/shape.hpp>

#include "ops/shape_support.hpp"

namespace kerascpp::ops {

void expect_matrices(const InferContext& context, std::size_t i) {
  const TensorSpec& x = context.inputs[i];
  KCPP_CHECK(is_floating(x.dtype), DTypeError, "[", context.op, "] expected a floating dtype, received ", x,
             "; cast it to float32 or float64");
  KCPP_CHECK(x.shape.ndim() >= 2, ShapeError, "[", context.op, "] expected matrices (..., M, N), received shape ",
             x.shape, "; add axes with expand_dims");
}

void expect_square_matrices(const InferContext& context, std::size_t i) {
  expect_matrices(context, i);
  const Shape& shape = context.inputs[i].shape;
  KCPP_CHECK(may_equal(shape.dim(-2), shape.dim(-1)), ShapeError, "[", context.op,
             "] expected square matrices (..., N, N), received shape ", shape);
}

Symbol transposed(const Symbol& x) { return swapaxes(x, -2, -1); }

Symbol on_diagonal(const Symbol& x) { return equal(iota_like(x, -2), iota_like(x, -1)); }

Symbol diagonal_matrices(const Symbol& values, const Symbol& like) {
  return make_symbol("diagonal_scatter", {values, like}, {{"offset", std::int64_t{0}}});
}

Symbol halved_tril(const Symbol& x) { return 0.5 * (tril(x) + tril(x, -1)); }

Symbol symmetric_part(const Symbol& x) { return 0.5 * (x + transposed(x)); }

Symbol triangular_solution(const Symbol& a, const Symbol& b, bool lower, bool transpose) {
  return make_symbol("solve_triangular", {a, b}, {{"lower", lower}, {"transpose", transpose}});
}

}  // namespace kerascpp::ops
