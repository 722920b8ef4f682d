#pragma once

#include <string_view>

#include <kerascpp/core/export.hpp>
#include <kerascpp/core/tensor.hpp>
#include <kerascpp/graph/symbol.hpp>

/// Values that are computed while a graph is built, so that what is wrong is found at the line that wrote it.
namespace kerascpp {

/// What is done with operations on this thread's symbols: "off" (nothing, the default), "ignore" (computed where all
/// inputs have values), "warn" or "raise" where one has none. Throws ValueError for other words.
/// Source: theano.config.compute_test_value.
KCPP_API void set_compute_test_value(std::string_view what);
[[nodiscard]] KCPP_API std::string_view compute_test_value();

/// Gives a placeholder a test value. Throws ShapeError or DTypeError when it does not fit.
/// Source: theano's tag.test_value.
KCPP_API void set_test_value(const Symbol& x, const Tensor& value);

/// That of a placeholder or of an operation on symbols with test values; the value of a constant or variable.
/// Throws ValueError when there is none. Source: theano.gof.op.get_test_value.
[[nodiscard]] KCPP_API Tensor get_test_value(const Operand& x);

}  // namespace kerascpp
