#include "core/drawing/layered_drawing.hpp"

#include <algorithm>
#include <map>
#include <tuple>

#include <kerascpp/core/error.hpp>

#include "core/drawing/layered_layout.hpp"

namespace kerascpp::drawing {
namespace {

constexpr double kMargin = 16, kCellPadding = 10, kFrame = 28, kLabelSize = 13, kLineHeight = 1.25;
constexpr double kArrowLabelSize = 11, kArrowLabelHeight = 14, kArrowLabelPadding = 5, kLineWidth = 1.6;

struct Size {
  double width = 0, height = 0;
};

Size size_of(const Cell& cell) {
  return {text_width(cell.before + cell.after, cell.size) + text_width(cell.bold, cell.size, true) + 2 * kCellPadding,
          kLineHeight * cell.size + kCellPadding};
}

Size size_of(const std::vector<Cell>& row) {
  Size size;
  for (const Cell& cell : row) {
    size.width += size_of(cell).width;
    size.height = std::max(size.height, size_of(cell).height);
  }
  return size;
}

/// The height of a line of text and the width of the longest.
Size size_of_text(const Box& box) {
  Size size;
  for (const std::vector<Cell>& row : box.rows) {
    double width = 0, height = 0;
    for (const Cell& cell : row) {
      width += size_of(cell).width - 2 * kCellPadding;
      height = std::max(height, kLineHeight * cell.size);
    }
    size.width = std::max(size.width, width);
    size.height += height;
  }
  return size;
}

Size size_of(const Box& box) {
  if (box.outline == Outline::Ellipse) {  // (w / W)^2 + (h / H)^2 = 1 about the text, with H = 1.5 h
    const Size text = size_of_text(box);
    return {1.342 * (text.width + 6), 1.5 * (text.height + 2)};
  }
  if (box.outline != Outline::Table) {
    const Size text = size_of_text(box);
    return {text.width + 2 * kCellPadding, text.height + kCellPadding};
  }
  Size size;
  for (const std::vector<Cell>& row : box.rows) {
    size.width = std::max(size.width, size_of(row).width);
    size.height += size_of(row).height;
  }
  return size;
}

/// Places everything, one cluster after the other from the inside out: to the cluster around it, a cluster is one node.
/// An arrow that crosses the border of a cluster passes a gate there, a node without extent in the first or last layer.
class Placement {
 public:
  Placement(const LayeredDrawing& drawing, bool sideways)
      : drawing_(drawing), sideways_(sideways), frames_(drawing.clusters.size() + 1), labels_(drawing.arrows.size()) {
    for (Frame& frame : frames_) frame.layout.layer_gap = drawing.layer_gap;
    for (std::size_t b = 0; b < drawing.boxes.size(); ++b) {
      Size size = size_of(drawing.boxes[b]);
      if (sideways) std::swap(size.width, size.height);
      Frame& frame = frames_[frame_of(drawing.boxes[b].cluster)];
      box_nodes_.push_back(frame.layout.nodes.size());
      frame.layout.nodes.push_back({size.width, size.height});
    }
    for (std::size_t c = 0; c < drawing.clusters.size(); ++c) {
      Frame& parent = frames_[parent_of(c + 1)];
      frames_[c + 1].node = parent.layout.nodes.size();
      parent.layout.nodes.emplace_back();
    }
    for (std::size_t a = 0; a < drawing.arrows.size(); ++a) add_arrow(a);
    for (std::size_t f = frames_.size(); f-- > 0;) arrange_frame(f);
    for (std::size_t f = 1; f < frames_.size(); ++f) {  // parents first
      const Frame& parent = frames_[parent_of(f)];
      const LayoutNode& node = parent.layout.nodes[frames_[f].node];
      const Layout& inside = frames_[f].layout;
      frames_[f].origin = {parent.origin.x + node.x - inside.width / 2, parent.origin.y + node.y - inside.height / 2};
    }
  }

  [[nodiscard]] Size size() const { return {frames_[0].layout.width, frames_[0].layout.height}; }

  [[nodiscard]] LayoutNode box(std::size_t b) const {
    const Frame& frame = frames_[frame_of(drawing_.boxes[b].cluster)];
    return placed(frame, frame.layout.nodes[box_nodes_[b]]);
  }

