#pragma once

#include "datasets/digit_strokes.hpp"

// Draws strokes into a square of grey values.

namespace kerascpp::datasets {

inline constexpr int kDigitSide = 28;

/// A polyline along the smooth curve through the points of `stroke`.
[[nodiscard]] Stroke smooth_curve(const Stroke& stroke);

/// Draws line segments of `line` (in pixels) with a round pen; keeps the brighter value where lines cross.
///
/// radius: half the width of the line.  softness: width of its grey edge, in pixels.
/// image: kDigitSide x kDigitSide values in [0, 1].
void draw_line(const Stroke& line, float radius, float softness, float* image);

}  // namespace kerascpp::datasets
