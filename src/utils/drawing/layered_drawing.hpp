#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include <kerascpp/core/export.hpp>

namespace kerascpp::utils::drawing {

/// A cell of a box: a word of explanation and what matters, in bold, and then the rest.
struct Cell {
  std::string before = {};
  std::string bold = {};
  std::string after = {};
  std::string fill = "white";
  std::string color = "black";
  double size = 14;
};

/// A rectangle of rows of cells; the cells of a row share its width.
struct Box {
  std::string title;                        ///< shown when the mouse rests on it
  std::vector<std::vector<Cell>> rows;      ///< from top to bottom
  std::optional<std::size_t> cluster = {};  ///< the innermost cluster that it stands in
};

/// A frame around boxes.
struct Cluster {
  std::string label;
  std::optional<std::size_t> parent = {};
};

struct Arrow {
  std::size_t from = 0;
  std::size_t to = 0;
  std::string label = {};  ///< stands beside the middle of the arrow
};

/// Where arrows lead: "TB" downwards, "BT" upwards, "LR" and "RL" sideways.
enum class Direction { TopToBottom, BottomToTop, LeftToRight, RightToLeft };

/// "TB", "BT", "LR" or "RL". Throws ValueError naming `owner` for another one.
[[nodiscard]] KCPP_API Direction direction_of(const std::string& rankdir, const std::string& owner);

/// A graph drawn in layers: boxes, frames around some of them, and arrows. Cycles and loops are allowed.
struct KCPP_API LayeredDrawing {
  std::vector<Cluster> clusters = {};  ///< parents before children
  std::vector<Box> boxes = {};
  std::vector<Arrow> arrows = {};

  /// The picture as an SVG document: groups of class "node", "cluster" and "edge".
  [[nodiscard]] std::string to_svg(Direction direction = Direction::TopToBottom) const;
};

}  // namespace kerascpp::utils::drawing
