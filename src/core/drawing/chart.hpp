#pragma once

#include <string>
#include <vector>

#include <kerascpp/core/export.hpp>

#include "core/drawing/picture.hpp"

namespace kerascpp::drawing {

/// Values along an axis at which lines and numbers are drawn: multiples of 1, 2 or 5 times a power of ten.
struct Ticks {
  double first = 0;
  double step = 1;
  std::vector<double> values = {};
  std::vector<std::string> labels = {};  ///< with as many decimals as the step needs
};

/// Ticks from at or below `low` to at or above `high`, about `wanted` of them; low <= high, both finite.
[[nodiscard]] KCPP_API Ticks round_ticks(double low, double high, int wanted, bool integers = false);

/// A number with `digits` significant ones, in the shortest form: "0.125", "3e-08".
[[nodiscard]] KCPP_API std::string number_text(double value, int digits);

struct Curve {
  std::string label;
  std::vector<Point> points;  ///< those that are not finite break the line
  std::string color = "#1f77b4";
  bool dashed = false;
};

/// Axes with curves in them.
struct LineChart {
  std::string title;
  std::string x_label;
  std::string y_label;
  std::vector<Curve> curves;
  bool integer_x = false;  ///< no ticks between whole numbers

  /// Draws it within a rectangle, numbers, labels and legend included.
  KCPP_API void draw(Picture& picture, const Point& corner, double width, double height) const;
};

}  // namespace kerascpp::drawing
