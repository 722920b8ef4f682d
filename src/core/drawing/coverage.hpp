#pragma once

#include <cstddef>
#include <vector>

#include "core/drawing/picture.hpp"

namespace kerascpp::drawing {

/// How much of each pixel of a rectangle a shape covers. Source: the signed area coverage of font rasterizers, Levien,
/// "Inside the fastest font renderer in the world", 2016.
///
/// Each line from one row of pixels to the next adds to the pixels it passes the area to the right of it within them;
/// the running sum along a row is the coverage. Overlapping polygons of one orientation count once.
class Coverage {
 public:
  /// Of the pixels [left, right) x [top, bottom).
  Coverage(std::ptrdiff_t left, std::ptrdiff_t top, std::ptrdiff_t right, std::ptrdiff_t bottom);

  /// The polygon, closed. Both orientations give the same alone.
  void add_polygon(const std::vector<Point>& points);

  /// visit(x, y, share) for the pixels that are covered, share in (0, 1].
  template <class Visit>
  void visit(Visit visit) const {
    for (std::ptrdiff_t y = top_; y < bottom_; ++y) {
      float sum = 0;
      const float* const row = areas_.data() + static_cast<std::size_t>(y - top_) * stride_;
      for (std::ptrdiff_t x = left_; x < right_; ++x) {
        sum += row[x - left_];
        const float share = sum < 0 ? -sum : sum;
        if (share > 1.0F / 512) visit(x, y, share > 1 ? 1.0F : share);
      }
    }
  }

 private:
  void add_line(const Point& from, const Point& to);

  std::ptrdiff_t left_, top_, right_, bottom_;
  std::size_t stride_;
  std::vector<float> areas_;
};

}  // namespace kerascpp::drawing
