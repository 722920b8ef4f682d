#include <algorithm>
#include <utility>

#include "core/drawing/layered_graph.hpp"

namespace kerascpp::drawing {
namespace {

constexpr int kSweeps = 12;

class Orderer {
 public:
  explicit Orderer(LayeredGraph& graph) : graph_(graph) {}

  /// Sweeps down and up, and keeps the order with the fewest crossings.
  void run() {
    std::vector<std::vector<std::size_t>>& layers = graph_.layers;
    std::vector<std::vector<std::size_t>> best = layers;
    std::size_t fewest = crossings();
    for (int sweep = 0; sweep < kSweeps && fewest > 0; ++sweep) {
      const bool downwards = sweep % 2 == 0;
      for (std::size_t i = 1; i < layers.size(); ++i)
        sort_by_medians(layers[downwards ? i : layers.size() - 1 - i], downwards);
      if (const std::size_t now = crossings(); now < fewest) {
        fewest = now;
        best = layers;
      }
    }
    layers = std::move(best);
    for (const std::vector<std::size_t>& layer : layers) number(layer);
  }

 private:
  /// Where an edge meets an item, for comparing: the position, then the offset within the item.
  [[nodiscard]] double end_of(std::size_t item, double offset) const {
    const double width = std::max(graph_.items[item].width, 1.0);
    return static_cast<double>(graph_.items[item].position) + 0.9 * std::clamp(offset / width, -0.5, 0.5);
  }
  [[nodiscard]] double upper_end(const Piece& piece) const { return end_of(piece.upper, piece.upper_offset); }
  [[nodiscard]] double lower_end(const Piece& piece) const { return end_of(piece.lower, piece.lower_offset); }

  [[nodiscard]] std::size_t crossings() const {
    std::size_t crossings = 0;
    std::vector<std::pair<double, double>> ends;
    for (std::size_t layer = 0; layer + 1 < graph_.layers.size(); ++layer) {
      ends.clear();
      for (const std::size_t item : graph_.layers[layer])
        for (const std::size_t p : graph_.down[item])
          ends.emplace_back(upper_end(graph_.pieces[p]), lower_end(graph_.pieces[p]));
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

  void number(const std::vector<std::size_t>& layer) {
    for (std::size_t i = 0; i < layer.size(); ++i) graph_.items[layer[i]].position = i;
  }

  /// Items without neighbours on that side keep their places; the others are sorted among the places that are left.
  void sort_by_medians(std::vector<std::size_t>& layer, bool by_upper) {
    std::vector<std::pair<double, std::size_t>> moving;
    std::vector<std::size_t> places;
    for (std::size_t i = 0; i < layer.size(); ++i) {
      const std::vector<std::size_t>& pieces = by_upper ? graph_.up[layer[i]] : graph_.down[layer[i]];
      if (pieces.empty()) continue;
      std::vector<double> ends;
      for (const std::size_t p : pieces)
        ends.push_back(by_upper ? upper_end(graph_.pieces[p]) : lower_end(graph_.pieces[p]));
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

  LayeredGraph& graph_;
};

}  // namespace

void order_layers(LayeredGraph& graph) { Orderer(graph).run(); }

}  // namespace kerascpp::drawing
