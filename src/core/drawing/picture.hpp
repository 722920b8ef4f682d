#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include <kerascpp/core/export.hpp>

#include "core/drawing/text_width.hpp"

namespace kerascpp::drawing {

struct Point {
  double x = 0;
  double y = 0;
};

/// How a shape looks. Colours are "none", names ("white") or "#rrggbb".
struct Style {
  std::string fill = "none";
  std::string stroke = "none";
  double stroke_width = 1;
  std::vector<double> dashes = {};  ///< lengths of strokes and gaps; empty: one line
  double fill_opacity = 1;
  double radius = 0;  ///< of the corners of a rectangle
};

struct TextStyle {
  double size = 14;
  std::string anchor = "start";  ///< "start", "middle" or "end" is at the point
  std::string fill = "black";
  bool bold = false;
  double rotate = 0;  ///< degrees about the point, clockwise
};

/// What a picture consists of; see Picture.
struct GroupBegin {
  std::string class_name, title;
};
struct GroupEnd {};
struct Rectangle {
  double x, y, width, height;
  Style style;
};
struct Ellipse {
  Point center;
  double radius_x, radius_y;
  Style style;
};
struct Polyline {
  std::vector<Point> points;
  bool closed;
  Style style;
};
struct Text {
  Point at;
  std::vector<std::pair<std::string, bool>> texts_and_bold;
  TextStyle style;
};
/// Pixels of red, green and blue, row by row, each drawn as a rectangle.
struct Bitmap {
  double x, y, width, height;
  std::size_t rows, columns;
  std::vector<unsigned char> pixels;
};
using Element = std::variant<GroupBegin, GroupEnd, Rectangle, Ellipse, Polyline, Text, Bitmap>;

/// Collects the elements of a picture, each above those before it. Coordinates are in pixels, y downwards.
class KCPP_API Picture {
 public:
  /// Elements until `end_group` belong together; `title` is shown when the mouse rests on them.
  void begin_group(std::string_view class_name, std::string_view title);
  void end_group();
  void rectangle(double x, double y, double width, double height, const Style& style);
  void ellipse(const Point& center, double radius_x, double radius_y, const Style& style);
  void circle(const Point& center, double radius, const Style& style) { ellipse(center, radius, radius, style); }
  void polyline(std::vector<Point> points, const Style& style);
  /// A line with a head at its last point.
  void arrow(std::vector<Point> points, const Style& style);
  void text(const Point& at, std::string_view text, const TextStyle& style = {});
  /// Texts one after the other on a line, centered at `at`; those marked so in bold.
  void spans(const Point& at, std::vector<std::pair<std::string, bool>> texts_and_bold, double size,
             std::string_view fill);

  void bitmap(Bitmap bitmap) { elements_.emplace_back(std::move(bitmap)); }

  void set_size(double width, double height);

  [[nodiscard]] const std::vector<Element>& elements() const { return elements_; }
  [[nodiscard]] double width() const { return width_; }
  [[nodiscard]] double height() const { return height_; }

 private:
  std::vector<Element> elements_;
  double width_ = 0, height_ = 0;  // whole numbers
};

/// The whole SVG document, on white.
[[nodiscard]] KCPP_API std::string to_svg(const Picture& picture);

}  // namespace kerascpp::drawing
