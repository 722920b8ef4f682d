#include "core/drawing/raster.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

#include <kerascpp/core/error.hpp>

#include "core/drawing/color.hpp"
#include "core/drawing/coverage.hpp"
#include "core/drawing/stroke_font.hpp"
#include "core/unicode.hpp"

namespace kerascpp::drawing {
namespace {

constexpr double kMostPixels = 1 << 27;
constexpr double kPi = std::numbers::pi;

using Polygon = std::vector<Point>;

/// Points of an arc about a center; angles in radians.
void add_arc(Polygon& polygon, const Point& center, double radius_x, double radius_y, double from, double to) {
  const double longest = std::max(radius_x, radius_y);
  const int pieces = std::max(4, static_cast<int>(std::ceil(std::abs(to - from) * std::sqrt(longest) * 1.6)));
  for (int i = 0; i <= pieces; ++i) {
    const double angle = from + (to - from) * i / pieces;
    polygon.push_back({center.x + radius_x * std::cos(angle), center.y + radius_y * std::sin(angle)});
  }
}

Polygon ellipse_points(const Point& center, double radius_x, double radius_y) {
  Polygon result;
  add_arc(result, center, radius_x, radius_y, 0, 2 * kPi);
  return result;
}

Polygon rectangle_points(double x, double y, double width, double height, double radius) {
  if (radius <= 0) return {{x, y}, {x + width, y}, {x + width, y + height}, {x, y + height}};
  Polygon result;
  add_arc(result, {x + width - radius, y + radius}, radius, radius, -kPi / 2, 0);
  add_arc(result, {x + width - radius, y + height - radius}, radius, radius, 0, kPi / 2);
  add_arc(result, {x + radius, y + height - radius}, radius, radius, kPi / 2, kPi);
  add_arc(result, {x + radius, y + radius}, radius, radius, kPi, 3 * kPi / 2);
  return result;
}

/// What a pen of this width covers between two points; with round ends or straight ones. All have one orientation.
Polygon line_points(const Point& a, const Point& b, double width, bool round) {
  const double angle = std::atan2(b.y - a.y, b.x - a.x), radius = width / 2;
  Polygon result;
  if (round) {
    add_arc(result, b, radius, radius, angle - kPi / 2, angle + kPi / 2);
    add_arc(result, a, radius, radius, angle + kPi / 2, angle + 3 * kPi / 2);
    return result;
  }
  const Point aside{-std::sin(angle) * radius, std::cos(angle) * radius};
  return {{b.x - aside.x, b.y - aside.y},
          {b.x + aside.x, b.y + aside.y},
          {a.x + aside.x, a.y + aside.y},
          {a.x - aside.x, a.y - aside.y}};
}

/// The strokes of a dashed line.
std::vector<std::pair<Point, Point>> dashes_of(const std::vector<Point>& points, const std::vector<double>& lengths) {
  std::vector<std::pair<Point, Point>> result;
  std::size_t dash = 0;
  double left = lengths[0];
  for (std::size_t i = 0; i + 1 < points.size(); ++i) {
    const Point &a = points[i], &b = points[i + 1];
    const double length = std::hypot(b.x - a.x, b.y - a.y);
    for (double at = 0; at < length;) {
      const double end = std::min(at + left, length);
      const auto point = [&](double t) {
        return Point{a.x + (b.x - a.x) * t / length, a.y + (b.y - a.y) * t / length};
      };
      if (dash % 2 == 0) result.emplace_back(point(at), point(end));
      left -= end - at;
      at = end;
      if (left <= 1e-9) left = lengths[++dash % lengths.size()];
    }
  }
  return result;
}

class Painter {
 public:
  Painter(const Picture& picture, double scale, const std::string& owner) : scale_(scale), owner_(owner) {
    const double width = std::ceil(picture.width() * scale), height = std::ceil(picture.height() * scale);
    KCPP_CHECK(width * height <= kMostPixels, ValueError, "[", owner, "] a picture of ", width, " x ", height,
               " pixels is too large for .png; a smaller dpi or .svg makes it smaller");
    raster_.width = static_cast<std::size_t>(width);
    raster_.height = static_cast<std::size_t>(height);
    raster_.pixels.assign(raster_.width * raster_.height * 3, 255);
    for (const Element& element : picture.elements()) std::visit(*this, element);
  }

  Raster finish() { return std::move(raster_); }

  void operator()(const GroupBegin&) {}
  void operator()(const GroupEnd&) {}

  void operator()(const Rectangle& shape) {
    const double r = std::min({shape.style.radius, shape.width / 2, shape.height / 2});
    shape_of(
        rectangle_points(shape.x * scale_, shape.y * scale_, shape.width * scale_, shape.height * scale_, r * scale_),
        true, shape.style);
  }

  void operator()(const Ellipse& shape) {
    shape_of(ellipse_points(scaled(shape.center), shape.radius_x * scale_, shape.radius_y * scale_), true, shape.style);
  }

  void operator()(const Polyline& line) {
    Polygon points;
    for (const Point& point : line.points) points.push_back(scaled(point));
    shape_of(std::move(points), line.closed, line.style);
  }

