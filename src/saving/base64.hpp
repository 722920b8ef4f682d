#pragma once

#include <string>
#include <string_view>

namespace kerascpp {

/// Bytes as text for places that hold text alone. Source: RFC 4648.
[[nodiscard]] std::string to_base64(std::string_view bytes);
/// Throws FormatError naming `what` and the place for anything else.
[[nodiscard]] std::string from_base64(std::string_view text, std::string_view what);

}  // namespace kerascpp
