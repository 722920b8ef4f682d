#include "core/drawing/text_width.hpp"

#include "core/unicode.hpp"

namespace kerascpp::drawing {

double character_width(char32_t c) {
  if (c >= 0x1100) return 1.0;  // Hangul, Chinese, Japanese and pictures
  if (c >= 0x80) return 0.67;
  if (std::string_view("ijl'|!.,:;It[]()/\\f ").find(static_cast<char>(c)) != std::string_view::npos) return 0.32;
  if (std::string_view("mwMW%@").find(static_cast<char>(c)) != std::string_view::npos) return 0.92;
  return c >= 'A' && c <= 'Z' ? 0.72 : 0.57;
}

double text_width(std::string_view text, double size, bool bold) {
  double width = 0;
  for (const char32_t c : from_utf8(text)) width += character_width(c);
  return width * size * (bold ? kBoldWidth : 1.0);
}

}  // namespace kerascpp::drawing
