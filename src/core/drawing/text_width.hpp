#pragma once

#include <string_view>

#include <kerascpp/core/export.hpp>

namespace kerascpp::drawing {

/// The width of a character in a font of size 1, after Helvetica's, by groups of characters.
[[nodiscard]] double character_width(char32_t c);

/// About how wide `text` is in a sans-serif font of this size; rather more than less.
[[nodiscard]] KCPP_API double text_width(std::string_view text, double size, bool bold = false);

/// How much wider bold text is.
inline constexpr double kBoldWidth = 1.08;

}  // namespace kerascpp::drawing
