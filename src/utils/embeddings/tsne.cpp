#include <algorithm>
#include <cmath>
#include <limits>

#include <kerascpp/core/error.hpp>
#include <kerascpp/core/random.hpp>
#include <kerascpp/utils/embeddings.hpp>
#include <kerascpp/utils/progbar.hpp>

#include "utils/embeddings/chunks.hpp"
#include "utils/embeddings/samples.hpp"
#include "utils/embeddings/space_tree.hpp"

namespace kerascpp::utils {
namespace {

constexpr std::int64_t kExploration = 250, kBetweenChecks = 50, kPointsTogether = 64;
constexpr double kStart = 1e-4, kLeast = std::numeric_limits<double>::epsilon();

/// How likely samples are neighbours: row i holds `samples` and `weights` from `starts[i]` on. Symmetric; all weights
/// together are 1.
struct Affinities {
  std::vector<std::size_t> starts;
  std::vector<std::int64_t> samples;
  std::vector<double> weights;
};

/// Weights of one sample's neighbours, exp(-beta d^2), with the beta that gives the perplexity.
void fill_weights(const double* squared, double* weights, std::int64_t count, double perplexity) {
  const double wanted = std::log(perplexity);
  double beta = 1, low = -std::numeric_limits<double>::infinity(), high = std::numeric_limits<double>::infinity();
  for (int step = 0; step < 100; ++step) {
    double sum = 0, moment = 0;
    for (std::int64_t k = 0; k < count; ++k) {
      weights[k] = std::exp(-beta * (squared[k] - squared[0]));  // the nearest has weight 1: no sum is 0
      sum += weights[k];
      moment += weights[k] * (squared[k] - squared[0]);
    }
    const double entropy = std::log(sum) + beta * moment / sum;
    for (std::int64_t k = 0; k < count; ++k) weights[k] /= sum;
    if (std::abs(entropy - wanted) <= 1e-5) return;
    (entropy > wanted ? low : high) = beta;
    beta = entropy > wanted ? (std::isinf(high) ? beta * 2 : (beta + high) / 2)
                            : (std::isinf(low) ? beta / 2 : (beta + low) / 2);
  }
}

Affinities affinities_of(const Tensor& x, std::int64_t count, double perplexity) {
  const std::int64_t n = x.dim(0);
  const Neighbors neighbors = nearest_neighbors(x, count);
  std::vector<double> conditional(neighbors.squared_distance.size());
  in_chunks(n, kPointsTogether, [&](std::int64_t, std::int64_t first, std::int64_t last) {
    for (std::int64_t i = first; i < last; ++i)
      fill_weights(neighbors.squared_distance.data() + i * count, conditional.data() + i * count, count, perplexity);
  });
  // p(i, j) = (p(j | i) + p(i | j)) / 2 N
  std::vector<std::vector<std::pair<std::int64_t, double>>> rows(static_cast<std::size_t>(n));
  for (std::int64_t i = 0; i < n; ++i)
    for (std::int64_t k = 0; k < count; ++k) {
      const auto at = static_cast<std::size_t>(i * count + k);
      const std::int64_t j = neighbors.samples[at];
      rows[static_cast<std::size_t>(i)].emplace_back(j, conditional[at]);
      rows[static_cast<std::size_t>(j)].emplace_back(i, conditional[at]);
    }
  Affinities result;
  for (auto& row : rows) {
    std::sort(row.begin(), row.end());
    result.starts.push_back(result.samples.size());
    for (const auto& [j, weight] : row) {
      const double share = weight / (2 * static_cast<double>(n));
      if (result.samples.size() > result.starts.back() && result.samples.back() == j) {
        result.weights.back() += share;
      } else {
        result.samples.push_back(j);
        result.weights.push_back(share);
      }
    }
  }
  result.starts.push_back(result.samples.size());
  return result;
}

/// Gradient descent on the Kullback-Leibler divergence of how near samples and points are.
template <int kAxes>
class Descent {
 public:
  using Point = typename SpaceTree<kAxes>::Point;

  Descent(const Affinities& affinities, std::vector<Point> points, const TsneOptions& options, double learning_rate)
      : affinities_(affinities),
        options_(options),
        learning_rate_(learning_rate),
        points_(std::move(points)),
        gradient_(points_.size()) {}

