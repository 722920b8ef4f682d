#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include <kerascpp/core/export.hpp>

namespace kerascpp::drawing {

/// Parts of 255.
struct Color {
  std::uint8_t red = 0, green = 0, blue = 0;
};

/// A colour by its name in SVG, or as "#rrggbb"; none for other texts.
[[nodiscard]] KCPP_API std::optional<Color> color_of(std::string_view text);

}  // namespace kerascpp::drawing
