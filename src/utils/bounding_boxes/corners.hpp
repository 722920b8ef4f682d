#pragma once

#include <kerascpp/graph/symbol.hpp>

namespace kerascpp::utils::bounding_boxes {

/// Number `i` of four along the last axis, which stays with length 1.
[[nodiscard]] Symbol coordinate(const Symbol& boxes, std::int64_t i);

/// Left, top, right and bottom of boxes.
struct Corners {
  Symbol left, top, right, bottom;

  Corners(Symbol x1, Symbol y1, Symbol x2, Symbol y2)
      : left(std::move(x1)), top(std::move(y1)), right(std::move(x2)), bottom(std::move(y2)) {}
  /// Of boxes in the format "xyxy".
  explicit Corners(const Symbol& boxes)
      : Corners(coordinate(boxes, 0), coordinate(boxes, 1), coordinate(boxes, 2), coordinate(boxes, 3)) {}

  [[nodiscard]] Symbol boxes() const;
  [[nodiscard]] Symbol area() const;
};

}  // namespace kerascpp::utils::bounding_boxes
