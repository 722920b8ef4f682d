#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <kerascpp/core/export.hpp>

namespace kerascpp::utils::drawing {

struct Point {
  double x = 0;
  double y = 0;
};

/// Text that stands for itself in XML and in the labels of DOT. What XML cannot hold (control characters, bytes that
/// are no UTF-8) becomes U+FFFD.
[[nodiscard]] KCPP_API std::string escape_markup(std::string_view text);

/// About how wide `text` is in a sans-serif font of this size; rather more than less.
[[nodiscard]] KCPP_API double text_width(std::string_view text, double size, bool bold = false);

struct TextStyle {
  double size = 14;
  std::string anchor = "start";  ///< "start", "middle" or "end" is at the point
  std::string fill = "black";
  bool bold = false;
  double rotate = 0;  ///< degrees about the point, clockwise
};

/// Collects the elements of an SVG picture. Coordinates are in pixels, y downwards.
class KCPP_API SvgWriter {
 public:
  /// Elements until `end_group` belong together; `title` is shown when the mouse rests on them.
  void begin_group(std::string_view class_name, std::string_view title);
  void end_group();
  /// attributes: as they stand in the element, such as `fill="white"`.
  void rectangle(double x, double y, double width, double height, std::string_view attributes);
  void circle(const Point& center, double radius, std::string_view attributes);
  void polyline(const std::vector<Point>& points, std::string_view attributes);
  void text(const Point& at, std::string_view text, const TextStyle& style = {});
  /// Texts one after the other on a line, the first at `at`.
  void spans(const Point& at, const std::vector<std::pair<std::string, bool>>& texts_and_bold, double size,
             std::string_view fill);
  /// Definitions such as arrow heads.
  void define(std::string_view element) { definitions_ += element; }

  /// The whole document, on white.
  [[nodiscard]] std::string document(double width, double height) const;

 private:
  std::string definitions_;
  std::string body_;
};

/// A coordinate with at most two decimals.
[[nodiscard]] KCPP_API std::string coordinate(double value);

}  // namespace kerascpp::utils::drawing