  void operator()(const Bitmap& bitmap) {
    const auto pixel = [](double at, std::size_t most) {
      return static_cast<std::size_t>(std::clamp(std::round(at), 0.0, static_cast<double>(most)));
    };
    const std::size_t top = pixel(bitmap.y * scale_, raster_.height), left = pixel(bitmap.x * scale_, raster_.width);
    const std::size_t bottom = pixel((bitmap.y + bitmap.height) * scale_, raster_.height);
    const std::size_t right = pixel((bitmap.x + bitmap.width) * scale_, raster_.width);
    for (std::size_t y = top; y < bottom; ++y)
      for (std::size_t x = left; x < right; ++x) {
        const std::size_t row = (y - top) * bitmap.rows / (bottom - top);
        const std::size_t column = (x - left) * bitmap.columns / (right - left);
        std::copy_n(bitmap.pixels.data() + (row * bitmap.columns + column) * 3, 3,
                    raster_.pixels.data() + (y * raster_.width + x) * 3);
      }
  }

  void operator()(const Text& text) {
    double width = 0;
    for (const auto& [words, bold] : text.texts_and_bold) width += text_width(words, text.style.size, bold);
    const std::string& anchor = text.style.anchor;
    double x = anchor == "middle" ? -width / 2 : anchor == "end" ? -width : 0;
    const double angle = text.style.rotate * kPi / 180, cosine = std::cos(angle), sine = std::sin(angle);
    for (const auto& [words, bold] : text.texts_and_bold)
      for (const char32_t c : from_utf8(words)) {
        const Glyph glyph = glyph_of(c);
        const double size = text.style.size, wider = bold ? kBoldWidth : 1;
        std::vector<Polygon> pieces;
        for (const std::vector<Point>& stroke : glyph.strokes)
          for (std::size_t i = 0; i + 1 < stroke.size(); ++i) {
            const auto placed = [&](const Point& point) {
              const double dx = x + point.x * size * wider, dy = point.y * size;
              return scaled({text.at.x + dx * cosine - dy * sine, text.at.y + dx * sine + dy * cosine});
            };
            const double pen = (bold ? kBoldStrokeWidth : kStrokeWidth) * size * scale_;
            pieces.push_back(line_points(placed(stroke[i]), placed(stroke[i + 1]), pen, true));
          }
        fill(pieces, text.style.fill, 1);
        x += glyph.advance * size * wider;
      }
  }

 private:
  [[nodiscard]] Point scaled(const Point& point) const { return {point.x * scale_, point.y * scale_}; }

  void shape_of(Polygon points, bool closed, const Style& style) {
    if (style.fill != "none") fill({points}, style.fill, style.fill_opacity);
    if (style.stroke == "none") return;
    if (closed) points.push_back(points.front());
    const double width = style.stroke_width * scale_;
    if (style.dashes.empty()) {
      for (std::size_t i = 0; i + 1 < points.size(); ++i)
        fill({line_points(points[i], points[i + 1], width, true)}, style.stroke, 1);
      return;
    }
    std::vector<double> lengths;
    for (const double length : style.dashes) lengths.push_back(length * scale_);
    for (const auto& [a, b] : dashes_of(points, lengths)) fill({line_points(a, b, width, false)}, style.stroke, 1);
  }

  /// Fills polygons of one orientation, together.
  void fill(const std::vector<Polygon>& polygons, const std::string& color_text, double opacity) {
    const std::optional<Color> color = color_of(color_text);
    KCPP_CHECK(color.has_value(), ValueError, "[", owner_, "] \"", color_text, "\" is no colour");
    constexpr double kInfinity = std::numeric_limits<double>::infinity();
    double left = kInfinity, top = kInfinity, right = -kInfinity, bottom = -kInfinity;
    for (const Polygon& polygon : polygons)
      for (const Point& point : polygon) {
        left = std::min(left, point.x);
        right = std::max(right, point.x);
        top = std::min(top, point.y);
        bottom = std::max(bottom, point.y);
      }
    if (left > right) return;
    const auto pixel = [](double at, std::size_t most) {
      return static_cast<std::ptrdiff_t>(std::clamp(at, 0.0, static_cast<double>(most)));
    };
    Coverage coverage(pixel(std::floor(left), raster_.width), pixel(std::floor(top), raster_.height),
                      pixel(std::ceil(right), raster_.width), pixel(std::ceil(bottom), raster_.height));
    for (const Polygon& polygon : polygons) coverage.add_polygon(polygon);
    coverage.visit([&](std::ptrdiff_t x, std::ptrdiff_t y, float share) {
      unsigned char* const at =
          raster_.pixels.data() + (static_cast<std::size_t>(y) * raster_.width + static_cast<std::size_t>(x)) * 3;
      const auto alpha = static_cast<float>(opacity) * share;
      const auto mixed = [alpha](unsigned char old, std::uint8_t now) {
        return static_cast<unsigned char>(std::lround(static_cast<float>(old) + alpha * static_cast<float>(now - old)));
      };
      at[0] = mixed(at[0], color->red);
      at[1] = mixed(at[1], color->green);
      at[2] = mixed(at[2], color->blue);
    });
  }

  double scale_;
  std::string owner_;
  Raster raster_;
};

}  // namespace

Raster rasterize(const Picture& picture, double scale, const std::string& owner) {
  return Painter(picture, scale, owner).finish();
}

}  // namespace kerascpp::drawing
