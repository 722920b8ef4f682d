#pragma once

#include <cstdint>

#include <kerascpp/core/shape.hpp>

/// Stacks of matrices: batch axes, then rows and columns.
namespace kerascpp::reference {

/// The axes before the last two.
[[nodiscard]] inline Shape batch_of(const Shape& shape) { return shape.slice(0, shape.ndim() - 2); }

/// The place of matrix number `i` of the broadcast batch in an operand with the batch axes `own`.
[[nodiscard]] inline std::int64_t matrix_of(std::int64_t i, const Shape& batch, const Shape& own) {
  std::int64_t place = 0, stride = 1;
  for (int axis = batch.ndim() - 1, k = own.ndim() - 1; k >= 0; --axis, --k) {
    if (own[k] != 1) place += i % batch[axis] * stride;
    stride *= own[k];
    i /= batch[axis];
  }
  return place;
}

}  // namespace kerascpp::reference
