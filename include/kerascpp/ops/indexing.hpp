#pragma once

#include <cstdint>
#include <initializer_list>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include <kerascpp/core/export.hpp>
#include <kerascpp/core/tensor.hpp>
#include <kerascpp/graph/symbol.hpp>
#include <kerascpp/ops/axes.hpp>
#include <kerascpp/ops/slice_range.hpp>

/// Operations that read or write elements by their places. Indices have an integer dtype; negative ones count from
/// the end. All dtypes of elements; gradients flow to the elements, never to indices.
namespace kerascpp {

/// `begin:end:step` along one axis, as Python's slice: `Slice()` is `:`, `Slice(1, 3)` is `1:3`,
/// `Slice(kSliceEnd, kSliceEnd, -1)` is `::-1`.
struct Slice {
  std::int64_t begin = 0;
  std::int64_t end = kSliceEnd;
  std::int64_t step = 1;

  constexpr Slice() = default;
  constexpr explicit Slice(std::int64_t begin_, std::int64_t end_ = kSliceEnd, std::int64_t step_ = 1)
      : begin(begin_), end(end_), step(step_) {}
  /// Every `step`-th element: `::step`, backwards from the last one when it is negative.
  [[nodiscard]] static constexpr Slice every(std::int64_t step) {
    return Slice(step < 0 ? kSliceEnd : 0, kSliceEnd, step);
  }
};

/// Inserts an axis of length one: NumPy's `None` or `np.newaxis` inside an index.
struct NewAxis {};
/// Stands for as many full slices as are missing: NumPy's `...` inside an index.
struct Ellipsis {};

/// One entry of an index as NumPy has it: an integer, a Slice, NewAxis, Ellipsis, an array of integers, or (on
/// Tensors) an array of booleans.
class KCPP_API Index {
 public:
  enum class Kind : std::uint8_t { Integer, Slice, NewAxis, Ellipsis, Array };

  template <class T>
  requires(std::is_integral_v<T> && !std::is_same_v<T, bool>) Index(T value)
      : kind_(Kind::Integer), slice_(static_cast<std::int64_t>(value)) {}  // NOLINT: implicit by design
  Index(Slice slice) : kind_(Kind::Slice), slice_(slice) {}                // NOLINT
  Index(NewAxis) : kind_(Kind::NewAxis) {}                                 // NOLINT
  Index(Ellipsis) : kind_(Kind::Ellipsis) {}                               // NOLINT
  Index(const Symbol& array) : kind_(Kind::Array), array_(array) {}        // NOLINT
  Index(const Variable& array);                                            // NOLINT
  Index(const Tensor& array);                                              // NOLINT
  /// {2, 0, 1}: an array of integers.
  Index(std::initializer_list<std::int64_t> array);
  template <class T>
  requires(std::is_integral_v<T> && !std::is_same_v<T, bool>) Index(const std::vector<T>& array)
      : Index(Tensor(array)) {}  // NOLINT

  [[nodiscard]] Kind kind() const { return kind_; }
  [[nodiscard]] std::int64_t integer() const { return slice_.begin; }
  [[nodiscard]] const Slice& slice() const { return slice_; }
  [[nodiscard]] const Symbol& array() const { return array_; }

