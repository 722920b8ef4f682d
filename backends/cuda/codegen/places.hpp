#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <kerascpp/core/shape.hpp>

#include "backends/cuda/codegen/loop_names.hpp"

/// Texts about places in arrays, for kernels with a thread for each element.
namespace kerascpp::cuda {

/// Declares x0, x1, ... of the element `from` of an array of `shape`, with signs, so that they may be subtracted.
[[nodiscard]] std::string declare_coordinates(const Shape& shape, const std::string& from = "i");
/// {"x0", "x1", ...}
[[nodiscard]] std::vector<std::string> coordinate_names(int ndim);
/// The row-major place of coordinates in an array of `shape`.
[[nodiscard]] std::string place_text(const std::vector<std::string>& coordinates, const Shape& shape);
/// The place in an array of shape `operand` of the element x0, x1, ... of one of `shape` that it is broadcast to.
[[nodiscard]] std::string broadcast_place(const Shape& shape, const Shape& operand);
/// An unsigned type of as many bytes, for moving elements without a look at them.
[[nodiscard]] std::string_view bytes_type(DType dtype);

/// An array seen as (outer, axis, inner).
struct AxisView {
  std::int64_t outer = 1, length = 1, inner = 1;
};
[[nodiscard]] AxisView axis_view(const Shape& shape, std::int64_t axis);

}  // namespace kerascpp::cuda
