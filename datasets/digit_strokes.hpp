#pragma once

#include <vector>

// How digits are written: the strokes of several hands for each digit.

namespace kerascpp::datasets {

struct Point {
  float x = 0;  // to the right
  float y = 0;  // downwards
};

/// Points a smooth curve goes through. A point given twice is a corner; equal first and last points close the curve.
using Stroke = std::vector<Point>;
/// The strokes of one picture, in a box of about 1 x 1.
using Strokes = std::vector<Stroke>;

/// The ways to write `digit`, 0 to 9.
[[nodiscard]] const std::vector<Strokes>& hands_of_digit(int digit);

}  // namespace kerascpp::datasets
