#pragma once

#include <kerascpp/core/dtype.hpp>

namespace kerascpp::ops {

/// The dtype of sums and products: bool and small integers are widened to 32 bits.
[[nodiscard]] DType sum_dtype(DType dtype);

}  // namespace kerascpp::ops
