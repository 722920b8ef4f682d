#include "datasets/digit_pen.hpp"

#include <algorithm>
#include <cmath>

namespace kerascpp::datasets {
namespace {

constexpr int kSteps = 6;  // lines per pair of points

bool same(const Point& a, const Point& b) { return a.x == b.x && a.y == b.y; }

// Uniform Catmull-Rom spline between p1 and p2.
float spline(float p0, float p1, float p2, float p3, float t) {
  return 0.5F * (2 * p1 + t * (p2 - p0 + t * (2 * p0 - 5 * p1 + 4 * p2 - p3 + t * (3 * (p1 - p2) + p3 - p0))));
}

void draw_segment(const Point& a, const Point& b, float radius, float softness, float* image) {
  const float reach = radius + softness;
  const auto first = [reach](float u, float v) { return std::max(0, static_cast<int>(std::min(u, v) - reach)); };
  const auto last = [reach](float u, float v) {
    return std::min(kDigitSide - 1, static_cast<int>(std::max(u, v) + reach));
  };
  const float dx = b.x - a.x;
  const float dy = b.y - a.y;
  const float length2 = std::max(dx * dx + dy * dy, 1e-12F);
  for (int row = first(a.y, b.y); row <= last(a.y, b.y); ++row) {
    for (int column = first(a.x, b.x); column <= last(a.x, b.x); ++column) {
      // distance from the middle of the pixel to the segment
      const float px = static_cast<float>(column) + 0.5F - a.x;
      const float py = static_cast<float>(row) + 0.5F - a.y;
      const float along = std::clamp((px * dx + py * dy) / length2, 0.0F, 1.0F);
      const float off_x = px - along * dx;
      const float off_y = py - along * dy;
      const float distance = std::sqrt(off_x * off_x + off_y * off_y);
      const float value = std::clamp(0.5F + (radius - distance) / softness, 0.0F, 1.0F);
      float& pixel = image[row * kDigitSide + column];
      pixel = std::max(pixel, value);
    }
  }
}

}  // namespace

Stroke smooth_curve(const Stroke& stroke) {
  const std::size_t count = stroke.size();
  const bool closed = count > 2 && same(stroke.front(), stroke.back());
  Stroke line{stroke[0]};
  for (std::size_t i = 0; i + 1 < count; ++i) {
    const Point& p1 = stroke[i];
    const Point& p2 = stroke[i + 1];
    const Point& p0 = i > 0 ? stroke[i - 1] : closed ? stroke[count - 2] : p1;
    const Point& p3 = i + 2 < count ? stroke[i + 2] : closed ? stroke[1] : p2;
    for (int step = 1; step <= kSteps; ++step) {
      const float t = static_cast<float>(step) / kSteps;
      line.push_back({spline(p0.x, p1.x, p2.x, p3.x, t), spline(p0.y, p1.y, p2.y, p3.y, t)});
    }
  }
  return line;
}

void draw_line(const Stroke& line, float radius, float softness, float* image) {
  for (std::size_t i = 0; i + 1 < line.size(); ++i) draw_segment(line[i], line[i + 1], radius, softness, image);
}

}  // namespace kerascpp::datasets
