#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include <kerascpp/core/export.hpp>
#include <kerascpp/core/tensor.hpp>
#include <kerascpp/graph/symbol.hpp>
#include <kerascpp/ops/axes.hpp>

/// Operations on the order of elements. Real dtypes; NaN comes after all numbers, as in NumPy. Axis `Axes()` (all)
/// means the flattened array.
namespace kerascpp::ops {

/// Elements of `x` in ascending order along `axis`. Gradient: each element's to its place in x.
/// Throws DTypeError for complex dtypes. Source: keras.ops.sort.
[[nodiscard]] KCPP_API Symbol sort(const Operand& x, const Axes& axis = -1);
[[nodiscard]] KCPP_API Tensor sort(const Tensor& x, const Axes& axis = -1);

/// The indices, int32, that sort `x`; equal elements keep their order. Source: keras.ops.argsort.
[[nodiscard]] KCPP_API Symbol argsort(const Operand& x, const Axes& axis = -1);
[[nodiscard]] KCPP_API Tensor argsort(const Tensor& x, const Axes& axis = -1);

/// Indices, int32, that put element `kth` of the sorted order at its place, smaller ones before and larger ones
/// behind it. Throws ValueError when kth is out of range. Source: keras.ops.argpartition.
[[nodiscard]] KCPP_API Symbol argpartition(const Operand& x, std::int64_t kth, const Axes& axis = -1);
[[nodiscard]] KCPP_API Tensor argpartition(const Tensor& x, std::int64_t kth, const Axes& axis = -1);

/// What `top_k` gives; unpacks as `auto [values, indices]`.
struct TopK {
  Symbol values;   ///< (..., k), dtype of x
  Symbol indices;  ///< (..., k), int32
};
struct TopKTensors {
  Tensor values;
  Tensor indices;
};
/// The `k` largest elements of the last axis, the largest first; of equal ones the first. `sorted` only permits
/// another order. Throws ValueError when k is larger than the axis. Source: keras.ops.top_k.
[[nodiscard]] KCPP_API TopK top_k(const Operand& x, std::int64_t k, bool sorted = true);
[[nodiscard]] KCPP_API TopKTensors top_k(const Tensor& x, std::int64_t k, bool sorted = true);

/// Where each of `values` would be inserted into an ascending vector so that it stays ascending; int32.
///
/// sorted_sequence (N,), values (...) -> (...).  side: "left" before equal elements, "right" behind them.
/// Both are compared in their common dtype. Source: keras.ops.searchsorted.
[[nodiscard]] KCPP_API Symbol searchsorted(const Operand& sorted_sequence, const Operand& values,
                                           std::string_view side = "left");
[[nodiscard]] KCPP_API Tensor searchsorted(const Tensor& sorted_sequence, const Tensor& values,
                                           std::string_view side = "left");

/// The bin, int32, that each element of `x` falls into: i with bins[i - 1] <= x < bins[i] for ascending `bins` (N,).
/// Source: keras.ops.digitize.
[[nodiscard]] KCPP_API Symbol digitize(const Operand& x, const Operand& bins);
[[nodiscard]] KCPP_API Tensor digitize(const Tensor& x, const Tensor& bins);

struct UniqueOptions {
  /// Kept for Keras; the values always come in ascending order.
  bool sorted = true;
  bool return_index = false;
  bool return_inverse = false;
  bool return_counts = false;
  /// The axis whose items are compared; all: the elements of the flattened array.
  Axes axis = {};
  /// The length of the result, cut or filled up with `fill_value`; None: as many as there are.
  std::int64_t size = None;
  double fill_value = 0;
};
/// What `unique` gives; tensors that were not asked for are undefined.
struct Unique {
  Tensor values;   ///< ascending
  Tensor index;    ///< int32: where each value occurs first
  Tensor inverse;  ///< int32, the shape of x (of the axis): x is values[inverse]
  Tensor counts;   ///< int32: how often each value occurs
};
/// The different elements of `x`. Tensors only, for the number depends on the values. Source: keras.ops.unique.
[[nodiscard]] KCPP_API Unique unique(const Tensor& x, const UniqueOptions& options);
[[nodiscard]] KCPP_API Tensor unique(const Tensor& x);

}  // namespace kerascpp::ops
