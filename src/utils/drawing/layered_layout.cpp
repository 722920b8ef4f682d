#include "utils/drawing/layered_layout.hpp"

#include <algorithm>
#include <limits>
#include <numeric>
#include <utility>

namespace kerascpp::utils::drawing {
namespace {

constexpr double kNodeGap = 28, kDummyGap = 14, kLayerGap = 44, kLoop = 18;
constexpr int kOrderSweeps = 12, kPlaceSweeps = 48;

/// A node of the layout, or a place where a long edge passes a layer (a dummy).
struct Item {
  double width = 0;
  int layer = 0;
  double x = 0;
  std::size_t position = 0;  // within its layer
};

/// A piece of an edge between neighbouring layers.
struct Piece {
  std::size_t upper = 0, lower = 0;  // items
  double upper_offset = 0, lower_offset = 0;
  double weight = 1;  // long edges want to be straight
};

class Arranger {
 public:
  explicit Arranger(Layout& layout) : layout_(layout) {}

  void run() {
    if (layout_.nodes.empty()) return;
    break_cycles();
    find_layers();
    split_edges();
    order();
    place();
    finish();
  }

 private:
  [[nodiscard]] std::size_t count() const { return layout_.nodes.size(); }
  [[nodiscard]] bool is_loop(const LayoutEdge& edge) const { return edge.from == edge.to; }
  [[nodiscard]] std::size_t upper(std::size_t e) const {
    return turned_[e] ? layout_.edges[e].to : layout_.edges[e].from;
  }
  [[nodiscard]] std::size_t lower(std::size_t e) const {
    return turned_[e] ? layout_.edges[e].from : layout_.edges[e].to;
  }

  /// Depth first: an edge to a node that is still on the way closes a cycle and is turned round.
  void break_cycles() {
    turned_.assign(layout_.edges.size(), false);
    std::vector<std::vector<std::size_t>> outgoing(count());
    std::vector<bool> has_input(count(), false);
    for (std::size_t e = 0; e < layout_.edges.size(); ++e) {
      if (is_loop(layout_.edges[e])) continue;
      outgoing[layout_.edges[e].from].push_back(e);
      has_input[layout_.edges[e].to] = true;
    }
    enum class State { New, Open, Done };
    std::vector<State> states(count(), State::New);
    const auto visit = [&](std::size_t root) {
      if (states[root] != State::New) return;
      std::vector<std::pair<std::size_t, std::size_t>> stack{{root, 0}};
      states[root] = State::Open;
      while (!stack.empty()) {
        auto& [node, next] = stack.back();
        if (next == outgoing[node].size()) {
          states[node] = State::Done;
          finished_.push_back(node);
          stack.pop_back();
          continue;
        }
        const std::size_t e = outgoing[node][next++], to = layout_.edges[e].to;
        if (states[to] == State::Open) turned_[e] = true;
        if (states[to] != State::New) continue;
        states[to] = State::Open;
        stack.emplace_back(to, 0);
      }
    };
    for (std::size_t n = 0; n < count(); ++n)
      if (!has_input[n]) visit(n);
    for (std::size_t n = 0; n < count(); ++n) visit(n);
    std::reverse(finished_.begin(), finished_.end());  // now nodes before those that their edges lead to
  }

  void find_layers() {
    items_.resize(count());
    std::vector<std::vector<std::size_t>> above(count()), below(count());
    for (std::size_t e = 0; e < layout_.edges.size(); ++e) {
      if (is_loop(layout_.edges[e])) continue;
      above[lower(e)].push_back(upper(e));
      below[upper(e)].push_back(lower(e));
    }
    int last = 0;
    for (const std::size_t n : finished_) {
      for (const std::size_t before : above[n]) items_[n].layer = std::max(items_[n].layer, items_[before].layer + 1);
      last = std::max(last, items_[n].layer);
    }
    for (std::size_t n = 0; n < count(); ++n) {
      if (layout_.nodes[n].pin == LayoutNode::Pin::Last) items_[n].layer = last;
      // what depends on nothing stands right above what needs it first
      if (layout_.nodes[n].pin != LayoutNode::Pin::None || !above[n].empty() || below[n].empty()) continue;
      int nearest = std::numeric_limits<int>::max();
      for (const std::size_t after : below[n]) nearest = std::min(nearest, items_[after].layer);
      items_[n].layer = nearest - 1;
    }
    layers_.resize(static_cast<std::size_t>(last) + 1);
    std::vector<bool> has_loop(count(), false);
    for (const LayoutEdge& edge : layout_.edges)
      if (is_loop(edge)) has_loop[edge.from] = true;
    for (std::size_t n = 0; n < count(); ++n) items_[n].width = layout_.nodes[n].width + (has_loop[n] ? 2 * kLoop : 0);
  }

