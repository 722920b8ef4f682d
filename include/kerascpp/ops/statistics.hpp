#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <utility>

#include <kerascpp/core/export.hpp>
#include <kerascpp/core/tensor.hpp>
#include <kerascpp/graph/symbol.hpp>
#include <kerascpp/ops/axes.hpp>

/// Quantiles, counts and differences of data. Integers and bool become `floatx()` where a result is fractional.
namespace kerascpp::ops {

/// The values below which the shares `q` of the data lie, along `axis`.
///
/// q        shares in [0, 1] of any shape (Q...); the result has the shape (Q..., axes that stay...)
/// method   between two data points: "linear", "lower", "higher", "midpoint" or "nearest"
/// A row that holds NaN gives NaN. Gradient: with respect to x.
/// Throws ValueError for an unknown method, or for a known q outside [0, 1]. Source: keras.ops.quantile.
[[nodiscard]] KCPP_API Symbol quantile(const Operand& x, const Operand& q, const Axes& axis = {},
                                       std::string_view method = "linear", bool keepdims = false);
[[nodiscard]] KCPP_API Tensor quantile(const Tensor& x, const Tensor& q, const Axes& axis = {},
                                       std::string_view method = "linear", bool keepdims = false);
/// `quantile` of shares given in percent, in [0, 100]. Source: keras.ops.percentile.
[[nodiscard]] KCPP_API Symbol percentile(const Operand& x, const Operand& q, const Axes& axis = {},
                                         std::string_view method = "linear", bool keepdims = false);
[[nodiscard]] KCPP_API Tensor percentile(const Tensor& x, const Tensor& q, const Axes& axis = {},
                                         std::string_view method = "linear", bool keepdims = false);
/// The middle of the data, the mean of the two middle ones of an even number. Source: keras.ops.median.
[[nodiscard]] KCPP_API Symbol median(const Operand& x, const Axes& axis = {}, bool keepdims = false);
[[nodiscard]] KCPP_API Tensor median(const Tensor& x, const Axes& axis = {}, bool keepdims = false);

/// The same without the NaN among the data; a row of nothing but NaN gives NaN. Source: keras.ops.nanquantile.
[[nodiscard]] KCPP_API Symbol nanquantile(const Operand& x, const Operand& q, const Axes& axis = {},
                                          std::string_view method = "linear", bool keepdims = false);
[[nodiscard]] KCPP_API Tensor nanquantile(const Tensor& x, const Tensor& q, const Axes& axis = {},
                                          std::string_view method = "linear", bool keepdims = false);
/// Source: keras.ops.nanpercentile.
[[nodiscard]] KCPP_API Symbol nanpercentile(const Operand& x, const Operand& q, const Axes& axis = {},
                                            std::string_view method = "linear", bool keepdims = false);
[[nodiscard]] KCPP_API Tensor nanpercentile(const Tensor& x, const Tensor& q, const Axes& axis = {},
                                            std::string_view method = "linear", bool keepdims = false);
/// Source: keras.ops.nanmedian.
[[nodiscard]] KCPP_API Symbol nanmedian(const Operand& x, const Axes& axis = {}, bool keepdims = false);
[[nodiscard]] KCPP_API Tensor nanmedian(const Tensor& x, const Axes& axis = {}, bool keepdims = false);

/// How often each of 0, 1, ... occurs in `x`, a vector or rows (N,) or (B, N) of integers >= 0.
///
/// weights    added up instead of counting, in the shape of x; their dtype is that of the result, else int32
/// minlength  length of the result at least; on symbols its very length, and no element may reach it
/// Throws ValueError when the function runs and an element is out of range. Source: keras.ops.bincount.
[[nodiscard]] KCPP_API Symbol bincount(const Operand& x, const std::optional<Operand>& weights = {},
                                       std::int64_t minlength = 0);
[[nodiscard]] KCPP_API Tensor bincount(const Tensor& x, const Tensor& weights = {}, std::int64_t minlength = 0);

/// What `histogram` gives; unpacks as `auto [counts, edges]`.
struct Histogram {
  Symbol counts;  ///< (bins,), int32
  Symbol edges;   ///< (bins + 1,), floating
};
struct HistogramTensors {
  Tensor counts;
  Tensor edges;
};
/// The number of elements in each of `bins` equal intervals of `range` (the extremes of x unless given). Intervals
/// hold their lower end; the last one holds its upper end too. Elements outside are not counted.
/// Throws ValueError for bins < 1 or a range that does not ascend. Source: keras.ops.histogram.
[[nodiscard]] KCPP_API Histogram histogram(const Operand& x, std::int64_t bins = 10,
                                           std::optional<std::pair<double, double>> range = {});
[[nodiscard]] KCPP_API HistogramTensors histogram(const Tensor& x, std::int64_t bins = 10,
                                                  std::optional<std::pair<double, double>> range = {});

/// Correlation coefficients of the rows of `x` (V, N): (V, V), floating; of a vector, a scalar.
/// Source: keras.ops.corrcoef.
[[nodiscard]] KCPP_API Symbol corrcoef(const Operand& x);
[[nodiscard]] KCPP_API Tensor corrcoef(const Tensor& x);

/// Differences of neighbours along `axis`, `n` times over; of bool, whether they differ. Source: keras.ops.diff.
[[nodiscard]] KCPP_API Symbol diff(const Operand& a, std::int64_t n = 1, std::int64_t axis = -1);
[[nodiscard]] KCPP_API Tensor diff(const Tensor& a, std::int64_t n = 1, std::int64_t axis = -1);

/// The integral along `axis` of samples `y` taken at `x` (a vector, or in the shape of y), or `dx` apart.
/// Source: keras.ops.trapezoid.
[[nodiscard]] KCPP_API Symbol trapezoid(const Operand& y, const std::optional<Operand>& x = {}, double dx = 1.0,
                                        std::int64_t axis = -1);
[[nodiscard]] KCPP_API Tensor trapezoid(const Tensor& y, const Tensor& x = {}, double dx = 1.0, std::int64_t axis = -1);

/// Powers of a vector as columns, the highest first: (n,) -> (n, N). Without `N`, square.
/// Throws ShapeError when x is no vector, or of unknown length without `N`. Source: keras.ops.vander.
[[nodiscard]] KCPP_API Symbol vander(const Operand& x, std::optional<std::int64_t> N = {}, bool increasing = false);
[[nodiscard]] KCPP_API Tensor vander(const Tensor& x, std::optional<std::int64_t> N = {}, bool increasing = false);

}  // namespace kerascpp::ops
