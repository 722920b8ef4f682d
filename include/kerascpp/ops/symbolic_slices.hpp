#pragma once

#include <cstdint>
#include <optional>

#include <kerascpp/core/export.hpp>
#include <kerascpp/core/tensor.hpp>
#include <kerascpp/graph/symbol.hpp>

/// Slices whose bounds are symbols.
namespace kerascpp::ops {

struct SliceBetweenOptions {
  std::int64_t axis = 0;
  std::int64_t step = 1;
};
/// `x[begin:end:step]` along one axis where bounds are symbols: integer scalars with Python's meaning of negative
/// values and of those beyond the ends. Without `end`, to the end (backwards to the first element, where step < 0).
///
/// The length is computed when the function runs, which has a plan for each; where it is known from the beginning,
/// `slice` of a symbolic start needs one plan. Not inside the bodies of loops. Gradient: x.
/// Throws DTypeError or ShapeError for bounds that are no integer scalars, ValueError for a step of zero.
/// Source: theano's x[begin:end:step].
[[nodiscard]] KCPP_API Symbol slice_between(const Operand& x, const Operand& begin,
                                            const std::optional<Operand>& end = {},
                                            const SliceBetweenOptions& options = {});

}  // namespace kerascpp::ops
