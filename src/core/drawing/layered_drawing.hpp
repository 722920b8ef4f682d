#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include <kerascpp/core/export.hpp>

#include "core/drawing/picture.hpp"

namespace kerascpp::drawing {

/// A cell of a box: a word of explanation and what matters, in bold, and then the rest.
struct Cell {
  std::string before = {};
  std::string bold = {};
  std::string after = {};
  std::string fill = "white";
  std::string color = "black";
  double size = 14;
};

enum class Outline { Table, Rectangle, Rounded, Ellipse };

/// Rows of cells, from top to bottom. In a table each cell has a frame and the cells of a row share its width; within
/// another outline they are lines of text.
struct Box {
  std::string title;                        ///< shown when the mouse rests on it
  std::vector<std::vector<Cell>> rows;      ///< from top to bottom
  std::optional<std::size_t> cluster = {};  ///< the innermost cluster that it stands in
  Outline outline = Outline::Table;
  std::string fill = "white";  ///< of other outlines than a table, as the two below
  std::string stroke = "black";
  bool dashed = false;
};

/// A frame around boxes.
struct Cluster {
  std::string label;
  std::optional<std::size_t> parent = {};
};

struct Arrow {
  std::size_t from = 0;
  std::size_t to = 0;
  std::string label = {};  ///< stands beside the arrow, in a place of its own
  std::string color = "black";
  bool dashed = false;
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
  double layer_gap = 44;  ///< between boxes along the arrows, and between them and labels

  /// The picture: groups of class "node", "cluster" and "edge".
  [[nodiscard]] Picture draw(Direction direction = Direction::TopToBottom) const;
};

}  // namespace kerascpp::drawing
