#pragma once

#include <string_view>

#include <kerascpp/core/export.hpp>
#include <kerascpp/core/tensor.hpp>
#include <kerascpp/graph/symbol.hpp>

/// Questions that rewrites ask of symbols.
namespace kerascpp {

/// Whether `symbol` is an output of an operation of this name.
[[nodiscard]] KCPP_API bool comes_from(const Symbol& symbol, std::string_view op);

/// Whether `symbol` is a constant of one element, of any number of dimensions, that is the real number `value`. A
/// complex one is not.
[[nodiscard]] KCPP_API bool is_number(const Symbol& symbol, double value);

/// Whether all elements are the same, byte for byte, and there is one.
[[nodiscard]] KCPP_API bool has_equal_elements(const Tensor& tensor);

}  // namespace kerascpp