  [[nodiscard]] LayoutNode cluster(std::size_t c) const {
    const Frame& parent = frames_[parent_of(c + 1)];
    return placed(parent, parent.layout.nodes[frames_[c + 1].node]);
  }

  /// Where the label of an arrow stands, which has one.
  [[nodiscard]] LayoutNode label(std::size_t a) const {
    const Frame& frame = frames_[labels_[a].first];
    return placed(frame, frame.layout.nodes[labels_[a].second]);
  }

  [[nodiscard]] std::vector<Point> arrow(std::size_t a) const {
    std::vector<Point> points;
    for (const auto& [f, e] : routes_[a])
      for (const Point& point : frames_[f].layout.edges[e].points)
        points.push_back({point.x + frames_[f].origin.x, point.y + frames_[f].origin.y});
    return points;
  }

 private:
  /// Frame 0 is the whole picture, frame c + 1 the inside of cluster c.
  struct Frame {
    Layout layout = {};
    std::size_t node = 0;  // in the layout of the frame around it
    Point origin = {};
    // by node, gate of an inner cluster, and direction: gate and the edge that leads to it
    std::map<std::tuple<std::size_t, std::size_t, bool>, std::pair<std::size_t, std::size_t>> gates = {};
  };
  /// An end of an arrow as a frame sees it: a node there, and where a cluster, the gate inside of it.
  struct End {
    std::size_t node = 0;
    std::optional<std::pair<std::size_t, std::size_t>> gate = {};  // frame and node
    double offset = 0;                                             // where there is no gate
  };
  /// A piece of the route of an arrow: frame and edge.
  using Route = std::vector<std::pair<std::size_t, std::size_t>>;

  [[nodiscard]] static std::size_t frame_of(const std::optional<std::size_t>& cluster) {
    return cluster ? *cluster + 1 : 0;
  }
  [[nodiscard]] std::size_t parent_of(std::size_t frame) const { return frame_of(drawing_.clusters[frame - 1].parent); }
  [[nodiscard]] static LayoutNode placed(const Frame& frame, LayoutNode node) {
    node.x += frame.origin.x;
    node.y += frame.origin.y;
    return node;
  }

  [[nodiscard]] std::vector<std::size_t> frames_around(std::size_t box) const {
    std::vector<std::size_t> frames{frame_of(drawing_.boxes[box].cluster)};
    while (frames.back() != 0) frames.push_back(parent_of(frames.back()));
    return frames;
  }

  std::size_t add_edge(std::size_t f, const End& from, const End& to) {
    frames_[f].layout.edges.push_back({from.node, to.node});
    ends_[{f, frames_[f].layout.edges.size() - 1}] = {from, to};
    return frames_[f].layout.edges.size() - 1;
  }

  /// The way of an arrow from `box` out of its clusters, or into them, up to the frame `until`.
  End lead(std::size_t box, std::size_t until, bool outwards, Route& route) {
    End end{box_nodes_[box]};
    for (std::size_t f = frame_of(drawing_.boxes[box].cluster); f != until; f = parent_of(f)) {
      const std::size_t inner_gate = end.gate ? end.gate->second : 0;
      const auto [found, fresh] = frames_[f].gates.try_emplace({end.node, inner_gate, outwards});
      if (fresh) {
        LayoutNode gate;
        gate.pin = outwards ? LayoutNode::Pin::Last : LayoutNode::Pin::First;
        found->second.first = frames_[f].layout.nodes.size();
        frames_[f].layout.nodes.push_back(gate);
        const End at_gate{found->second.first};
        found->second.second = outwards ? add_edge(f, end, at_gate) : add_edge(f, at_gate, end);
      }
      route.emplace_back(f, found->second.second);
      end = {frames_[f].node, std::pair{f, found->second.first}};
    }
    return end;
  }