 private:
  Kind kind_;
  Slice slice_;
  Symbol array_;
};

/// An Index whose values are known now: what Tensors are read with.
class KCPP_API TensorIndex : public Index {
 public:
  template <class T>
  requires(std::is_integral_v<T> && !std::is_same_v<T, bool>) TensorIndex(T value)
      : Index(value) {}                                // NOLINT: implicit by design
  TensorIndex(Slice slice) : Index(slice) {}           // NOLINT
  TensorIndex(NewAxis axis) : Index(axis) {}           // NOLINT
  TensorIndex(Ellipsis ellipsis) : Index(ellipsis) {}  // NOLINT
  TensorIndex(const Tensor& array) : Index(array) {}   // NOLINT
  TensorIndex(std::initializer_list<std::int64_t> array) : Index(array) {}
  template <class T>
  requires(std::is_integral_v<T> && !std::is_same_v<T, bool>) TensorIndex(const std::vector<T>& array)
      : Index(array) {}  // NOLINT
};

template <class Entry>
requires(!std::is_integral_v<Entry> &&
         std::is_convertible_v<const Entry&, TensorIndex>) Tensor Tensor::operator[](const Entry& entry) const {
  return (*this)[{TensorIndex(entry)}];
}

namespace ops {

/// Elements of `x` at `key`, one entry for each axis from the front, as NumPy's `x[key]`.
///
/// get_item(x, {0, Slice(1, 3)}), get_item(x, {Ellipsis(), NewAxis()}), get_item(x, {rows, columns})
/// Arrays are broadcast together; their axes stand where the arrays stood, or in front when other entries are
/// between them. A boolean array must be a constant, for the result's shape depends on its values.
/// Throws ShapeError for too many entries, ValueError for an integer out of range. Source: keras.ops.get_item.
[[nodiscard]] KCPP_API Symbol get_item(const Operand& x, const std::vector<Index>& key);
[[nodiscard]] KCPP_API Tensor get_item(const Tensor& x, const std::vector<TensorIndex>& key);
/// A single entry needs no braces.
template <class Entry>
requires(std::is_convertible_v<const Entry&, Index>) [[nodiscard]] Symbol
    get_item(const Operand& x, const Entry& entry) {
  return get_item(x, std::vector<Index>{Index(entry)});
}
template <class Entry>
requires(std::is_convertible_v<const Entry&, TensorIndex>) [[nodiscard]] Tensor
    get_item(const Tensor& x, const Entry& entry) {
  return get_item(x, std::vector<TensorIndex>{TensorIndex(entry)});
}

/// `x` with the elements at `key` replaced by `values`, which are broadcast to them. Where an element is named twice,
/// the last value stands. Source: theano.tensor.set_subtensor.
[[nodiscard]] KCPP_API Symbol set_subtensor(const Operand& x, const std::vector<Index>& key, const Operand& values);
[[nodiscard]] KCPP_API Tensor set_subtensor(const Tensor& x, const std::vector<TensorIndex>& key, const Tensor& values);
/// `x` with `values` added to the elements at `key`, as often as each is named. Source: theano.tensor.inc_subtensor.
[[nodiscard]] KCPP_API Symbol inc_subtensor(const Operand& x, const std::vector<Index>& key, const Operand& values);
[[nodiscard]] KCPP_API Tensor inc_subtensor(const Tensor& x, const std::vector<TensorIndex>& key, const Tensor& values);

/// begin:end:step on every axis, with Python's meaning of negative values and `kSliceEnd`.
/// Throws ShapeError when the lists are not as long as the rank, ValueError for a step of zero.
[[nodiscard]] KCPP_API Symbol strided_slice(const Operand& x, const std::vector<std::int64_t>& begin,
                                            const std::vector<std::int64_t>& end,
                                            const std::vector<std::int64_t>& step);
[[nodiscard]] KCPP_API Tensor strided_slice(const Tensor& x, const std::vector<std::int64_t>& begin,
                                            const std::vector<std::int64_t>& end,
                                            const std::vector<std::int64_t>& step);
/// begin:end:step on one axis, the others whole.
[[nodiscard]] KCPP_API Symbol slice_axis(const Operand& x, std::int64_t axis, const Slice& range);
[[nodiscard]] KCPP_API Tensor slice_axis(const Tensor& x, std::int64_t axis, const Slice& range);

/// Where a block begins on every axis: integers known now, or symbols known when the function runs.
class KCPP_API StartIndices {
 public:
  StartIndices(std::initializer_list<Operand> items) : items_(items) {}
  StartIndices(const std::vector<std::int64_t>& items);    // NOLINT: implicit by design
  StartIndices(const Symbol& vector) : vector_(vector) {}  // NOLINT
  StartIndices(const Tensor& vector);                      // NOLINT

  /// The integers, when all are known now; else empty.
  [[nodiscard]] std::vector<std::int64_t> known() const;
  /// All of them as one integer vector.
  [[nodiscard]] Symbol symbol() const;

