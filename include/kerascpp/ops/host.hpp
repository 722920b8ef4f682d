#pragma once

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string_view>
#include <type_traits>
#include <vector>

#include <kerascpp/core/export.hpp>
#include <kerascpp/core/random.hpp>
#include <kerascpp/core/tensor.hpp>
#include <kerascpp/graph/immediate.hpp>
#include <kerascpp/graph/symbol.hpp>
#include <kerascpp/ops/elementwise.hpp>
#include <kerascpp/ops/reductions.hpp>

/// Helpers for data on the host, as in NumPy.
namespace kerascpp::ops {

// Numbers beside a tensor take its dtype, as they do beside a symbol.
template <class A, class B>
requires(std::is_arithmetic_v<A>&& std::is_arithmetic_v<B>) [[nodiscard]] Tensor
    clip(const Tensor& x, A x_min, B x_max) {
  return compute_now(clip(Operand(x), Operand(x_min), Operand(x_max)));
}
template <class B>
requires std::is_arithmetic_v<B>
[[nodiscard]] Tensor where(const Tensor& condition, const Tensor& a, B b) {
  return compute_now(where(Operand(condition), Operand(a), Operand(b)));
}
template <class A>
requires std::is_arithmetic_v<A>
[[nodiscard]] Tensor where(const Tensor& condition, A a, const Tensor& b) {
  return compute_now(where(Operand(condition), Operand(a), Operand(b)));
}
template <class A, class B>
requires(std::is_arithmetic_v<A>&& std::is_arithmetic_v<B>) [[nodiscard]] Tensor
    where(const Tensor& condition, A a, B b) {
  return compute_now(where(Operand(condition), Operand(a), Operand(b)));
}

}  // namespace kerascpp::ops

namespace kerascpp {

using ops::argmax;
using ops::argmin;
using ops::mean;
using ops::where;

/// Of these lengths: rand(3, 4) is rand({3, 4}).
template <class... Dims>
requires(sizeof...(Dims) > 0 && (std::is_integral_v<Dims> && ...)) [[nodiscard]] Tensor rand(Dims... dims) {
  return rand(Shape{static_cast<std::int64_t>(dims)...});
}
template <class... Dims>
requires(sizeof...(Dims) > 0 && (std::is_integral_v<Dims> && ...)) [[nodiscard]] Tensor randn(Dims... dims) {
  return randn(Shape{static_cast<std::int64_t>(dims)...});
}
/// One integer in [low, high), a scalar.
[[nodiscard]] inline Tensor randint(std::int64_t low, std::int64_t high) { return randint(low, high, Shape{}); }

/// An array of values: nested literals, or what `asarray` copies from below; a Tensor itself where it has `dtype`, its
/// own unless given. Throws ShapeError when rows differ in length. Source: numpy.asarray.
[[nodiscard]] KCPP_API Tensor asarray(const Tensor& values, std::optional<DType> dtype = {});
[[nodiscard]] inline Tensor asarray(std::initializer_list<TensorLiteral> values, std::optional<DType> dtype = {}) {
  return asarray(Tensor(values), dtype);
}
/// Arrays of one shape as the items of a first axis. Throws ShapeError and DTypeError naming one that does not fit.
[[nodiscard]] KCPP_API Tensor asarray(const std::vector<Tensor>& rows, std::optional<DType> dtype = {});
[[nodiscard]] KCPP_API Tensor asarray(const std::vector<bool>& values, std::optional<DType> dtype = {});

/// Numbers one after the other in memory: a vector, an array, a span.
template <class Range>
concept ContiguousNumbers = !std::is_same_v<Range, std::vector<bool>> && requires(const Range& range) {
  requires std::is_arithmetic_v<std::remove_cvref_t<decltype(*range.data())>>;
  range.size();
};
template <ContiguousNumbers Range>
[[nodiscard]] Tensor asarray(const Range& values, std::optional<DType> dtype = {}) {
  using T = std::remove_cvref_t<decltype(*values.data())>;
  return asarray(Tensor(values.data(), Shape{static_cast<std::int64_t>(values.size())}, dtype_of<T>), dtype);
}
template <class T, std::size_t N>
requires std::is_arithmetic_v<T>
[[nodiscard]] Tensor asarray(const T (&values)[N], std::optional<DType> dtype = {}) {
  return asarray(Tensor(values, Shape{static_cast<std::int64_t>(N)}, dtype_of<T>), dtype);
}
/// Vectors of vectors.
template <class Row>
requires requires(const Row& row) { row.begin()->begin(); } || ContiguousNumbers<Row>
[[nodiscard]] Tensor asarray(const std::vector<Row>& rows, std::optional<DType> dtype = {}) {
  std::vector<Tensor> items;
  for (const Row& row : rows) items.push_back(asarray(row));
  return asarray(items, dtype);
}

}  // namespace kerascpp