  void add_arrow(std::size_t a) {
    const Arrow& arrow = drawing_.arrows[a];
    const std::vector<std::size_t> from = frames_around(arrow.from), to = frames_around(arrow.to);
    std::size_t common = 0;
    for (const std::size_t f : from)
      if (std::find(to.begin(), to.end(), f) != to.end()) {
        common = f;
        break;
      }
    Route route, inwards;
    const End start = lead(arrow.from, common, true, route), end = lead(arrow.to, common, false, inwards);
    if (arrow.label.empty()) {
      route.emplace_back(common, add_edge(common, start, end));
    } else {  // the label is a node, along the border of which the arrow leads
      Size size{text_width(arrow.label, kArrowLabelSize) + 2 * kArrowLabelPadding, kArrowLabelHeight};
      if (sideways_) std::swap(size.width, size.height);
      std::vector<LayoutNode>& nodes = frames_[common].layout.nodes;
      labels_[a] = {common, nodes.size()};
      const End middle{nodes.size(), {}, -size.width / 2};
      nodes.push_back({size.width, size.height, LayoutNode::Pin::None, true});
      route.emplace_back(common, add_edge(common, start, middle));
      route.emplace_back(common, add_edge(common, middle, end));
    }
    route.insert(route.end(), inwards.rbegin(), inwards.rend());
    routes_.push_back(std::move(route));
  }

  void arrange_frame(std::size_t f) {
    Layout& layout = frames_[f].layout;
    for (std::size_t e = 0; e < layout.edges.size(); ++e) {
      const auto& [from, to] = ends_.at({f, e});
      layout.edges[e].from_offset = offset_of(from);
      layout.edges[e].to_offset = offset_of(to);
    }
    arrange(layout);
    if (f == 0) return;
    const double label = text_width(drawing_.clusters[f - 1].label, kLabelSize) + 2 * kCellPadding;
    LayoutNode& node = frames_[parent_of(f)].layout.nodes[frames_[f].node];
    node.width = std::max(layout.width + 2 * kFrame, sideways_ ? 0 : label);
    node.height = std::max(layout.height + 2 * kFrame, sideways_ ? label : 0);
    for (LayoutEdge& edge : layout.edges) reach_border(layout, edge, (node.height - layout.height) / 2);
  }

  /// Gates stand on the border of the cluster.
  static void reach_border(const Layout& layout, LayoutEdge& edge, double distance) {
    if (layout.nodes[edge.from].pin == LayoutNode::Pin::First)
      edge.points.insert(edge.points.begin(), {edge.points.front().x, -distance});
    if (layout.nodes[edge.to].pin == LayoutNode::Pin::Last)
      edge.points.push_back({edge.points.back().x, layout.height + distance});
  }

  [[nodiscard]] double offset_of(const End& end) const {
    if (!end.gate) return end.offset;
    const Layout& inside = frames_[end.gate->first].layout;
    return inside.nodes[end.gate->second].x - inside.width / 2;
  }

  const LayeredDrawing& drawing_;
  bool sideways_;
  std::vector<Frame> frames_;
  std::vector<std::size_t> box_nodes_;  // of each box in its frame
  std::map<std::pair<std::size_t, std::size_t>, std::pair<End, End>> ends_;
  std::vector<Route> routes_;
  std::vector<std::pair<std::size_t, std::size_t>> labels_;  // of each arrow: frame and node
};

class Painter {
 public:
  Painter(const LayeredDrawing& drawing, Direction direction)
      : drawing_(drawing),
        direction_(direction),
        sideways_(direction == Direction::LeftToRight || direction == Direction::RightToLeft),
        placement_(drawing, sideways_) {}

  Picture paint() {
    for (std::size_t c = 0; c < drawing_.clusters.size(); ++c) paint_cluster(c);
    for (std::size_t a = 0; a < drawing_.arrows.size(); ++a) paint_arrow(a);
    for (std::size_t b = 0; b < drawing_.boxes.size(); ++b) paint_box(b);
    Size size = placement_.size();
    if (sideways_) std::swap(size.width, size.height);
    picture_.set_size(size.width + 2 * kMargin, size.height + 2 * kMargin);
    return std::move(picture_);
  }

 private:
  /// From the layout, which is from top to bottom, to the picture.
  [[nodiscard]] Point on_picture(const Point& point) const {
    const double length = placement_.size().height;
    const bool flipped = direction_ == Direction::BottomToTop || direction_ == Direction::RightToLeft;
    const double along = flipped ? length - point.y : point.y;
    return sideways_ ? Point{along + kMargin, point.x + kMargin} : Point{point.x + kMargin, along + kMargin};
  }

  struct Area {
    double left, top, width, height;
  };
  [[nodiscard]] Area area(const LayoutNode& node) const {
    const Point center = on_picture({node.x, node.y});
    const double width = sideways_ ? node.height : node.width, height = sideways_ ? node.width : node.height;
    return {center.x - width / 2, center.y - height / 2, width, height};
  }

