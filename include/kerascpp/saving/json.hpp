#pragma once

#include <string>
#include <string_view>

#include <kerascpp/core/config.hpp>
#include <kerascpp/core/export.hpp>

namespace kerascpp {

/// Reads JSON text. Throws FormatError naming `origin`, the place and what was wrong: a syntax error, nesting deeper
/// than 256, a repeated key, a number outside of int64 and float64. Infinity and -Infinity are read as Python's json
/// writes them; NaN is refused.
[[nodiscard]] KCPP_API Config parse_json(std::string_view text, const std::string& origin = "JSON text");

/// Writes JSON text on one line, or indented; infinity as Python's json does. Throws ValueError for NaN.
[[nodiscard]] KCPP_API std::string to_json(const Config& config, int indent = -1);

}  // namespace kerascpp
