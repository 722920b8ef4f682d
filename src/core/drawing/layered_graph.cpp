#include "core/drawing/layered_graph.hpp"

#include <algorithm>
#include <limits>
#include <utility>

namespace kerascpp::drawing {
namespace {

// an edge that was turned round keeps clear of one that goes the other way
constexpr double kAside = 10;

std::vector<LayeredEdge> edges_of(const Layout& layout) {
  std::vector<LayeredEdge> edges;
  for (const LayoutEdge& edge : layout.edges) edges.push_back({edge.from, edge.to, edge.from_offset, edge.to_offset});
  return edges;
}

void turn(LayeredEdge& edge) {
  std::swap(edge.upper, edge.lower);
  std::swap(edge.upper_offset, edge.lower_offset);
  edge.upper_offset += kAside;
  edge.lower_offset += kAside;
  edge.turned = true;
}

/// Depth first: an edge to a node that is still on the way closes a cycle and is turned round. Returns the nodes, each
/// before those that its edges lead to.
std::vector<std::size_t> break_cycles(LayeredGraph& graph) {
  std::vector<std::vector<std::size_t>> outgoing(graph.num_nodes);
  std::vector<bool> has_input(graph.num_nodes, false);
  for (std::size_t e = 0; e < graph.edges.size(); ++e) {
    const LayeredEdge& edge = graph.edges[e];
    if (edge.is_loop()) continue;
    outgoing[edge.upper].push_back(e);
    has_input[edge.lower] = true;
  }
  enum class State { New, Open, Done };
  std::vector<State> states(graph.num_nodes, State::New);
  std::vector<std::size_t> finished;
  const auto visit = [&](std::size_t root) {
    if (states[root] != State::New) return;
    std::vector<std::pair<std::size_t, std::size_t>> stack{{root, 0}};
    states[root] = State::Open;
    while (!stack.empty()) {
      auto& [node, next] = stack.back();
      if (next == outgoing[node].size()) {
        states[node] = State::Done;
        finished.push_back(node);
        stack.pop_back();
        continue;
      }
      LayeredEdge& edge = graph.edges[outgoing[node][next++]];
      const std::size_t to = edge.lower;
      if (states[to] == State::Open) turn(edge);
      if (states[to] != State::New) continue;
      states[to] = State::Open;
      stack.emplace_back(to, 0);
    }
  };
  for (std::size_t n = 0; n < graph.num_nodes; ++n)
    if (!has_input[n]) visit(n);
  for (std::size_t n = 0; n < graph.num_nodes; ++n) visit(n);
  std::reverse(finished.begin(), finished.end());
  return finished;
}

/// The layer of a node is the length of the longest path to it.
void find_layers(const Layout& layout, const std::vector<std::size_t>& sorted, LayeredGraph& graph) {
  std::vector<std::vector<std::size_t>> above(graph.num_nodes), below(graph.num_nodes);
  for (const LayeredEdge& edge : graph.edges) {
    if (edge.is_loop()) continue;
    above[edge.lower].push_back(edge.upper);
    below[edge.upper].push_back(edge.lower);
  }
  std::vector<Item>& items = graph.items;
  int last = 0;
  for (const std::size_t n : sorted) {
    for (const std::size_t before : above[n]) items[n].layer = std::max(items[n].layer, items[before].layer + 1);
    last = std::max(last, items[n].layer);
  }
  // a label below what depends on nothing and has no other user goes along with it
  for (std::size_t n = 0; n < graph.num_nodes; ++n)
    if (layout.nodes[n].is_label && above[n].size() == 1 && below[n].size() == 1 && above[above[n][0]].empty() &&
        below[above[n][0]].size() == 1 && layout.nodes[above[n][0]].pin == LayoutNode::Pin::None)
      items[n].layer = items[below[n][0]].layer - 1;
  for (std::size_t n = 0; n < graph.num_nodes; ++n) {
    const LayoutNode::Pin pin = layout.nodes[n].pin;
    if (pin == LayoutNode::Pin::Last) items[n].layer = last;
    // what depends on nothing stands right above what needs it first
    if (pin != LayoutNode::Pin::None || !above[n].empty() || below[n].empty()) continue;
    int nearest = std::numeric_limits<int>::max();
    for (const std::size_t after : below[n]) nearest = std::min(nearest, items[after].layer);
    items[n].layer = nearest - 1;
  }
  graph.layers.resize(static_cast<std::size_t>(last) + 1);
}

void find_widths(const Layout& layout, LayeredGraph& graph) {
  for (std::size_t n = 0; n < graph.num_nodes; ++n) graph.items[n].width = layout.nodes[n].width;
  std::vector<bool> has_loop(graph.num_nodes, false);
  for (const LayeredEdge& edge : graph.edges)
    if (edge.is_loop()) has_loop[edge.upper] = true;
  for (std::size_t n = 0; n < graph.num_nodes; ++n)
    if (has_loop[n]) graph.items[n].width += 2 * kLoop;
}

/// Makes a dummy in each layer that an edge passes, and the pieces between.
void split_edges(LayeredGraph& graph) {
  for (LayeredEdge& edge : graph.edges) {
    if (edge.is_loop()) continue;
    std::vector<std::size_t>& chain = edge.items;
    chain.push_back(edge.upper);
    for (int layer = graph.items[edge.upper].layer + 1; layer < graph.items[edge.lower].layer; ++layer) {
      chain.push_back(graph.items.size());
      graph.items.push_back({0, layer, 0, 0});
    }
    chain.push_back(edge.lower);
    for (std::size_t i = 0; i + 1 < chain.size(); ++i) {
      const bool first = i == 0, last = i + 2 == chain.size();
      graph.pieces.push_back({chain[i], chain[i + 1], first ? edge.upper_offset : 0, last ? edge.lower_offset : 0,
                              first && last   ? 1.0
                              : first || last ? 2.0
                                              : 8.0});
    }
  }
  graph.up.resize(graph.items.size());
  graph.down.resize(graph.items.size());
  for (std::size_t p = 0; p < graph.pieces.size(); ++p) {
    graph.up[graph.pieces[p].lower].push_back(p);
    graph.down[graph.pieces[p].upper].push_back(p);
  }
}

/// Depth first, so that what belongs together starts side by side.
void list_items(const std::vector<std::size_t>& sorted, LayeredGraph& graph) {
  std::vector<bool> seen(graph.items.size(), false);
  for (const std::size_t root : sorted) {
    std::vector<std::size_t> stack{root};
    while (!stack.empty()) {
      const std::size_t item = stack.back();
      stack.pop_back();
      if (seen[item]) continue;
      seen[item] = true;
      std::vector<std::size_t>& layer = graph.layers[static_cast<std::size_t>(graph.items[item].layer)];
      graph.items[item].position = layer.size();
      layer.push_back(item);
      const std::vector<std::size_t>& down = graph.down[item];
      for (std::size_t i = down.size(); i-- > 0;) stack.push_back(graph.pieces[down[i]].lower);
    }
  }
}

}  // namespace

LayeredGraph make_layers(const Layout& layout) {
  LayeredGraph graph;
  graph.num_nodes = layout.nodes.size();
  graph.items.resize(graph.num_nodes);
  graph.edges = edges_of(layout);
  const std::vector<std::size_t> sorted = break_cycles(graph);
  find_layers(layout, sorted, graph);
  find_widths(layout, graph);
  split_edges(graph);
  list_items(sorted, graph);
  return graph;
}

}  // namespace kerascpp::drawing
