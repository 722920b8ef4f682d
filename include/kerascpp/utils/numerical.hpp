#pragma once

#include <cstdint>
#include <optional>

#include <kerascpp/core/export.hpp>
#include <kerascpp/core/tensor.hpp>

namespace kerascpp::utils {

/// One row of zeros with a one at the class, for each class number of `x`.
///
/// x            (...) or (..., 1)  integers in [0, num_classes)
/// num_classes  the largest of x and one unless given
/// returns      (..., num_classes)  of the default float dtype
///
/// Throws ValueError naming the first class out of range, or when x is empty and num_classes is not given.
/// Source: keras.utils.to_categorical.
[[nodiscard]] KCPP_API Tensor to_categorical(const Tensor& x, const std::optional<std::int64_t>& num_classes = {});

/// `x` divided by its norm along `axis`; a norm of zero counts as one.
///
/// order   of the norm: 2, 1, another positive number, 0 (how many are not zero), infinity or -infinity
/// returns the dtype of x; float64 for integers
///
/// Throws ValueError for an axis that x does not have. Source: keras.utils.normalize.
[[nodiscard]] KCPP_API Tensor normalize(const Tensor& x, std::int64_t axis = -1, double order = 2);

/// The most probable class of each sample, or with one column whether it is above one half.
///
/// y_pred  (B, C)
/// returns (B,) int64, or (B, 1) int32 for one column
///
/// Throws ShapeError for other ranks. Source: keras.utils.np_utils.probas_to_classes of Keras 1.
[[nodiscard]] KCPP_API Tensor probas_to_classes(const Tensor& y_pred);

}  // namespace kerascpp::utils
