#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include <kerascpp/core/error.hpp>
#include <kerascpp/graph/op.hpp>
#include <kerascpp/graph/symbol.hpp>

/// What the inference of shape, indexing and sorting operations has in common.
namespace kerascpp::ops {

/// Whether two lengths may turn out equal (None may be anything).
constexpr bool may_equal(std::int64_t a, std::int64_t b) { return a == b || a == None || b == None; }
/// The better known of two lengths that may turn out equal.
constexpr std::int64_t agreed(std::int64_t a, std::int64_t b) { return a == None ? b : a; }

/// The axis stored under `axis`, counted from the front of an array of rank `ndim`.
[[nodiscard]] inline int axis_of(const InferContext& context, int ndim) {
  const std::int64_t axis = context.attributes.integer("axis");
  KCPP_CHECK(axis >= -ndim && axis < ndim, ShapeError, "[", context.op, "] axis ", axis,
             " is out of range for an input of rank ", ndim, ": ", context.inputs[0]);
  return static_cast<int>(axis < 0 ? axis + ndim : axis);
}

/// Throws DTypeError unless input `i` holds integers.
inline void check_integers(const InferContext& context, std::size_t i, std::string_view what) {
  KCPP_CHECK(is_integer(context.inputs[i].dtype), DTypeError, "[", context.op, "] expected ", what,
             " of an integer dtype, received ", context.inputs[i], "; cast them to int32");
}

/// A tensor as a constant operand of an immediate operation, which has no line in the user's graph.
[[nodiscard]] inline Operand immediate(const Tensor& tensor) { return {tensor, nullptr, 0}; }
/// Zeros with the dtype and shape of `like`.
[[nodiscard]] Symbol zeros_as(const Symbol& like);

}  // namespace kerascpp::ops
