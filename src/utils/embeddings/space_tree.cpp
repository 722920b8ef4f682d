#include "utils/embeddings/space_tree.hpp"

#include <algorithm>

namespace kerascpp::utils {

template <int kAxes>
SpaceTree<kAxes>::SpaceTree(const std::vector<Point>& points) : points_(points) {
  cells_.reserve(points.size() * 4);
  Cell root;
  if (!points.empty()) root.low = root.high = points[0];
  for (const Point& point : points)
    for (std::size_t axis = 0; axis < kAxes; ++axis) {
      root.low[axis] = std::min(root.low[axis], point[axis]);
      root.high[axis] = std::max(root.high[axis], point[axis]);
    }
  cells_.push_back(root);
  for (std::size_t i = 0; i < points.size(); ++i) insert(static_cast<std::int32_t>(i));
}

template <int kAxes>
int SpaceTree<kAxes>::child_of(const Cell& cell, const Point& point) const {
  int child = 0;
  for (std::size_t axis = 0; axis < kAxes; ++axis)
    child = 2 * child + (point[axis] > (cell.low[axis] + cell.high[axis]) / 2 ? 1 : 0);
  return child;
}

template <int kAxes>
void SpaceTree<kAxes>::split(std::int32_t number) {
  const auto first = static_cast<std::int32_t>(cells_.size());
  for (int child = 0; child < kChildren; ++child) {
    const Cell& parent = cells_[static_cast<std::size_t>(number)];
    Cell cell;
    cell.depth = parent.depth + 1;
    for (std::size_t axis = 0; axis < kAxes; ++axis) {
      const double middle = (parent.low[axis] + parent.high[axis]) / 2;
      const bool upper = (child >> (kAxes - 1 - static_cast<int>(axis)) & 1) != 0;
      cell.low[axis] = upper ? middle : parent.low[axis];
      cell.high[axis] = upper ? parent.high[axis] : middle;
    }
    cells_.push_back(cell);
  }
  cells_[static_cast<std::size_t>(number)].first_child = first;
}

template <int kAxes>
void SpaceTree<kAxes>::insert(std::int32_t point) {
  const Point& at = points_[static_cast<std::size_t>(point)];
  std::int32_t number = 0;
  for (;;) {
    Cell& cell = cells_[static_cast<std::size_t>(number)];
    for (std::size_t axis = 0; axis < kAxes; ++axis) cell.sum[axis] += at[axis];
    if (++cell.count == 1) {
      cell.point = point;
      return;
    }
    if (cell.first_child == kNone) {
      // points at one place stay together
      if (cell.depth == kDeepest || at == points_[static_cast<std::size_t>(cell.point)]) return;
      split(number);
      Cell& parent = cells_[static_cast<std::size_t>(number)];
      const Point& before = points_[static_cast<std::size_t>(parent.point)];
      Cell& moved = cells_[static_cast<std::size_t>(parent.first_child + child_of(parent, before))];
      moved.point = parent.point;
      moved.count = parent.count - 1;
      for (std::size_t axis = 0; axis < kAxes; ++axis)
        moved.sum[axis] = before[axis] * static_cast<double>(moved.count);
    }
    const Cell& parent = cells_[static_cast<std::size_t>(number)];
    number = parent.first_child + child_of(parent, at);
  }
}

template <int kAxes>
typename SpaceTree<kAxes>::Repulsion SpaceTree<kAxes>::repulsion(std::size_t a, double angle) const {
  const Point& point = points_[a];
  Repulsion result;
  std::array<std::int32_t, kDeepest * kChildren + 1> waiting;  // NOLINT: filled below
  std::size_t count = 0;
  waiting[count++] = 0;
  while (count > 0) {
    const Cell& cell = cells_[static_cast<std::size_t>(waiting[--count])];
    if (cell.count == 0) continue;
    Point apart{};
    double squared = 0, width = 0;
    for (std::size_t axis = 0; axis < kAxes; ++axis) {
      apart[axis] = point[axis] - cell.sum[axis] / static_cast<double>(cell.count);
      squared += apart[axis] * apart[axis];
      width = std::max(width, cell.high[axis] - cell.low[axis]);
    }
    if (cell.first_child != kNone && width * width >= angle * angle * squared) {
      for (int child = 0; child < kChildren; ++child) waiting[count++] = cell.first_child + child;
      continue;
    }
    double others = cell.count;
    if (cell.first_child == kNone && points_[static_cast<std::size_t>(cell.point)] == point) others -= 1;  // itself
    const double near = 1 / (1 + squared);
    result.sum += others * near;
    for (std::size_t axis = 0; axis < kAxes; ++axis) result.force[axis] += others * near * near * apart[axis];
  }
  return result;
}

template class SpaceTree<2>;
template class SpaceTree<3>;

}  // namespace kerascpp::utils
