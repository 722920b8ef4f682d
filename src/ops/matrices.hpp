#pragma once

#include <kerascpp/core/error.hpp>
#include <kerascpp/graph/op.hpp>
#include <kerascpp/graph/symbol.hpp>

/// What the operations on stacks of matrices (..., N, M) share.
namespace kerascpp::ops {

/// The axes before the last two.
[[nodiscard]] inline Shape batch_axes(const Shape& shape) { return shape.slice(0, shape.ndim() - 2); }

/// Input `i` must be floating matrices. Throws DTypeError or ShapeError.
void expect_matrices(const InferContext& context, std::size_t i = 0);
/// Input `i` must be floating square matrices. Throws DTypeError or ShapeError.
void expect_square_matrices(const InferContext& context, std::size_t i = 0);

/// The matrices transposed.
[[nodiscard]] Symbol transposed(const Symbol& x);
/// The rows and columns numbered: whether an element of `x` is on the diagonal.
[[nodiscard]] Symbol on_diagonal(const Symbol& x);
/// `values` (..., K) on the diagonal of zeros of the shape of `like`.
[[nodiscard]] Symbol diagonal_matrices(const Symbol& values, const Symbol& like);
/// The lower triangle of `x` with half the diagonal.
[[nodiscard]] Symbol halved_tril(const Symbol& x);
/// (x + x^T) / 2
[[nodiscard]] Symbol symmetric_part(const Symbol& x);
/// The solution of a x = b (or a^T x = b) with a triangle of `a`; both are matrices.
[[nodiscard]] Symbol triangular_solution(const Symbol& a, const Symbol& b, bool lower, bool transpose);

}  // namespace kerascpp::ops
