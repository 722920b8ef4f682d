#include <utility>

#include "core/drawing/layered_graph.hpp"

namespace kerascpp::drawing {
namespace {

constexpr double kNodeGap = 28, kDummyGap = 14;
constexpr int kSweeps = 48;

class Placer {
 public:
  explicit Placer(LayeredGraph& graph) : graph_(graph) {}

  /// Starts side by side, then moves the layers down and up near their neighbours on one side, at last on both.
  void run() {
    const std::vector<std::vector<std::size_t>>& layers = graph_.layers;
    for (const std::vector<std::size_t>& layer : layers)
      for (std::size_t i = 1; i < layer.size(); ++i)
        x_of(layer[i]) = x_of(layer[i - 1]) + separation(layer[i - 1], layer[i]);
    for (int sweep = 0; sweep < kSweeps; ++sweep) {
      const bool downwards = sweep % 2 == 0, both = sweep >= kSweeps / 2;
      for (std::size_t i = 0; i < layers.size(); ++i)
        place_layer(layers[downwards ? i : layers.size() - 1 - i], both || downwards, both || !downwards);
    }
  }

 private:
  [[nodiscard]] double& x_of(std::size_t item) { return graph_.items[item].x; }

  [[nodiscard]] double separation(std::size_t left, std::size_t right) const {
    const bool dummy = graph_.is_dummy(left) || graph_.is_dummy(right);
    return (graph_.items[left].width + graph_.items[right].width) / 2 + (dummy ? kDummyGap : kNodeGap);
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
        x_of(layer[i]) = pool.mean + shift;
      }
  }

  /// The weighted mean of where its pieces are straight, and their weight.
  [[nodiscard]] std::pair<double, double> wish_of(std::size_t item, bool by_upper, bool by_lower) const {
    double sum = 0, weight = 0;
    const auto add = [&](double x, double w) {
      sum += x * w;
      weight += w;
    };
    if (by_upper)
      for (const std::size_t p : graph_.up[item]) {
        const Piece& piece = graph_.pieces[p];
        add(graph_.items[piece.upper].x + piece.upper_offset - piece.lower_offset, piece.weight);
      }
    if (by_lower)
      for (const std::size_t p : graph_.down[item]) {
        const Piece& piece = graph_.pieces[p];
        add(graph_.items[piece.lower].x + piece.lower_offset - piece.upper_offset, piece.weight);
      }
    return weight > 0 ? std::pair{sum / weight, weight} : std::pair{graph_.items[item].x, 0.01};
  }

  LayeredGraph& graph_;
};

}  // namespace

void place_items(LayeredGraph& graph) { Placer(graph).run(); }

}  // namespace kerascpp::drawing
