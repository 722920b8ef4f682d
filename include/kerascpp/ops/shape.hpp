#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <kerascpp/core/export.hpp>
#include <kerascpp/core/tensor.hpp>
#include <kerascpp/graph/symbol.hpp>
#include <kerascpp/ops/axes.hpp>
#include <kerascpp/ops/sizes.hpp>

/// Operations that give elements another arrangement. All dtypes; the dtype stays. Each is differentiable.
namespace kerascpp::ops {

/// An entry of `newshape` in `reshape`: the length of the input's axis `axis`, also where it is not known yet.
[[nodiscard]] constexpr std::int64_t copy_dim(int axis) { return -2 - axis; }

/// The elements of `x` under another shape, in row-major order.
///
/// newshape: lengths, at most one -1 (what remains), and `copy_dim(i)` for the length of axis i of x.
///           (None, 28, 28, 1) with {-1, 784} or {copy_dim(0), -1} gives (None, 784).
/// Throws ShapeError when the number of elements differs. Source: keras.ops.reshape.
[[nodiscard]] KCPP_API Symbol reshape(const Operand& x, const Shape& newshape);
/// On a tensor no element is copied.
[[nodiscard]] KCPP_API Tensor reshape(const Tensor& x, const Shape& newshape);

/// The elements of `x` under the shape that `like` has, also where it is not known yet; `like` gets no gradient.
[[nodiscard]] KCPP_API Symbol reshape_like(const Operand& x, const Operand& like);
[[nodiscard]] KCPP_API Tensor reshape_like(const Tensor& x, const Tensor& like);

/// All elements in one dimension, in row-major order. Source: keras.ops.ravel.
[[nodiscard]] KCPP_API Symbol ravel(const Operand& x);
[[nodiscard]] KCPP_API Tensor ravel(const Tensor& x);

/// Axes [first, last] of `x` as one axis, the others as they are.
[[nodiscard]] KCPP_API Symbol merge_axes(const Operand& x, std::int64_t first, std::int64_t last);
[[nodiscard]] KCPP_API Tensor merge_axes(const Tensor& x, std::int64_t first, std::int64_t last);

/// Axis `axis` of `x` as several axes of these lengths (one may be -1), the others as they are.
/// Throws ShapeError when the product of the lengths is not the axis's length.
[[nodiscard]] KCPP_API Symbol split_axis(const Operand& x, std::int64_t axis, const Shape& lengths);
[[nodiscard]] KCPP_API Tensor split_axis(const Tensor& x, std::int64_t axis, const Shape& lengths);

/// `x` with axes of length one inserted so that they stand at positions `axis` of the result.
/// Throws ShapeError when a position is out of range. Source: keras.ops.expand_dims.
[[nodiscard]] KCPP_API Symbol expand_dims(const Operand& x, const Axes& axis);
[[nodiscard]] KCPP_API Tensor expand_dims(const Tensor& x, const Axes& axis);

/// `x` without the axes `axis`, which have length one; without `axis`, without all axes known to have length one.
/// Throws ShapeError when one of them has another length. Source: keras.ops.squeeze.
[[nodiscard]] KCPP_API Symbol squeeze(const Operand& x, const Axes& axis = {});
[[nodiscard]] KCPP_API Tensor squeeze(const Tensor& x, const Axes& axis = {});

/// `x` with axes of length one put in front until it has `ndim` of them.
[[nodiscard]] KCPP_API Symbol atleast_nd(const Operand& x, int ndim);
[[nodiscard]] KCPP_API Tensor atleast_nd(const Tensor& x, int ndim);

/// The bytes of `x` read as another dtype; the last axis grows or shrinks with the ratio of the item sizes.
/// Not differentiable. Throws ShapeError when the last axis does not fit. Source: keras.ops.view.
[[nodiscard]] KCPP_API Symbol view(const Operand& x, DType dtype);
[[nodiscard]] KCPP_API Tensor view(const Tensor& x, DType dtype);

/// The shape of `x` as an int32 vector (ndim), known when the function runs. Source: keras.ops.shape.
[[nodiscard]] KCPP_API Symbol shape(const Operand& x);
[[nodiscard]] KCPP_API Tensor shape(const Tensor& x);
/// The number of elements of `x`, an int32 scalar. Source: keras.ops.size.
[[nodiscard]] KCPP_API Symbol size(const Operand& x);
[[nodiscard]] KCPP_API Tensor size(const Tensor& x);
/// The number of axes. Source: keras.ops.ndim.
[[nodiscard]] inline int ndim(const Operand& x) { return x.shape().ndim(); }
[[nodiscard]] inline int ndim(const Tensor& x) { return x.ndim(); }

/// Axes in another order: axis i of the result is axis `axes[i]` of x; reversed without `axes`.
/// Throws ShapeError when `axes` is no permutation. Source: keras.ops.transpose.
[[nodiscard]] KCPP_API Symbol transpose(const Operand& x, const std::vector<std::int64_t>& axes = {});
[[nodiscard]] KCPP_API Tensor transpose(const Tensor& x, const std::vector<std::int64_t>& axes = {});
/// The same under its name in keras.backend.
[[nodiscard]] KCPP_API Symbol permute_dimensions(const Operand& x, const std::vector<std::int64_t>& pattern);
[[nodiscard]] KCPP_API Tensor permute_dimensions(const Tensor& x, const std::vector<std::int64_t>& pattern);

/// Axes `source` at the positions `destination`, the others in their order. Source: keras.ops.moveaxis.
[[nodiscard]] KCPP_API Symbol moveaxis(const Operand& x, const Axes& source, const Axes& destination);
[[nodiscard]] KCPP_API Tensor moveaxis(const Tensor& x, const Axes& source, const Axes& destination);

/// Two axes exchanged. Source: keras.ops.swapaxes.
[[nodiscard]] KCPP_API Symbol swapaxes(const Operand& x, std::int64_t axis1, std::int64_t axis2);
[[nodiscard]] KCPP_API Tensor swapaxes(const Tensor& x, std::int64_t axis1, std::int64_t axis2);

/// `k` quarter turns in the plane of two axes, from the first towards the second. Source: keras.ops.rot90.
[[nodiscard]] KCPP_API Symbol rot90(const Operand& array, std::int64_t k = 1,
                                    std::pair<std::int64_t, std::int64_t> axes = {0, 1});
[[nodiscard]] KCPP_API Tensor rot90(const Tensor& array, std::int64_t k = 1,
                                    std::pair<std::int64_t, std::int64_t> axes = {0, 1});

/// The order of elements reversed along `axis`. Source: keras.ops.flip.
[[nodiscard]] KCPP_API Symbol flip(const Operand& x, const Axes& axis = {});
[[nodiscard]] KCPP_API Tensor flip(const Tensor& x, const Axes& axis = {});
/// Columns (axis 1) reversed. Source: keras.ops.fliplr.
[[nodiscard]] KCPP_API Symbol fliplr(const Operand& x);
[[nodiscard]] KCPP_API Tensor fliplr(const Tensor& x);
/// Rows (axis 0) reversed. Source: keras.ops.flipud.
[[nodiscard]] KCPP_API Symbol flipud(const Operand& x);
[[nodiscard]] KCPP_API Tensor flipud(const Tensor& x);

/// Elements moved by `shift` places along `axis`, coming in again at the other end; without `axis`, along the
/// flattened array. Throws ValueError when `shift` and `axis` differ in number. Source: keras.ops.roll.
[[nodiscard]] KCPP_API Symbol roll(const Operand& x, const Sizes& shift, const Axes& axis = {});
[[nodiscard]] KCPP_API Tensor roll(const Tensor& x, const Sizes& shift, const Axes& axis = {});

/// `x` repeated by NumPy's broadcasting until it has this shape.
/// Throws ShapeError when it cannot, ValueError when `shape` holds None. Source: keras.ops.broadcast_to.
[[nodiscard]] KCPP_API Symbol broadcast_to(const Operand& x, const Shape& shape);
[[nodiscard]] KCPP_API Tensor broadcast_to(const Tensor& x, const Shape& shape);

/// `repeats[i]` copies of `x` one after the other along axis i; axes are added in front of the shorter of the two.
/// Source: keras.ops.tile.
[[nodiscard]] KCPP_API Symbol tile(const Operand& x, const Sizes& repeats);
[[nodiscard]] KCPP_API Tensor tile(const Tensor& x, const Sizes& repeats);

/// Each element `repeats` times (or element i `repeats[i]` times) along `axis`; without `axis`, of the flattened
/// array. Throws ShapeError when `repeats` does not fit the axis. Source: keras.ops.repeat.
[[nodiscard]] KCPP_API Symbol repeat(const Operand& x, const Sizes& repeats, const Axes& axis = {});
[[nodiscard]] KCPP_API Tensor repeat(const Tensor& x, const Sizes& repeats, const Axes& axis = {});

/// How far `pad` goes: the same before and after every axis, one pair for all axes, or a pair for each.
class KCPP_API PadWidth {
 public:
  using Pair = std::pair<std::int64_t, std::int64_t>;

