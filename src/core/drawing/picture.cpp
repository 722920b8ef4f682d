#include "core/drawing/picture.hpp"

#include <algorithm>
#include <cmath>

namespace kerascpp::drawing {
namespace {

constexpr double kHeadLength = 9.5, kHeadHalfWidth = 4.5;

}  // namespace

void Picture::begin_group(std::string_view class_name, std::string_view title) {
  elements_.emplace_back(GroupBegin{std::string(class_name), std::string(title)});
}

void Picture::end_group() { elements_.emplace_back(GroupEnd{}); }

void Picture::rectangle(double x, double y, double width, double height, const Style& style) {
  elements_.emplace_back(Rectangle{x, y, width, height, style});
}

void Picture::ellipse(const Point& center, double radius_x, double radius_y, const Style& style) {
  elements_.emplace_back(Ellipse{center, radius_x, radius_y, style});
}

void Picture::polyline(std::vector<Point> points, const Style& style) {
  elements_.emplace_back(Polyline{std::move(points), false, style});
}

void Picture::arrow(std::vector<Point> points, const Style& style) {
  const Point tip = points.back();
  Point before = tip;  // the last point that gives a direction
  while (points.size() > 1 && std::hypot(tip.x - before.x, tip.y - before.y) < 1e-6) {
    points.pop_back();
    before = points.back();
  }
  const double length = std::hypot(tip.x - before.x, tip.y - before.y);
  if (length < 1e-6) return;
  const Point along{(tip.x - before.x) / length, (tip.y - before.y) / length};
  const double head = std::min(kHeadLength, length);
  const Point base{tip.x - head * along.x, tip.y - head * along.y};
  points.push_back(base);
  polyline(std::move(points), style);
  Style filled;
  filled.fill = style.stroke;
  const Point aside{-along.y * kHeadHalfWidth, along.x * kHeadHalfWidth};
  elements_.emplace_back(
      Polyline{{tip, {base.x + aside.x, base.y + aside.y}, {base.x - aside.x, base.y - aside.y}}, true, filled});
}

void Picture::text(const Point& at, std::string_view text, const TextStyle& style) {
  elements_.emplace_back(Text{at, {{std::string(text), style.bold}}, style});
}

void Picture::spans(const Point& at, std::vector<std::pair<std::string, bool>> texts_and_bold, double size,
                    std::string_view fill) {
  std::erase_if(texts_and_bold, [](const auto& text) { return text.first.empty(); });
  TextStyle style;
  style.size = size;
  style.anchor = "middle";
  style.fill = fill;
  elements_.emplace_back(Text{at, std::move(texts_and_bold), std::move(style)});
}

void Picture::set_size(double width, double height) {
  width_ = std::ceil(width);
  height_ = std::ceil(height);
}

}  // namespace kerascpp::drawing
