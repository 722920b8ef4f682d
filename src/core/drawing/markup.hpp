#pragma once

#include <string>
#include <string_view>

#include <kerascpp/core/export.hpp>

namespace kerascpp::drawing {

/// Text that stands for itself in XML and in the labels of DOT. What XML cannot hold (control characters, bytes that
/// are no UTF-8) becomes U+FFFD.
[[nodiscard]] KCPP_API std::string escape_markup(std::string_view text);

/// A coordinate with at most two decimals.
[[nodiscard]] KCPP_API std::string coordinate(double value);

}  // namespace kerascpp::drawing
