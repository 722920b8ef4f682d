#pragma once

#include <cstdint>

#include <kerascpp/core/export.hpp>
#include <kerascpp/core/tensor.hpp>
#include <kerascpp/graph/symbol.hpp>
#include <kerascpp/ops/axes.hpp>

/// Shapes taken from another symbol: what gradients need while dimensions are not known.
namespace kerascpp::ops {

/// Sums `x` over the axes in which `like` would be broadcast to it; the result has the shape of `like`.
///
/// Throws ShapeError when `like` cannot be broadcast to the shape of `x`.
/// Gradient: x. Of `like` only the shape is used.
[[nodiscard]] KCPP_API Symbol reduce_to_like(const Operand& x, const Operand& like);
[[nodiscard]] KCPP_API Tensor reduce_to_like(const Tensor& x, const Tensor& like);

/// `x` broadcast to the shape of `like`.
///
/// Throws ShapeError when the shapes do not fit. Gradient: x. Of `like` only the shape is used.
[[nodiscard]] KCPP_API Symbol broadcast_like(const Operand& x, const Operand& like);
[[nodiscard]] KCPP_API Tensor broadcast_like(const Tensor& x, const Tensor& like);

/// The number of elements of `x` along `axis` (all: in total), an int64 scalar, also where it is not known yet.
[[nodiscard]] KCPP_API Symbol axis_size(const Operand& x, const Axes& axis = {});
[[nodiscard]] KCPP_API Tensor axis_size(const Tensor& x, const Axes& axis = {});
/// The index of each element along `axis`, int32, in the shape of `x`, whose values are not used.
[[nodiscard]] KCPP_API Symbol iota_like(const Operand& x, std::int64_t axis);
[[nodiscard]] KCPP_API Tensor iota_like(const Tensor& x, std::int64_t axis);

}  // namespace kerascpp::ops
