#pragma once

#include <array>
#include <cstdint>
#include <vector>

namespace kerascpp::utils {

/// Points in a plane or in space, put together by cells that are halved along each axis: far away, a cell counts as one
/// heavy point. Source: Barnes, Hut, Nature 324 (1986).
template <int kAxes>
class SpaceTree {
 public:
  using Point = std::array<double, kAxes>;

  explicit SpaceTree(const std::vector<Point>& points);

  /// Sums of 1 / (1 + d^2) and of (a - b) / (1 + d^2)^2 over all other points b, of distance d from point `a`. Cells
  /// whose width is less than `angle` times their distance count as one point.
  struct Repulsion {
    double sum = 0;
    Point force{};
  };
  [[nodiscard]] Repulsion repulsion(std::size_t a, double angle) const;

 private:
  static constexpr int kChildren = 1 << kAxes, kDeepest = 64;
  static constexpr std::int32_t kNone = -1;

  struct Cell {
    Point low{}, high{};
    Point sum{};  // of its points
    std::int32_t count = 0, first_child = kNone, point = kNone;
    int depth = 0;
  };

  void insert(std::int32_t point);
  [[nodiscard]] int child_of(const Cell& cell, const Point& point) const;
  void split(std::int32_t cell);

  const std::vector<Point>& points_;
  std::vector<Cell> cells_;
};

}  // namespace kerascpp::utils