  Embedding run() {
    std::optional<Progbar> bar;
    if (options_.verbose) bar.emplace(options_.max_iter, ProgbarOptions{.unit_name = "iteration"});
    std::int64_t done = 0;
    const std::int64_t exploring = std::min(kExploration, options_.max_iter);
    done = descend({done, exploring, 0.5, options_.early_exaggeration, kExploration}, bar);
    done = descend({done, options_.max_iter, 0.8, 1, options_.n_iter_without_progress}, bar);
    if (bar && done < options_.max_iter) bar->update(done, {{"divergence", divergence_}}, true);
    Embedding result{empty({static_cast<std::int64_t>(points_.size()), kAxes}), divergence_, done};
    auto* out = result.points.template data<float>();
    for (const Point& point : points_)
      for (const double value : point) *out++ = static_cast<float>(value);
    return result;
  }

 private:
  struct Phase {
    std::int64_t from, end;
    double momentum, exaggeration;
    std::int64_t patience;  ///< iterations without progress
  };

  std::int64_t descend(const Phase& phase, std::optional<Progbar>& bar) {
    double best = std::numeric_limits<double>::infinity();
    std::int64_t best_at = phase.from;
    Point one;
    one.fill(1);
    gains_.assign(points_.size(), one);
    update_.assign(points_.size(), Point{});
    for (std::int64_t iteration = phase.from; iteration < phase.end; ++iteration) {
      const bool checks = (iteration + 1) % kBetweenChecks == 0 || iteration + 1 == phase.end;
      compute_gradient(phase.exaggeration, checks);
      step(phase.momentum);
      if (bar) bar->update(iteration + 1, {{"divergence", divergence_}});
      if (!checks) continue;
      if (divergence_ < best) {
        best = divergence_;
        best_at = iteration;
      } else if (iteration - best_at > phase.patience) {
        return iteration + 1;
      }
      if (step_norm() <= options_.min_grad_norm) return iteration + 1;
    }
    return phase.end;
  }

  /// Of the gradient times its gains, by which scikit-learn stops.
  [[nodiscard]] double step_norm() const {
    double squared = 0;
    for (std::size_t i = 0; i < points_.size(); ++i)
      for (std::size_t axis = 0; axis < kAxes; ++axis)
        squared += gains_[i][axis] * gradient_[i][axis] * gains_[i][axis] * gradient_[i][axis];
    return std::sqrt(squared);
  }

  void compute_gradient(double exaggeration, bool with_divergence) {
    const SpaceTree<kAxes> tree(points_);
    const auto n = static_cast<std::int64_t>(points_.size());
    const double angle = options_.method == "exact" ? 0 : options_.angle;
    std::vector<Point> forces(points_.size());
    const auto chunks = static_cast<std::size_t>((n + kPointsTogether - 1) / kPointsTogether);
    std::vector<double> sums(chunks, 0), divergences(chunks, 0);
    in_chunks(n, kPointsTogether, [&](std::int64_t chunk, std::int64_t first, std::int64_t last) {
      for (std::int64_t i = first; i < last; ++i) {
        const auto repulsion = tree.repulsion(static_cast<std::size_t>(i), angle);
        sums[static_cast<std::size_t>(chunk)] += repulsion.sum;
        forces[static_cast<std::size_t>(i)] = repulsion.force;
      }
    });
    double all = 0;  // in the order of the chunks: the same with any number of threads
    for (const double sum : sums) all += sum;
    all = std::max(all, kLeast);
    in_chunks(n, kPointsTogether, [&](std::int64_t chunk, std::int64_t first, std::int64_t last) {
      for (std::int64_t i = first; i < last; ++i)
        divergences[static_cast<std::size_t>(chunk)] += attract(
            static_cast<std::size_t>(i), forces[static_cast<std::size_t>(i)], all, exaggeration, with_divergence);
    });
    if (!with_divergence) return;
    divergence_ = 0;
    for (const double part : divergences) divergence_ += part;
  }

  /// 4 (attraction - repulsion) of a point; gives its part of the divergence.
  double attract(std::size_t i, const Point& force, double all, double exaggeration, bool with_divergence) {
    Point attraction{};
    double divergence = 0;
    for (std::size_t at = affinities_.starts[i]; at < affinities_.starts[i + 1]; ++at) {
      const Point& other = points_[static_cast<std::size_t>(affinities_.samples[at])];
      double squared = 0;
      for (std::size_t axis = 0; axis < kAxes; ++axis)
        squared += (points_[i][axis] - other[axis]) * (points_[i][axis] - other[axis]);
      const double near = 1 / (1 + squared), p = exaggeration * affinities_.weights[at];
      for (std::size_t axis = 0; axis < kAxes; ++axis) attraction[axis] += p * near * (points_[i][axis] - other[axis]);
      if (with_divergence) divergence += p * std::log(std::max(p, kLeast) / std::max(near / all, kLeast));
    }
    for (std::size_t axis = 0; axis < kAxes; ++axis) gradient_[i][axis] = 4 * (attraction[axis] - force[axis] / all);
    return divergence;
  }

