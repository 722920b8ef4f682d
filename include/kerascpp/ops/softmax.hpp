#pragma once

#include <cstdint>

#include <kerascpp/core/export.hpp>
#include <kerascpp/core/tensor.hpp>
#include <kerascpp/graph/symbol.hpp>
#include <kerascpp/ops/axes.hpp>

/// Scores made into probabilities. Shapes stay; integers are computed in `floatx()`. Gradient: x.
namespace kerascpp::ops {

/// exp(x) / sum(exp(x)) over `axis` (one, several, or with {} all), right for every finite x.
/// Throws ShapeError when an axis is out of range. Source: keras.ops.softmax.
[[nodiscard]] KCPP_API Symbol softmax(const Operand& x, const Axes& axis = -1);
[[nodiscard]] KCPP_API Tensor softmax(const Tensor& x, const Axes& axis = -1);

/// The logarithm of `softmax`, without its underflow. Source: keras.ops.log_softmax.
[[nodiscard]] KCPP_API Symbol log_softmax(const Operand& x, const Axes& axis = -1);
[[nodiscard]] KCPP_API Tensor log_softmax(const Tensor& x, const Axes& axis = -1);

/// `softmax` over the elements where `mask` (bool, broadcast to x) is true; the others get 0. Where nothing is true,
/// all elements get the same probability. Source: keras.layers.Softmax.
[[nodiscard]] KCPP_API Symbol masked_softmax(const Operand& x, const Operand& mask, const Axes& axis = -1);
[[nodiscard]] KCPP_API Tensor masked_softmax(const Tensor& x, const Tensor& mask, const Axes& axis = -1);

/// max(x - threshold, 0) with the threshold of keras.ops.sparsemax; most elements are exactly 0.
///
/// As in Keras 3, a row sums to 1 only where one element is not 0: its threshold is not that of the paper
/// (Martins and Astudillo, arXiv 1602.02068). Source: keras.ops.sparsemax.
[[nodiscard]] KCPP_API Symbol sparsemax(const Operand& x, std::int64_t axis = -1);
[[nodiscard]] KCPP_API Tensor sparsemax(const Tensor& x, std::int64_t axis = -1);

}  // namespace kerascpp::ops
