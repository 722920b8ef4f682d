#pragma once

#include <string>
#include <string_view>

#include <kerascpp/core/config.hpp>
#include <kerascpp/core/export.hpp>

namespace kerascpp {

/// Reads one YAML document. Plain scalars are resolved as YAML 1.1 (and PyYAML) does; `!!python/tuple` is a list.
///
/// Throws FormatError naming `origin`, the line and what was wrong: a syntax error, any other tag, a key that is no
/// scalar or occurs twice, nesting deeper than 256, aliases that blow up, NaN and infinity.
[[nodiscard]] KCPP_API Config parse_yaml(std::string_view text, const std::string& origin = "YAML text");

/// Writes a YAML document in block style, which the safe loader of PyYAML reads back as equal values.
/// Throws ValueError for NaN and infinity, and for texts that are no valid UTF-8.
[[nodiscard]] KCPP_API std::string to_yaml(const Config& config);

}  // namespace kerascpp
