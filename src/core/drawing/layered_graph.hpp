#pragma once

#include <cstddef>
#include <vector>

#include "core/drawing/layered_layout.hpp"

// What the phases of `arrange` hand on. Each fills in more of it.
namespace kerascpp::drawing {

/// How far an edge from a node to itself reaches beyond the node.
inline constexpr double kLoop = 18;

/// A node of the layout, or a place where a long edge passes a layer (a dummy).
struct Item {
  double width = 0;
  int layer = 0;
  double x = 0;              // of its center
  std::size_t position = 0;  // within its layer
};

/// An edge of the layout as it is drawn: from the upper to the lower node.
struct LayeredEdge {
  std::size_t upper = 0, lower = 0;
  double upper_offset = 0, lower_offset = 0;
  bool turned = false;                  // against its direction, for it closes a cycle
  std::vector<std::size_t> items = {};  // that it leads through, with both ends

  [[nodiscard]] bool is_loop() const { return upper == lower; }
};

/// A part of an edge between neighbouring layers.
struct Piece {
  std::size_t upper = 0, lower = 0;  // items
  double upper_offset = 0, lower_offset = 0;
  double weight = 1;  // long edges want to be straight
};

struct LayeredGraph {
  std::size_t num_nodes = 0;
  std::vector<Item> items;  // the nodes, then the dummies
  std::vector<LayeredEdge> edges;
  std::vector<Piece> pieces;
  std::vector<std::vector<std::size_t>> up, down;  // pieces of each item
  std::vector<std::vector<std::size_t>> layers;    // items from left to right

  [[nodiscard]] bool is_dummy(std::size_t item) const { return item >= num_nodes; }
};

/// First phase: breaks cycles, gives each node a layer, splits long edges and lists the items of the layers.
[[nodiscard]] LayeredGraph make_layers(const Layout& layout);

/// Second phase: orders the items within their layers so that few edges cross.
void order_layers(LayeredGraph& graph);

/// Third phase: gives each item its x, near those of its neighbours.
void place_items(LayeredGraph& graph);

}  // namespace kerascpp::drawing