  void split_edges() {
    chains_.resize(layout_.edges.size());
    for (std::size_t e = 0; e < layout_.edges.size(); ++e) {
      const LayoutEdge& edge = layout_.edges[e];
      if (is_loop(edge)) continue;
      // an edge that was turned round keeps clear of one that goes the other way
      const double aside = turned_[e] ? 10 : 0;
      const double upper_offset = (turned_[e] ? edge.to_offset : edge.from_offset) + aside;
      const double lower_offset = (turned_[e] ? edge.from_offset : edge.to_offset) + aside;
      std::vector<std::size_t>& chain = chains_[e];
      chain.push_back(upper(e));
      for (int layer = items_[upper(e)].layer + 1; layer < items_[lower(e)].layer; ++layer) {
        chain.push_back(items_.size());
        items_.push_back({0, layer, 0, 0});
      }
      chain.push_back(lower(e));
      for (std::size_t i = 0; i + 1 < chain.size(); ++i) {
        const bool first = i == 0, last = i + 2 == chain.size();
        pieces_.push_back({chain[i], chain[i + 1], first ? upper_offset : 0, last ? lower_offset : 0,
                           first && last   ? 1.0
                           : first || last ? 2.0
                                           : 8.0});
      }
    }
    up_.resize(items_.size());
    down_.resize(items_.size());
    for (std::size_t p = 0; p < pieces_.size(); ++p) {
      up_[pieces_[p].lower].push_back(p);
      down_[pieces_[p].upper].push_back(p);
    }
    std::vector<bool> seen(items_.size(), false);
    for (const std::size_t root : finished_) append_below(root, seen);
  }

  /// First order: depth first, so that what belongs together starts side by side.
  void append_below(std::size_t root, std::vector<bool>& seen) {
    std::vector<std::size_t> stack{root};
    while (!stack.empty()) {
      const std::size_t item = stack.back();
      stack.pop_back();
      if (seen[item]) continue;
      seen[item] = true;
      std::vector<std::size_t>& layer = layers_[static_cast<std::size_t>(items_[item].layer)];
      items_[item].position = layer.size();
      layer.push_back(item);
      for (std::size_t i = down_[item].size(); i-- > 0;) stack.push_back(pieces_[down_[item][i]].lower);
    }
  }

  /// Where an edge meets an item, for comparing: the position, then the offset within the item.
  [[nodiscard]] double end_of(std::size_t item, double offset) const {
    const double width = std::max(items_[item].width, 1.0);
    return static_cast<double>(items_[item].position) + 0.9 * std::clamp(offset / width, -0.5, 0.5);
  }

  [[nodiscard]] std::size_t crossings() const {
    std::size_t crossings = 0;
    std::vector<std::pair<double, double>> ends;
    for (std::size_t layer = 0; layer + 1 < layers_.size(); ++layer) {
      ends.clear();
      for (const std::size_t item : layers_[layer])
        for (const std::size_t p : down_[item])
          ends.emplace_back(end_of(item, pieces_[p].upper_offset), end_of(pieces_[p].lower, pieces_[p].lower_offset));
      std::sort(ends.begin(), ends.end());
      std::vector<double> seconds;
      for (const auto& end : ends) {
        const auto after = std::upper_bound(seconds.begin(), seconds.end(), end.second);
        crossings += static_cast<std::size_t>(seconds.end() - after);
        seconds.insert(after, end.second);
      }
    }
    return crossings;
  }

