#pragma once

#include <cstdint>
#include <optional>

#include <kerascpp/core/export.hpp>
#include <kerascpp/core/tensor.hpp>
#include <kerascpp/graph/symbol.hpp>
#include <kerascpp/ops/axes.hpp>

/// Reductions: one value from all elements along `axis` (left out: all axes).
///
/// The reduced axes disappear, or stay with length 1 when `keepdims` is true. Axes out of range are a ShapeError.
/// Sums and products of bool and small integers give int32 (uint32 for unsigned ones); means are floating.
namespace kerascpp::ops {

/// Gradient: x.
[[nodiscard]] KCPP_API Symbol sum(const Operand& x, const Axes& axis = {}, bool keepdims = false);
[[nodiscard]] KCPP_API Tensor sum(const Tensor& x, const Axes& axis = {}, bool keepdims = false);
/// dtype   of the product, default as for `sum`
/// Gradient: x, exact at zeros.
[[nodiscard]] KCPP_API Symbol prod(const Operand& x, const Axes& axis = {}, bool keepdims = false,
                                   std::optional<DType> dtype = {});
[[nodiscard]] KCPP_API Tensor prod(const Tensor& x, const Axes& axis = {}, bool keepdims = false,
                                   std::optional<DType> dtype = {});
/// initial   a lower bound of the result
/// Gradient: x, in equal parts to the elements that are the maximum. NaN when an element is NaN.
[[nodiscard]] KCPP_API Symbol max(const Operand& x, const Axes& axis = {}, bool keepdims = false,
                                  std::optional<double> initial = {});
[[nodiscard]] KCPP_API Tensor max(const Tensor& x, const Axes& axis = {}, bool keepdims = false,
                                  std::optional<double> initial = {});
/// initial   an upper bound of the result
/// Gradient: x, in equal parts to the elements that are the minimum. NaN when an element is NaN.
[[nodiscard]] KCPP_API Symbol min(const Operand& x, const Axes& axis = {}, bool keepdims = false,
                                  std::optional<double> initial = {});
[[nodiscard]] KCPP_API Tensor min(const Tensor& x, const Axes& axis = {}, bool keepdims = false,
                                  std::optional<double> initial = {});
[[nodiscard]] KCPP_API Symbol amax(const Operand& x, const Axes& axis = {}, bool keepdims = false);
[[nodiscard]] KCPP_API Tensor amax(const Tensor& x, const Axes& axis = {}, bool keepdims = false);
[[nodiscard]] KCPP_API Symbol amin(const Operand& x, const Axes& axis = {}, bool keepdims = false);
[[nodiscard]] KCPP_API Tensor amin(const Tensor& x, const Axes& axis = {}, bool keepdims = false);
/// The largest minus the smallest element ("peak to peak"). Gradient: x.
[[nodiscard]] KCPP_API Symbol ptp(const Operand& x, const Axes& axis = {}, bool keepdims = false);
[[nodiscard]] KCPP_API Tensor ptp(const Tensor& x, const Axes& axis = {}, bool keepdims = false);
/// Whether some element is true or not zero.
[[nodiscard]] KCPP_API Symbol any(const Operand& x, const Axes& axis = {}, bool keepdims = false);
[[nodiscard]] KCPP_API Tensor any(const Tensor& x, const Axes& axis = {}, bool keepdims = false);
/// Whether every element is true or not zero.
[[nodiscard]] KCPP_API Symbol all(const Operand& x, const Axes& axis = {}, bool keepdims = false);
[[nodiscard]] KCPP_API Tensor all(const Tensor& x, const Axes& axis = {}, bool keepdims = false);
/// How many elements are not zero, int32.
[[nodiscard]] KCPP_API Symbol count_nonzero(const Operand& x, const Axes& axis = {});
[[nodiscard]] KCPP_API Tensor count_nonzero(const Tensor& x, const Axes& axis = {});

/// Gradient: x.
[[nodiscard]] KCPP_API Symbol mean(const Operand& x, const Axes& axis = {}, bool keepdims = false);
[[nodiscard]] KCPP_API Tensor mean(const Tensor& x, const Axes& axis = {}, bool keepdims = false);
/// The mean with `weights`, of x's shape or a vector along a single `axis`. Gradient: x, weights.
/// Throws ShapeError for other weights.
[[nodiscard]] KCPP_API Symbol average(const Operand& x, const Axes& axis = {}, std::optional<Operand> weights = {});
[[nodiscard]] KCPP_API Tensor average(const Tensor& x, const Axes& axis = {}, const Tensor& weights = {});
/// The mean squared distance from the mean; of float16 and bfloat16 computed in float32; real. Gradient: x.
[[nodiscard]] KCPP_API Symbol var(const Operand& x, const Axes& axis = {}, bool keepdims = false);
[[nodiscard]] KCPP_API Tensor var(const Tensor& x, const Axes& axis = {}, bool keepdims = false);
/// The square root of `var`. Gradient: x, 0 where the deviation is 0.
[[nodiscard]] KCPP_API Symbol std(const Operand& x, const Axes& axis = {}, bool keepdims = false);
[[nodiscard]] KCPP_API Tensor std(const Tensor& x, const Axes& axis = {}, bool keepdims = false);
/// log(sum(exp(x))) without overflow; -infinity of nothing but -infinity. Gradient: x.
[[nodiscard]] KCPP_API Symbol logsumexp(const Operand& x, const Axes& axis = {}, bool keepdims = false);
[[nodiscard]] KCPP_API Tensor logsumexp(const Tensor& x, const Axes& axis = {}, bool keepdims = false);

/// The index, int32, of the first largest element along `axis`; of several axes in the order of their elements.
[[nodiscard]] KCPP_API Symbol argmax(const Operand& x, const Axes& axis = {}, bool keepdims = false);
[[nodiscard]] KCPP_API Tensor argmax(const Tensor& x, const Axes& axis = {}, bool keepdims = false);
/// The index, int32, of the first smallest element along `axis`; of several axes in the order of their elements.
[[nodiscard]] KCPP_API Symbol argmin(const Operand& x, const Axes& axis = {}, bool keepdims = false);
[[nodiscard]] KCPP_API Tensor argmin(const Tensor& x, const Axes& axis = {}, bool keepdims = false);

// The same without the elements that are NaN. Of nothing but NaN: sum 0, product 1, the others NaN; the index is then
// -1.

[[nodiscard]] KCPP_API Symbol nansum(const Operand& x, const Axes& axis = {}, bool keepdims = false);
[[nodiscard]] KCPP_API Tensor nansum(const Tensor& x, const Axes& axis = {}, bool keepdims = false);
[[nodiscard]] KCPP_API Symbol nanprod(const Operand& x, const Axes& axis = {}, bool keepdims = false);
[[nodiscard]] KCPP_API Tensor nanprod(const Tensor& x, const Axes& axis = {}, bool keepdims = false);
[[nodiscard]] KCPP_API Symbol nanmax(const Operand& x, const Axes& axis = {}, bool keepdims = false);
[[nodiscard]] KCPP_API Tensor nanmax(const Tensor& x, const Axes& axis = {}, bool keepdims = false);
[[nodiscard]] KCPP_API Symbol nanmin(const Operand& x, const Axes& axis = {}, bool keepdims = false);
[[nodiscard]] KCPP_API Tensor nanmin(const Tensor& x, const Axes& axis = {}, bool keepdims = false);
[[nodiscard]] KCPP_API Symbol nanmean(const Operand& x, const Axes& axis = {}, bool keepdims = false);
[[nodiscard]] KCPP_API Tensor nanmean(const Tensor& x, const Axes& axis = {}, bool keepdims = false);
[[nodiscard]] KCPP_API Symbol nanvar(const Operand& x, const Axes& axis = {}, bool keepdims = false);
[[nodiscard]] KCPP_API Tensor nanvar(const Tensor& x, const Axes& axis = {}, bool keepdims = false);
[[nodiscard]] KCPP_API Symbol nanstd(const Operand& x, const Axes& axis = {}, bool keepdims = false);
[[nodiscard]] KCPP_API Tensor nanstd(const Tensor& x, const Axes& axis = {}, bool keepdims = false);
[[nodiscard]] KCPP_API Symbol nanargmax(const Operand& x, const Axes& axis = {}, bool keepdims = false);
[[nodiscard]] KCPP_API Tensor nanargmax(const Tensor& x, const Axes& axis = {}, bool keepdims = false);
[[nodiscard]] KCPP_API Symbol nanargmin(const Operand& x, const Axes& axis = {}, bool keepdims = false);
[[nodiscard]] KCPP_API Tensor nanargmin(const Tensor& x, const Axes& axis = {}, bool keepdims = false);

}  // namespace kerascpp::ops