  void paint_cluster(std::size_t c) {
    const Area at = area(placement_.cluster(c));
    const std::string& label = drawing_.clusters[c].label;
    picture_.begin_group("cluster", label);
    picture_.rectangle(at.left, at.top, at.width, at.height,
                       {.fill = "black", .stroke = "black", .dashes = {5, 3}, .fill_opacity = 0.03, .radius = 4});
    picture_.text({at.left + kCellPadding, at.top + kLabelSize + 5}, label, {.size = kLabelSize});
    picture_.end_group();
  }

  void paint_arrow(std::size_t a) {
    const Arrow& arrow = drawing_.arrows[a];
    std::vector<Point> points;
    for (const Point& point : placement_.arrow(a)) points.push_back(on_picture(point));
    picture_.begin_group("edge", drawing_.boxes[arrow.from].title + " -> " + drawing_.boxes[arrow.to].title);
    picture_.arrow(std::move(points), {.stroke = arrow.color,
                                       .stroke_width = kLineWidth,
                                       .dashes = arrow.dashed ? std::vector<double>{5, 3} : std::vector<double>{}});
    if (!arrow.label.empty()) {
      const Area at = area(placement_.label(a));
      picture_.text({at.left + kArrowLabelPadding, at.top + at.height / 2 + 0.35 * kArrowLabelSize}, arrow.label,
                    {.size = kArrowLabelSize});
    }
    picture_.end_group();
  }

  void paint_box(std::size_t b) {
    const Box& box = drawing_.boxes[b];
    const Area at = area(placement_.box(b));
    picture_.begin_group("node", box.title);
    if (box.outline == Outline::Table)
      paint_table(box, at);
    else
      paint_lines(box, at);
    picture_.end_group();
  }

  void paint_lines(const Box& box, const Area& at) {
    Style style{.fill = box.fill, .stroke = box.stroke};
    if (box.dashed) style.dashes = {4, 3};
    if (box.outline == Outline::Rounded) style.radius = 8;
    const Point center{at.left + at.width / 2, at.top + at.height / 2};
    if (box.outline == Outline::Ellipse)
      picture_.ellipse(center, at.width / 2, at.height / 2, style);
    else
      picture_.rectangle(at.left, at.top, at.width, at.height, style);
    double y = center.y - size_of_text(box).height / 2;
    for (const std::vector<Cell>& row : box.rows) {
      std::vector<std::pair<std::string, bool>> texts;
      double size = 0;
      for (const Cell& cell : row) {
        texts.insert(texts.end(), {{cell.before, false}, {cell.bold, true}, {cell.after, false}});
        size = std::max(size, cell.size);
      }
      picture_.spans({center.x, y + (0.35 + kLineHeight / 2) * size}, std::move(texts), size, row.front().color);
      y += kLineHeight * size;
    }
  }

  void paint_table(const Box& box, const Area& at) {
    double y = at.top;
    for (const std::vector<Cell>& row : box.rows) {
      const Size size = size_of(row);
      const double extra = row.empty() ? 0 : (at.width - size.width) / static_cast<double>(row.size());
      double x = at.left;
      for (const Cell& cell : row) {
        const double width = size_of(cell).width + extra;
        picture_.rectangle(x, y, width, size.height, {.fill = cell.fill, .stroke = "black"});
        picture_.spans({x + width / 2, y + size.height / 2 + 0.35 * cell.size},
                       {{cell.before, false}, {cell.bold, true}, {cell.after, false}}, cell.size, cell.color);
        x += width;
      }
      y += size.height;
    }
  }

  const LayeredDrawing& drawing_;
  Direction direction_;
  bool sideways_;
  Placement placement_;
  Picture picture_;
};

}  // namespace

Direction direction_of(const std::string& rankdir, const std::string& owner) {
  if (rankdir == "TB") return Direction::TopToBottom;
  if (rankdir == "BT") return Direction::BottomToTop;
  if (rankdir == "LR") return Direction::LeftToRight;
  if (rankdir == "RL") return Direction::RightToLeft;
  throw ValueError(text_of("[", owner, R"(] rankdir must be "TB", "BT", "LR" or "RL", received ")", rankdir, "\""));
}

Picture LayeredDrawing::draw(Direction direction) const { return Painter(*this, direction).paint(); }

}  // namespace kerascpp::drawing
