#include "core/drawing/layered_layout.hpp"

#include <algorithm>
#include <limits>

#include "core/drawing/layered_graph.hpp"

namespace kerascpp::drawing {
namespace {

/// Where a layer begins and ends.
struct Band {
  double top = 0, bottom = 0;
};

/// Moves the items so that the drawing begins at x = 0.
void move_to_left_border(LayeredGraph& graph, Layout& layout) {
  double left = std::numeric_limits<double>::max(), right = std::numeric_limits<double>::lowest();
  for (const Item& item : graph.items) {
    left = std::min(left, item.x - item.width / 2);
    right = std::max(right, item.x + item.width / 2);
  }
  for (Item& item : graph.items) item.x -= left;
  layout.width = right - left;
}

/// Gives the nodes their places; returns the bands of the layers.
std::vector<Band> place_nodes(const LayeredGraph& graph, Layout& layout) {
  std::vector<Band> bands;
  double y = 0;
  for (const std::vector<std::size_t>& layer : graph.layers) {
    double height = 0;
    for (const std::size_t item : layer)
      if (!graph.is_dummy(item)) height = std::max(height, layout.nodes[item].height);
    bands.push_back({y, y + height});
    for (const std::size_t item : layer) {
      if (graph.is_dummy(item)) continue;
      layout.nodes[item].x = graph.items[item].x;
      layout.nodes[item].y = y + height / 2;
    }
    y += height + layout.layer_gap;
  }
  layout.height = y - layout.layer_gap;
  return bands;
}

std::vector<Point> loop_points(const LayoutNode& node) {
  const double x = node.x + node.width / 2, dy = node.height / 4;
  return {{x, node.y - dy}, {x + kLoop, node.y - dy}, {x + kLoop, node.y + dy}, {x, node.y + dy}};
}

/// Down through the dummies; within layers edges lead straight down, beside higher nodes as well.
std::vector<Point> points_of(const LayeredEdge& edge, const LayeredGraph& graph, const Layout& layout,
                             const std::vector<Band>& bands) {
  const auto band_of = [&](std::size_t item) { return bands[static_cast<std::size_t>(graph.items[item].layer)]; };
  const LayoutNode &above = layout.nodes[edge.upper], &below = layout.nodes[edge.lower];
  const double start = above.x + edge.upper_offset, end = below.x + edge.lower_offset;
  const double bottom = band_of(edge.upper).bottom, top = band_of(edge.lower).top;
  std::vector<Point> points{{start, above.y + above.height / 2}};
  if (bottom > points.back().y + 1) points.push_back({start, bottom});
  for (std::size_t i = 1; i + 1 < edge.items.size(); ++i) {
    const std::size_t item = edge.items[i];
    points.push_back({graph.items[item].x, band_of(item).top});
    points.push_back({graph.items[item].x, band_of(item).bottom});
  }
  if (top < below.y - below.height / 2 - 1) points.push_back({end, top});
  points.push_back({end, below.y - below.height / 2});
  if (edge.turned) std::reverse(points.begin(), points.end());
  return points;
}

}  // namespace

void arrange(Layout& layout) {
  if (layout.nodes.empty()) return;
  LayeredGraph graph = make_layers(layout);
  order_layers(graph);
  place_items(graph);
  move_to_left_border(graph, layout);
  const std::vector<Band> bands = place_nodes(graph, layout);
  for (std::size_t e = 0; e < layout.edges.size(); ++e) {
    const LayeredEdge& edge = graph.edges[e];
    layout.edges[e].points =
        edge.is_loop() ? loop_points(layout.nodes[edge.upper]) : points_of(edge, graph, layout, bands);
  }
}

}  // namespace kerascpp::drawing
