#include "core/drawing/coverage.hpp"

#include <algorithm>
#include <cmath>

namespace kerascpp::drawing {

Coverage::Coverage(std::ptrdiff_t left, std::ptrdiff_t top, std::ptrdiff_t right, std::ptrdiff_t bottom)
    : left_(left),
      top_(top),
      right_(std::max(left, right)),
      bottom_(std::max(top, bottom)),
      stride_(static_cast<std::size_t>(right_ - left_) + 2),
      areas_(stride_ * static_cast<std::size_t>(bottom_ - top_), 0.0F) {}

void Coverage::add_polygon(const std::vector<Point>& points) {
  for (std::size_t i = 0; i < points.size(); ++i) add_line(points[i], points[(i + 1) % points.size()]);
}

void Coverage::add_line(const Point& from, const Point& to) {
  if (from.y == to.y) return;
  const double sign = from.y < to.y ? 1 : -1;
  const Point &upper = from.y < to.y ? from : to, &lower = from.y < to.y ? to : from;
  const double slope = (lower.x - upper.x) / (lower.y - upper.y);
  const auto width = static_cast<double>(right_ - left_);
  const auto first = std::max(top_, static_cast<std::ptrdiff_t>(std::floor(upper.y)));
  const auto last = std::min(bottom_, static_cast<std::ptrdiff_t>(std::ceil(lower.y)));
  for (std::ptrdiff_t y = first; y < last; ++y) {
    const double begin = std::max(upper.y, static_cast<double>(y)), end = std::min(lower.y, static_cast<double>(y + 1));
    if (end <= begin) continue;
    double x0 = std::clamp(upper.x + slope * (begin - upper.y) - static_cast<double>(left_), 0.0, width);
    double x1 = std::clamp(upper.x + slope * (end - upper.y) - static_cast<double>(left_), 0.0, width);
    if (x0 > x1) std::swap(x0, x1);
    const double height = sign * (end - begin);
    float* const row = areas_.data() + static_cast<std::size_t>(y - top_) * stride_;
    const auto from_pixel = static_cast<std::size_t>(x0), to_pixel = static_cast<std::size_t>(std::ceil(x1));
    if (to_pixel <= from_pixel + 1) {  // within one pixel
      const double share = height * (1 - ((x0 + x1) / 2 - static_cast<double>(from_pixel)));
      row[from_pixel] += static_cast<float>(share);
      row[from_pixel + 1] += static_cast<float>(height - share);
      continue;
    }
    // the area to the right of the line, up to each border of pixels; the pixels get its differences
    double before = 0, before_before = 0;
    for (std::size_t pixel = from_pixel; pixel <= to_pixel; ++pixel) {
      const double border = static_cast<double>(pixel + 1);
      const double area = border <= x1 ? (border - x0) * (border - x0) / (2 * (x1 - x0)) : border - (x0 + x1) / 2;
      const double covered = height * (area - before);
      row[pixel] += static_cast<float>(covered - before_before);
      before_before = covered;
      before = area;
    }
  }
}

}  // namespace kerascpp::drawing