  void order() {
    std::vector<std::vector<std::size_t>> best = layers_;
    std::size_t fewest = crossings();
    for (int sweep = 0; sweep < kOrderSweeps && fewest > 0; ++sweep) {
      const bool downwards = sweep % 2 == 0;
      for (std::size_t i = 1; i < layers_.size(); ++i)
        sort_by_medians(layers_[downwards ? i : layers_.size() - 1 - i], downwards);
      if (const std::size_t now = crossings(); now < fewest) {
        fewest = now;
        best = layers_;
      }
    }
    layers_ = std::move(best);
    for (const std::vector<std::size_t>& layer : layers_) number(layer);
  }

  void number(const std::vector<std::size_t>& layer) {
    for (std::size_t i = 0; i < layer.size(); ++i) items_[layer[i]].position = i;
  }

  /// Items without neighbours on that side keep their places; the others are sorted among the places that are left.
  void sort_by_medians(std::vector<std::size_t>& layer, bool by_upper) {
    std::vector<std::pair<double, std::size_t>> moving;
    std::vector<std::size_t> places;
    for (std::size_t i = 0; i < layer.size(); ++i) {
      const std::vector<std::size_t>& pieces = by_upper ? up_[layer[i]] : down_[layer[i]];
      if (pieces.empty()) continue;
      std::vector<double> ends;
      for (const std::size_t p : pieces)
        ends.push_back(by_upper ? end_of(pieces_[p].upper, pieces_[p].upper_offset)
                                : end_of(pieces_[p].lower, pieces_[p].lower_offset));
      std::sort(ends.begin(), ends.end());
      const std::size_t middle = ends.size() / 2;
      const double median = ends.size() % 2 == 1 ? ends[middle] : (ends[middle - 1] + ends[middle]) / 2;
      moving.emplace_back(median, layer[i]);
      places.push_back(i);
    }
    std::stable_sort(moving.begin(), moving.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
    for (std::size_t i = 0; i < places.size(); ++i) layer[places[i]] = moving[i].second;
    number(layer);
  }

  [[nodiscard]] double separation(std::size_t left, std::size_t right) const {
    const bool dummy = left >= count() || right >= count();
    return (items_[left].width + items_[right].width) / 2 + (dummy ? kDummyGap : kNodeGap);
  }

  void place() {
    for (const std::vector<std::size_t>& layer : layers_)
      for (std::size_t i = 1; i < layer.size(); ++i)
        items_[layer[i]].x = items_[layer[i - 1]].x + separation(layer[i - 1], layer[i]);
    for (int sweep = 0; sweep < kPlaceSweeps; ++sweep) {
      const bool downwards = sweep % 2 == 0, both = sweep >= kPlaceSweeps / 2;
      for (std::size_t i = 0; i < layers_.size(); ++i)
        place_layer(layers_[downwards ? i : layers_.size() - 1 - i], both || downwards, both || !downwards);
    }
  }

  /// Minimizes sum of weight * (x - wish)^2 with the items kept in order and apart: after subtraction of the distances
  /// this is a monotone regression, solved by pooling neighbours that violate the order.
  void place_layer(const std::vector<std::size_t>& layer, bool by_upper, bool by_lower) {
    struct Pool {
      double weight, mean;
      std::size_t size;
    };
    std::vector<Pool> pools;
    double shift = 0;
    for (std::size_t i = 0; i < layer.size(); ++i) {
      if (i > 0) shift += separation(layer[i - 1], layer[i]);
      const auto [wish, weight] = wish_of(layer[i], by_upper, by_lower);
      pools.push_back({weight, wish - shift, 1});
      while (pools.size() > 1 && pools[pools.size() - 2].mean > pools.back().mean) {
        const Pool last = pools.back();
        pools.pop_back();
        Pool& before = pools.back();
        before.mean = (before.mean * before.weight + last.mean * last.weight) / (before.weight + last.weight);
        before.weight += last.weight;
        before.size += last.size;
      }
    }
    std::size_t i = 0;
    shift = 0;
    for (const Pool& pool : pools)
      for (std::size_t k = 0; k < pool.size; ++k, ++i) {
        if (i > 0) shift += separation(layer[i - 1], layer[i]);
        items_[layer[i]].x = pool.mean + shift;
      }
  }

  [[nodiscard]] std::pair<double, double> wish_of(std::size_t item, bool by_upper, bool by_lower) const {
    double sum = 0, weight = 0;
    const auto add = [&](double x, double w) {
      sum += x * w;
      weight += w;
    };
    if (by_upper)
      for (const std::size_t p : up_[item])
        add(items_[pieces_[p].upper].x + pieces_[p].upper_offset - pieces_[p].lower_offset, pieces_[p].weight);
    if (by_lower)
      for (const std::size_t p : down_[item])
        add(items_[pieces_[p].lower].x + pieces_[p].lower_offset - pieces_[p].upper_offset, pieces_[p].weight);
    return weight > 0 ? std::pair{sum / weight, weight} : std::pair{items_[item].x, 0.01};
  }

  void finish() {
    double left = std::numeric_limits<double>::max(), right = std::numeric_limits<double>::lowest();
    for (const Item& item : items_) {
      left = std::min(left, item.x - item.width / 2);
      right = std::max(right, item.x + item.width / 2);
    }
    for (Item& item : items_) item.x -= left;
    layout_.width = right - left;
    tops_.assign(layers_.size(), 0);
    bottoms_.assign(layers_.size(), 0);
    double y = 0;
    for (std::size_t layer = 0; layer < layers_.size(); ++layer) {
      double height = 0;
      for (const std::size_t item : layers_[layer])
        if (item < count()) height = std::max(height, layout_.nodes[item].height);
      tops_[layer] = y;
      bottoms_[layer] = y + height;
      for (const std::size_t item : layers_[layer]) {
        if (item >= count()) continue;
        layout_.nodes[item].x = items_[item].x;
        layout_.nodes[item].y = y + height / 2;
      }
      y += height + kLayerGap;
    }
    layout_.height = y - kLayerGap;
    for (std::size_t e = 0; e < layout_.edges.size(); ++e) route(e);
  }

  [[nodiscard]] std::size_t layer_of(std::size_t item) const { return static_cast<std::size_t>(items_[item].layer); }

  void route(std::size_t e) {
    LayoutEdge& edge = layout_.edges[e];
    edge.points.clear();
    if (is_loop(edge)) {
      const LayoutNode& node = layout_.nodes[edge.from];
      const double x = node.x + node.width / 2, dy = node.height / 4;
      edge.points = {{x, node.y - dy}, {x + kLoop, node.y - dy}, {x + kLoop, node.y + dy}, {x, node.y + dy}};
      return;
    }
    const LayoutNode &above = layout_.nodes[upper(e)], &below = layout_.nodes[lower(e)];
    const double aside = turned_[e] ? 10 : 0;
    const double start = above.x + (turned_[e] ? edge.to_offset : edge.from_offset) + aside;
    const double end = below.x + (turned_[e] ? edge.from_offset : edge.to_offset) + aside;
    const double bottom = bottoms_[layer_of(upper(e))], top = tops_[layer_of(lower(e))];
    edge.points.push_back({start, above.y + above.height / 2});
    // beside higher nodes of its layer it leads straight down
    if (bottom > edge.points.back().y + 1) edge.points.push_back({start, bottom});
    for (std::size_t i = 1; i + 1 < chains_[e].size(); ++i) {
      const std::size_t item = chains_[e][i];
      edge.points.push_back({items_[item].x, tops_[layer_of(item)]});
      edge.points.push_back({items_[item].x, bottoms_[layer_of(item)]});
    }
    if (top < below.y - below.height / 2 - 1) edge.points.push_back({end, top});
    edge.points.push_back({end, below.y - below.height / 2});
    if (turned_[e]) std::reverse(edge.points.begin(), edge.points.end());
  }

  Layout& layout_;
  std::vector<bool> turned_;           // of each edge: whether it is drawn upwards
  std::vector<std::size_t> finished_;  // nodes before those below them
  std::vector<Item> items_;            // the nodes, then the dummies
  std::vector<Piece> pieces_;
  std::vector<std::vector<std::size_t>> up_, down_;  // pieces of each item
  std::vector<std::vector<std::size_t>> chains_;     // items that an edge leads through
  std::vector<std::vector<std::size_t>> layers_;     // items from left to right
  std::vector<double> tops_, bottoms_;               // of the layers
};

}  // namespace

void arrange(Layout& layout) { Arranger(layout).run(); }

}  // namespace kerascpp::utils::drawing
