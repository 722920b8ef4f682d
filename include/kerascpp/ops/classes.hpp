#pragma once

#include <cstdint>
#include <optional>

#include <kerascpp/core/export.hpp>
#include <kerascpp/core/tensor.hpp>
#include <kerascpp/graph/symbol.hpp>

/// Numbers of classes and what stands for them. Not differentiable.
namespace kerascpp::ops {

struct OneHotOptions {
  std::int64_t axis = -1;           ///< where the axis of the classes stands in the result
  std::optional<DType> dtype = {};  ///< empty: float32
};
/// 1 at the place that an integer names, 0 elsewhere; integers outside [0, num_classes) give zeros.
///
/// x (...) -> (..., num_classes)
/// Throws DTypeError unless x holds integers, ValueError for num_classes < 1. Source: keras.ops.one_hot.
[[nodiscard]] KCPP_API Symbol one_hot(const Operand& x, std::int64_t num_classes, const OneHotOptions& options = {});
[[nodiscard]] KCPP_API Tensor one_hot(const Tensor& x, std::int64_t num_classes, const OneHotOptions& options = {});

/// 1 at every place that a row of integers names, 0 elsewhere.
///
/// x (L,) -> (num_classes,), (B, L, ...) -> (B, ..., num_classes)
/// Throws as `one_hot`. Source: keras.ops.multi_hot.
[[nodiscard]] KCPP_API Symbol multi_hot(const Operand& x, std::int64_t num_classes, const OneHotOptions& options = {});
[[nodiscard]] KCPP_API Tensor multi_hot(const Tensor& x, std::int64_t num_classes, const OneHotOptions& options = {});

/// Whether fewer than k predictions of a row are larger than that of the target; bool.
///
/// targets (B,) integers, predictions (B, C) -> (B,)
/// False where the target is out of range or a prediction of the row is not finite.
/// Throws ShapeError when the shapes do not fit. Source: keras.ops.in_top_k.
[[nodiscard]] KCPP_API Symbol in_top_k(const Operand& targets, const Operand& predictions, std::int64_t k);
[[nodiscard]] KCPP_API Tensor in_top_k(const Tensor& targets, const Tensor& predictions, std::int64_t k);

}  // namespace kerascpp::ops
