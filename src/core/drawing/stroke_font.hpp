#pragma once

#include <vector>

#include "core/drawing/picture.hpp"

namespace kerascpp::drawing {

/// A character as lines, for a font of size 1: x to the right from where the character begins, y downwards from the
/// baseline.
struct Glyph {
  std::vector<std::vector<Point>> strokes;
  double advance = 0;  ///< as text_width counts it
};

/// ASCII, the letters of Latin-1 and a few signs; a frame for other characters.
[[nodiscard]] Glyph glyph_of(char32_t c);

/// The thickness of lines for a font of size 1.
inline constexpr double kStrokeWidth = 0.082, kBoldStrokeWidth = 0.135;

}  // namespace kerascpp::drawing
