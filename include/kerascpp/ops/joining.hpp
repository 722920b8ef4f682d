#pragma once

#include <cstdint>
#include <initializer_list>
#include <vector>

#include <kerascpp/core/export.hpp>
#include <kerascpp/core/tensor.hpp>
#include <kerascpp/graph/symbol.hpp>
#include <kerascpp/ops/axes.hpp>
#include <kerascpp/ops/sizes.hpp>

/// Operations that join several arrays or cut one in parts. Joined arrays are converted to their common dtype.
namespace kerascpp::ops {

/// Arrays one after the other along `axis`; their other dimensions are equal.
/// Throws ShapeError naming the first that does not fit, ValueError without arrays. Source: keras.ops.concatenate.
[[nodiscard]] KCPP_API Symbol concatenate(const SymbolList& xs, std::int64_t axis = 0);
[[nodiscard]] KCPP_API Tensor concatenate(const TensorList& xs, std::int64_t axis = 0);
[[nodiscard]] inline Tensor concatenate(std::initializer_list<Tensor> xs, std::int64_t axis = 0) {
  return concatenate(TensorList(xs), axis);
}

/// `x2` after `x1` along `axis`; both flattened without `axis`. Source: keras.ops.append.
[[nodiscard]] KCPP_API Symbol append(const Operand& x1, const Operand& x2, const Axes& axis = {});
[[nodiscard]] KCPP_API Tensor append(const Tensor& x1, const Tensor& x2, const Axes& axis = {});

/// Arrays of one shape as the items of a new axis. Source: keras.ops.stack.
[[nodiscard]] KCPP_API Symbol stack(const SymbolList& x, std::int64_t axis = 0);
[[nodiscard]] KCPP_API Tensor stack(const TensorList& x, std::int64_t axis = 0);
[[nodiscard]] inline Tensor stack(std::initializer_list<Tensor> x, std::int64_t axis = 0) {
  return stack(TensorList(x), axis);
}
/// Joined along axis 0, vectors as rows. Source: keras.ops.vstack.
[[nodiscard]] KCPP_API Symbol vstack(const SymbolList& xs);
[[nodiscard]] KCPP_API Tensor vstack(const TensorList& xs);
[[nodiscard]] inline Tensor vstack(std::initializer_list<Tensor> xs) { return vstack(TensorList(xs)); }
/// Joined along axis 1, vectors along axis 0. Source: keras.ops.hstack.
[[nodiscard]] KCPP_API Symbol hstack(const SymbolList& xs);
[[nodiscard]] KCPP_API Tensor hstack(const TensorList& xs);
[[nodiscard]] inline Tensor hstack(std::initializer_list<Tensor> xs) { return hstack(TensorList(xs)); }
/// Joined along axis 2, after (N,) became (1, N, 1) and (M, N) became (M, N, 1). Source: keras.ops.dstack.
[[nodiscard]] KCPP_API Symbol dstack(const SymbolList& xs);
[[nodiscard]] KCPP_API Tensor dstack(const TensorList& xs);
[[nodiscard]] inline Tensor dstack(std::initializer_list<Tensor> xs) { return dstack(TensorList(xs)); }
/// Vectors as columns of a matrix; matrices are joined along axis 1. Source: numpy.column_stack.
[[nodiscard]] KCPP_API Symbol column_stack(const SymbolList& xs);
[[nodiscard]] KCPP_API Tensor column_stack(const TensorList& xs);
[[nodiscard]] inline Tensor column_stack(std::initializer_list<Tensor> xs) { return column_stack(TensorList(xs)); }

/// `x` cut along `axis` into equal parts (an integer) or before the given indices (a list).
/// Throws ShapeError when the length is not divisible; an axis of unknown length is checked when the function runs.
/// Source: keras.ops.split.
[[nodiscard]] KCPP_API std::vector<Symbol> split(const Operand& x, const Sizes& indices_or_sections,
                                                 std::int64_t axis = 0);
[[nodiscard]] KCPP_API std::vector<Tensor> split(const Tensor& x, const Sizes& indices_or_sections,
                                                 std::int64_t axis = 0);
/// The same, but the first parts may be longer by one. Throws ShapeError when the length of the axis is unknown and
/// an integer is given. Source: keras.ops.array_split.
[[nodiscard]] KCPP_API std::vector<Symbol> array_split(const Operand& x, const Sizes& indices_or_sections,
                                                       std::int64_t axis = 0);
[[nodiscard]] KCPP_API std::vector<Tensor> array_split(const Tensor& x, const Sizes& indices_or_sections,
                                                       std::int64_t axis = 0);
/// `split` along axis 1, or 0 of a vector. Source: keras.ops.hsplit.
[[nodiscard]] KCPP_API std::vector<Symbol> hsplit(const Operand& x, const Sizes& indices_or_sections);
[[nodiscard]] KCPP_API std::vector<Tensor> hsplit(const Tensor& x, const Sizes& indices_or_sections);
/// `split` along axis 0. Source: keras.ops.vsplit.
[[nodiscard]] KCPP_API std::vector<Symbol> vsplit(const Operand& x, const Sizes& indices_or_sections);
[[nodiscard]] KCPP_API std::vector<Tensor> vsplit(const Tensor& x, const Sizes& indices_or_sections);
/// `split` along axis 2. Source: keras.ops.dsplit.
[[nodiscard]] KCPP_API std::vector<Symbol> dsplit(const Operand& x, const Sizes& indices_or_sections);
[[nodiscard]] KCPP_API std::vector<Tensor> dsplit(const Tensor& x, const Sizes& indices_or_sections);

/// The items of `axis`, each without that axis. `num` is needed where the length is unknown.
/// Throws ShapeError when `num` is not the length. Source: keras.ops.unstack.
[[nodiscard]] KCPP_API std::vector<Symbol> unstack(const Operand& x, const Sizes& num = {}, std::int64_t axis = 0);
[[nodiscard]] KCPP_API std::vector<Tensor> unstack(const Tensor& x, const Sizes& num = {}, std::int64_t axis = 0);

/// `x` cut along `axis` behind as many items as `like` has there: the head and the rest.
/// Only the shape of `like` is used. Throws ShapeError when x has fewer items.
[[nodiscard]] KCPP_API std::vector<Symbol> split_like(const Operand& x, const Operand& like, std::int64_t axis = 0);

}  // namespace kerascpp::ops
