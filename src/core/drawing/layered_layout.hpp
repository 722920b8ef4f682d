#pragma once

#include <vector>

#include <kerascpp/core/export.hpp>

#include "core/drawing/picture.hpp"

namespace kerascpp::drawing {

/// A rectangle to be placed; x and y are of its center.
struct LayoutNode {
  enum class Pin { None, First, Last };
  double width = 0;
  double height = 0;
  Pin pin = Pin::None;    ///< must stand in the first or the last layer
  bool is_label = false;  ///< of an edge, on which it stands
  double x = 0;
  double y = 0;
};

/// from_offset, to_offset: where the ends are attached, from the centers of the nodes to the right.
struct LayoutEdge {
  std::size_t from = 0;
  std::size_t to = 0;
  double from_offset = 0;
  double to_offset = 0;
  std::vector<Point> points = {};  ///< from the one border to the other
};

/// A drawing in layers from top to bottom: every edge but those of cycles leads downwards.
struct Layout {
  std::vector<LayoutNode> nodes;
  std::vector<LayoutEdge> edges;
  double width = 0;
  double height = 0;
  double layer_gap = 44;
};

/// Places nodes and edges within (0, 0) ... (width, height).
///
/// Cycles are broken by turning edges round, layers are those of the longest paths, long edges pass between the nodes
/// of the layers on their way, crossings are reduced by medians, and positions within layers minimize the distances to
/// the neighbours. Source: Sugiyama, Tagawa and Toda, 1981; Gansner et al., "A technique for drawing directed graphs",
/// 1993.
KCPP_API void arrange(Layout& layout);

}  // namespace kerascpp::drawing