  template <class T>
  requires std::is_integral_v<T> PadWidth(T both)
      : pairs_{{static_cast<std::int64_t>(both), static_cast<std::int64_t>(both)}} {}  // NOLINT
  /// {before, after} of every axis.
  PadWidth(std::initializer_list<std::int64_t> before_after);
  /// {{before, after}, ...}, one for each axis.
  PadWidth(std::initializer_list<Pair> pairs) : pairs_(pairs) {}
  PadWidth(std::vector<Pair> pairs) : pairs_(std::move(pairs)) {}  // NOLINT: implicit by design

  /// One pair for each of `ndim` axes. Throws ValueError on another number of pairs or a negative width.
  [[nodiscard]] std::vector<Pair> expanded(int ndim) const;

 private:
  std::vector<Pair> pairs_;
};

/// `x` with elements added before and after each axis.
///
/// mode: "constant" (`constant_values`), "edge" (the last element again), "reflect" (mirrored about the last
///       element), "symmetric" (mirrored with the last element), "wrap" (from the other end).
/// Throws ShapeError when "reflect" goes beyond length - 1, or "symmetric" or "wrap" beyond the length.
/// Source: keras.ops.pad.
[[nodiscard]] KCPP_API Symbol pad(const Operand& x, const PadWidth& pad_width, std::string_view mode = "constant",
                                  double constant_values = 0);
[[nodiscard]] KCPP_API Tensor pad(const Tensor& x, const PadWidth& pad_width, std::string_view mode = "constant",
                                  double constant_values = 0);

/// Axes split, permuted and merged as an einops pattern says.
///
/// rearrange(images, "b (h h1) (w w1) c -> b h w (c h1 w1)", {{"h1", 2}, {"w1", 2}})
/// Lengths of axes that cannot be inferred are given in `axes_lengths`.
/// Throws ValueError on a malformed pattern, ShapeError when it does not fit x. Source: keras.ops.rearrange.
[[nodiscard]] KCPP_API Symbol rearrange(const Operand& tensor, std::string_view pattern,
                                        const std::vector<std::pair<std::string, std::int64_t>>& axes_lengths = {});
[[nodiscard]] KCPP_API Tensor rearrange(const Tensor& tensor, std::string_view pattern,
                                        const std::vector<std::pair<std::string, std::int64_t>>& axes_lengths = {});

}  // namespace kerascpp::ops
