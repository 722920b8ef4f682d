#pragma once

#include <string>
#include <vector>

#include <kerascpp/core/dtype.hpp>
#include <kerascpp/core/export.hpp>

namespace kerascpp {

struct TensorSpec;

/// A dtype and, for each axis, whether it always has length 1 and is broadcast. Source: theano.tensor.TensorType.
struct KCPP_API TensorType {
  DType dtype = DType::Float32;
  std::vector<bool> broadcastable;

  [[nodiscard]] int ndim() const { return static_cast<int>(broadcastable.size()); }
  friend bool operator==(const TensorType&, const TensorType&) = default;
};

[[nodiscard]] KCPP_API TensorType tensor_type(const TensorSpec& spec);

/// "TensorType(float64, matrix)"; scalar, vector, row, col, matrix, 3D, 4D ..., or the axes themselves.
[[nodiscard]] KCPP_API std::string to_string(const TensorType& type);

}  // namespace kerascpp
