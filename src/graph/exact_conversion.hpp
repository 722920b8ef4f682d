#pragma once

#include <kerascpp/core/dtype.hpp>
#include <kerascpp/core/tensor.hpp>

namespace kerascpp {

/// Whether `value` keeps all that it says as `dtype`: every value of its own dtype would, or it is one number that
/// does.
[[nodiscard]] inline bool converts_exactly(const Tensor& value, DType dtype) {
  if (result_type(dtype, value.dtype()) == dtype) return true;
  return value.ndim() == 0 && identical(value.astype(dtype).astype(value.dtype()), value);
}

}  // namespace kerascpp