  void step(double momentum) {
    for (std::size_t i = 0; i < points_.size(); ++i)
      for (std::size_t axis = 0; axis < kAxes; ++axis) {
        double &gain = gains_[i][axis], &update = update_[i][axis];
        const double gradient = gradient_[i][axis];
        gain = std::max(0.01, update * gradient < 0 ? gain + 0.2 : gain * 0.8);
        update = momentum * update - learning_rate_ * gain * gradient;
        points_[i][axis] += update;
      }
  }

  const Affinities& affinities_;
  const TsneOptions& options_;
  double learning_rate_;
  std::vector<Point> points_, gradient_, update_, gains_;
  double divergence_ = 0;
};

Tensor start_of(const Tensor& x, const TsneOptions& options) {
  if (options.init == "random") {
    RandomStream stream(options.random_state.value_or(static_cast<std::uint64_t>(next_seed())));
    return stream.normal({x.dim(0), options.n_components}, 0, kStart, DType::Float64);
  }
  Tensor points = principal_components(x, options.n_components);
  double squared = 0;
  const std::int64_t n = x.dim(0);
  auto* const values = points.data<double>();
  for (std::int64_t i = 0; i < n; ++i) squared += values[i * options.n_components] * values[i * options.n_components];
  const double deviation = std::sqrt(squared / static_cast<double>(n));
  for (std::int64_t i = 0; i < points.size(); ++i) values[i] *= deviation > 0 ? kStart / deviation : 0;
  return points;
}

template <int kAxes>
Embedding embedded(const Tensor& x, const Affinities& affinities, const TsneOptions& options, double learning_rate) {
  const Tensor start = start_of(x, options);
  std::vector<typename SpaceTree<kAxes>::Point> points(static_cast<std::size_t>(x.dim(0)));
  for (std::size_t i = 0; i < points.size(); ++i)
    for (std::size_t axis = 0; axis < kAxes; ++axis) points[i][axis] = start.data<double>()[i * kAxes + axis];
  return Descent<kAxes>(affinities, std::move(points), options, learning_rate).run();
}

void check(const TsneOptions& o, std::int64_t n) {
  KCPP_CHECK(o.n_components == 2 || o.n_components == 3, ValueError, "[tsne] n_components must be 2 or 3, received ",
             o.n_components);
  KCPP_CHECK(o.perplexity >= 1 && o.perplexity < static_cast<double>(n), ValueError,
             "[tsne] perplexity must be at least 1 and below the number of samples, ", n, "; received ", o.perplexity);
  KCPP_CHECK(o.angle >= 0 && o.angle <= 1, ValueError, "[tsne] angle must lie between 0 and 1, received ", o.angle);
  KCPP_CHECK(o.early_exaggeration >= 1 && o.learning_rate.value_or(1) > 0 && o.max_iter >= kExploration, ValueError,
             "[tsne] expected early_exaggeration >= 1, learning_rate > 0 and max_iter >= ", kExploration, ", received ",
             o.early_exaggeration, ", ", o.learning_rate.value_or(1), " and ", o.max_iter);
  KCPP_CHECK(o.init == "pca" || o.init == "random", ValueError,
             "[tsne] init must be \"pca\" or \"random\", received \"", o.init, "\"");
  KCPP_CHECK(o.method == "barnes_hut" || o.method == "exact", ValueError,
             "[tsne] method must be \"barnes_hut\" or \"exact\", received \"", o.method, "\"");
}

}  // namespace

Embedding tsne(const Tensor& x, const TsneOptions& options) {
  const Tensor samples = checked_samples(x, "tsne");
  const std::int64_t n = samples.dim(0);
  check(options, n);
  const std::int64_t count =
      options.method == "exact" ? n - 1 : std::min(n - 1, static_cast<std::int64_t>(3 * options.perplexity + 1));
  const Affinities affinities = affinities_of(samples, count, options.perplexity);
  const double learning_rate =
      options.learning_rate.value_or(std::max(static_cast<double>(n) / options.early_exaggeration / 4, 50.0));
  return options.n_components == 2 ? embedded<2>(samples, affinities, options, learning_rate)
                                   : embedded<3>(samples, affinities, options, learning_rate);
}

}  // namespace kerascpp::utils
