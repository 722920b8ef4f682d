#pragma once

#include <string>

#include <kerascpp/core/export.hpp>

#include "core/drawing/picture.hpp"

namespace kerascpp::drawing {

enum class Format { Svg, Png, Dot };

/// By the ending of the path: .svg, .png, and, where `dot` allows it, .dot or .gv. Throws ValueError naming `owner`.
[[nodiscard]] KCPP_API Format picture_format(const std::string& path, const std::string& owner, bool dot = false);

/// Writes the picture in the format that the ending of the path says, whole or not at all; `scale` pixels of a .png for
/// one of the picture. Throws ValueError, IoError.
KCPP_API void write_picture(const Picture& picture, const std::string& path, const std::string& owner,
                            double scale = 2);

}  // namespace kerascpp::drawing