 private:
  std::vector<Operand> items_;
  Symbol vector_;
};

/// StartIndices that are known now: what Tensors are cut with.
class KCPP_API TensorStartIndices : public StartIndices {
 public:
  TensorStartIndices(std::initializer_list<std::int64_t> items) : StartIndices(std::vector<std::int64_t>(items)) {}
  TensorStartIndices(const std::vector<std::int64_t>& items) : StartIndices(items) {}  // NOLINT: implicit by design
  TensorStartIndices(const Tensor& vector) : StartIndices(vector) {}                   // NOLINT
};

/// The block of `shape` that begins at `start_indices`.
/// Throws ShapeError (ValueError when the function runs) where the block goes beyond x. Source: keras.ops.slice.
[[nodiscard]] KCPP_API Symbol slice(const Operand& inputs, const StartIndices& start_indices, const Shape& shape);
[[nodiscard]] KCPP_API Tensor slice(const Tensor& inputs, const TensorStartIndices& start_indices, const Shape& shape);
/// `inputs` with the block that begins at `start_indices` replaced by `updates`, of the same rank.
/// Errors as `slice`. Source: keras.ops.slice_update.
[[nodiscard]] KCPP_API Symbol slice_update(const Operand& inputs, const StartIndices& start_indices,
                                           const Operand& updates);
[[nodiscard]] KCPP_API Tensor slice_update(const Tensor& inputs, const TensorStartIndices& start_indices,
                                           const Tensor& updates);

/// Entries `indices` of `axis`; without `axis`, of the flattened array.
///
/// x (A..., N, B...), indices (I...) -> (A..., I..., B...)
/// Throws DTypeError for indices that are no integers, ValueError when the function runs and an index is out of range.
/// Gradient: with respect to x, adding up entries taken more than once. Source: keras.ops.take.
[[nodiscard]] KCPP_API Symbol take(const Operand& x, const Operand& indices, const Axes& axis = {});
[[nodiscard]] KCPP_API Tensor take(const Tensor& x, const Tensor& indices, const Axes& axis = {});

/// For each place of `indices`, the entry of `axis` that it names; other dimensions are broadcast together.
/// Without `axis`, both are flattened. Errors as `take`. Source: keras.ops.take_along_axis.
[[nodiscard]] KCPP_API Symbol take_along_axis(const Operand& x, const Operand& indices, const Axes& axis = {});
[[nodiscard]] KCPP_API Tensor take_along_axis(const Tensor& x, const Tensor& indices, const Axes& axis = {});

/// Blocks of `x` named by index vectors.
///
/// x (D_1, ..., D_n), indices (I..., k) -> (I..., D_(k+1), ..., D_n)
/// Errors as `take`. Source: tf.gather_nd.
[[nodiscard]] KCPP_API Symbol gather_nd(const Operand& x, const Operand& indices);
[[nodiscard]] KCPP_API Tensor gather_nd(const Tensor& x, const Tensor& indices);

/// An array of `shape` that is zero but for `values` at `indices`; values at equal indices are added.
///
/// indices (I..., k), values (I..., shape[k], ...)
/// Errors as `take`. Source: keras.ops.scatter.
[[nodiscard]] KCPP_API Symbol scatter(const Operand& indices, const Operand& values, const Shape& shape);
[[nodiscard]] KCPP_API Tensor scatter(const Tensor& indices, const Tensor& values, const Shape& shape);

/// `inputs` with `updates` put at `indices`.
///
/// inputs (D_1, ..., D_n), indices (I..., k), updates (I..., D_(k+1), ..., D_n)
/// reduction: "" (the last update stands), "add", "max", "min", "mul" (combined with what is there).
/// Gradient: for "" and "add"; for "", where an element is updated twice, only to the update that stands.
/// Errors as `take`. Source: keras.ops.scatter_update.
[[nodiscard]] KCPP_API Symbol scatter_update(const Operand& inputs, const Operand& indices, const Operand& updates,
                                             std::string_view reduction = {});
[[nodiscard]] KCPP_API Tensor scatter_update(const Tensor& inputs, const Tensor& indices, const Tensor& updates,
                                             std::string_view reduction = {});

/// Where x is not zero: for each axis an int32 vector of indices. Tensors only, for the lengths depend on the values.
/// Source: keras.ops.nonzero.
[[nodiscard]] KCPP_API std::vector<Tensor> nonzero(const Tensor& x);
/// The same as one matrix, a row for each element that is not zero. Source: numpy.argwhere.
[[nodiscard]] KCPP_API Tensor argwhere(const Tensor& x);
/// The elements or blocks of `x` where `mask` (boolean, the shape of x's first axes) is true.
/// Throws ShapeError when the mask does not fit. Source: tf.boolean_mask.
[[nodiscard]] KCPP_API Tensor boolean_mask(const Tensor& x, const Tensor& mask);

/// Whether each element of `x1` is among those of `x2`; bool. `assume_unique` only promises.
/// Source: keras.ops.isin.
[[nodiscard]] KCPP_API Symbol isin(const Operand& x1, const Operand& x2, bool assume_unique = false,
                                   bool invert = false);
[[nodiscard]] KCPP_API Tensor isin(const Tensor& x1, const Tensor& x2, bool assume_unique = false, bool invert = false);

/// For flat indices into an array of `shape`, the index along each axis. Source: keras.ops.unravel_index.
[[nodiscard]] KCPP_API std::vector<Symbol> unravel_index(const Operand& indices, const Shape& shape);
[[nodiscard]] KCPP_API std::vector<Tensor> unravel_index(const Tensor& indices, const Shape& shape);

/// Windows of `sequence_length` items of the last axis, `sequence_stride` apart.
///
/// x (..., N) -> (..., 1 + (N - sequence_length) / sequence_stride, sequence_length)
/// Throws ShapeError when N is smaller than the window. Source: keras.ops.extract_sequences.
[[nodiscard]] KCPP_API Symbol extract_sequences(const Operand& x, std::int64_t sequence_length,
                                                std::int64_t sequence_stride);
[[nodiscard]] KCPP_API Tensor extract_sequences(const Tensor& x, std::int64_t sequence_length,
                                                std::int64_t sequence_stride);

/// Sums of the rows of `data` (N, ...) with equal `segment_ids` (N,): row s of the result is the sum of segment s.
///
/// num_segments: rows of the result; None, on Tensors only, for the largest id + 1. Rows of ids outside are left out.
/// `sorted` only promises. Source: keras.ops.segment_sum.
[[nodiscard]] KCPP_API Symbol segment_sum(const Operand& data, const Operand& segment_ids, std::int64_t num_segments,
                                          bool sorted = false);
[[nodiscard]] KCPP_API Tensor segment_sum(const Tensor& data, const Tensor& segment_ids,
                                          std::int64_t num_segments = None, bool sorted = false);
/// Their maximum; an empty segment gives the smallest value (-inf for floating dtypes). The gradient goes in equal
/// parts to all elements that attain it. Source: keras.ops.segment_max.
[[nodiscard]] KCPP_API Symbol segment_max(const Operand& data, const Operand& segment_ids, std::int64_t num_segments,
                                          bool sorted = false);
[[nodiscard]] KCPP_API Tensor segment_max(const Tensor& data, const Tensor& segment_ids,
                                          std::int64_t num_segments = None, bool sorted = false);
/// Their minimum; an empty segment gives the largest value. Source: keras.ops.segment_min.
[[nodiscard]] KCPP_API Symbol segment_min(const Operand& data, const Operand& segment_ids, std::int64_t num_segments,
                                          bool sorted = false);
[[nodiscard]] KCPP_API Tensor segment_min(const Tensor& data, const Tensor& segment_ids,
                                          std::int64_t num_segments = None, bool sorted = false);
/// Their product; an empty segment gives one. Source: keras.ops.segment_prod.
[[nodiscard]] KCPP_API Symbol segment_prod(const Operand& data, const Operand& segment_ids, std::int64_t num_segments,
                                           bool sorted = false);
[[nodiscard]] KCPP_API Tensor segment_prod(const Tensor& data, const Tensor& segment_ids,
                                           std::int64_t num_segments = None, bool sorted = false);

}  // namespace ops
}  // namespace kerascpp
