#pragma once

#include <cstddef>
#include <string>

#include <kerascpp/core/export.hpp>

namespace kerascpp {

/// The bytes of a PNG file: `channels` is 1 (grey), 3 (red, green, blue) or 4 (with alpha), 8 bits each, row by row.
/// Throws ValueError naming `owner`.
[[nodiscard]] KCPP_API std::string png_bytes(const unsigned char* pixels, std::size_t height, std::size_t width,
                                             int channels, const std::string& owner);

}  // namespace kerascpp
