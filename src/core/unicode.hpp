#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <kerascpp/core/export.hpp>

namespace kerascpp {

/// The code points of UTF-8 text. Bytes that are no UTF-8 count as one code point each, 0xDC80 and above, as Python's
/// "surrogateescape" has it, so that texts survive the way there and back.
[[nodiscard]] KCPP_API std::u32string from_utf8(std::string_view text);
[[nodiscard]] KCPP_API std::string to_utf8(std::u32string_view text);
/// Source: Python's str.lower, the final sigma included; Unicode 14.
[[nodiscard]] KCPP_API std::u32string lower(std::u32string_view text);

}  // namespace kerascpp
