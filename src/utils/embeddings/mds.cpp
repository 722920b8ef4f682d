#include <algorithm>
#include <cmath>
#include <numeric>

#include <kerascpp/core/error.hpp>
#include <kerascpp/core/random.hpp>
#include <kerascpp/ops/linalg.hpp>
#include <kerascpp/ops/linear_algebra.hpp>
#include <kerascpp/utils/embeddings.hpp>

#include "utils/embeddings/samples.hpp"

namespace kerascpp::utils {
namespace {

constexpr double kLeastDistance = 1e-5;

/// (N, N) float64.
Tensor distances_of(const Tensor& x, const std::string& dissimilarity, const char* owner) {
  KCPP_CHECK(dissimilarity == "euclidean" || dissimilarity == "precomputed", ValueError, "[", owner,
             "] dissimilarity must be \"euclidean\" or \"precomputed\", received \"", dissimilarity, "\"");
  const Tensor samples = checked_samples(x, owner);
  if (dissimilarity == "euclidean") {
    Tensor distances = squared_distances(samples, 0, samples.dim(0));
    auto* const values = distances.data<double>();
    for (std::int64_t i = 0; i < distances.size(); ++i) values[i] = std::sqrt(values[i]);
    return distances;
  }
  const std::int64_t n = samples.dim(0);
  KCPP_CHECK(samples.dim(1) == n, ShapeError, "[", owner, "] expected distances of shape (N, N), received ",
             samples.shape());
  const auto* const values = samples.data<double>();
  double largest = 0;
  for (std::int64_t i = 0; i < samples.size(); ++i) largest = std::max(largest, std::abs(values[i]));
  for (std::int64_t i = 0; i < n; ++i)
    for (std::int64_t j = 0; j < n; ++j)
      KCPP_CHECK(values[i * n + j] >= 0 && std::abs(values[i * n + j] - values[j * n + i]) <= 1e-6 * largest,
                 ValueError, "[", owner, "] distances must be symmetric and not negative, received ", values[i * n + j],
                 " at [", i, ", ", j, "]");
  return samples;
}

void check_components(std::int64_t components, const char* owner) {
  KCPP_CHECK(components >= 1, ValueError, "[", owner, "] n_components must be at least 1, received ", components);
}

Tensor classical(const Tensor& distances, std::int64_t components) {
  const std::int64_t n = distances.dim(0);
  // B = -J D^2 J / 2 with J = 1 - 1 / N
  Tensor b = distances.copy();
  auto* const values = b.data<double>();
  for (std::int64_t i = 0; i < b.size(); ++i) values[i] = -values[i] * values[i] / 2;
  std::vector<double> means(static_cast<std::size_t>(n), 0);
  for (std::int64_t i = 0; i < n; ++i)
    means[static_cast<std::size_t>(i)] =
        std::accumulate(values + i * n, values + (i + 1) * n, 0.0) / static_cast<double>(n);
  const double mean = std::accumulate(means.begin(), means.end(), 0.0) / static_cast<double>(n);
  for (std::int64_t i = 0; i < n; ++i)
    for (std::int64_t j = 0; j < n; ++j)
      values[i * n + j] += mean - means[static_cast<std::size_t>(i)] - means[static_cast<std::size_t>(j)];
  const auto pairs = ops::eigh(b);
  Tensor points = zeros({n, components}, DType::Float64);
  auto* const out = points.data<double>();
  for (std::int64_t c = 0; c < std::min(components, n); ++c) {
    const std::int64_t at = n - 1 - c;
    const double length = std::sqrt(std::max(0.0, pairs.w.item<double>(at)));
    double furthest = 0;
    for (std::int64_t i = 0; i < n; ++i)
      if (const double v = pairs.v.data<double>()[i * n + at]; std::abs(v) > std::abs(furthest)) furthest = v;
    for (std::int64_t i = 0; i < n; ++i)
      out[i * components + c] = (furthest < 0 ? -length : length) * pairs.v.data<double>()[i * n + at];
  }
  return points;
}

}  // namespace

Tensor classical_mds(const Tensor& x, std::int64_t n_components, const std::string& dissimilarity) {
  check_components(n_components, "classical_mds");
  return classical(distances_of(x, dissimilarity, "classical_mds"), n_components).astype(DType::Float32);
}

Embedding mds(const Tensor& x, const MdsOptions& options) {
  check_components(options.n_components, "mds");
  KCPP_CHECK(options.init == "classical_mds" || options.init == "random", ValueError,
             "[mds] init must be \"classical_mds\" or \"random\", received \"", options.init, "\"");
  KCPP_CHECK(options.max_iter >= 1 && options.eps >= 0, ValueError,
             "[mds] expected max_iter >= 1 and eps >= 0, received ", options.max_iter, " and ", options.eps);
  const Tensor distances = distances_of(x, options.dissimilarity, "mds");
  const std::int64_t n = distances.dim(0);
  Tensor points;
  if (options.start.defined()) {
    KCPP_CHECK(options.start.shape() == (Shape{n, options.n_components}), ShapeError,
               "[mds] expected a start of shape ", (Shape{n, options.n_components}), ", received ",
               options.start.shape());
    points = options.start.astype(DType::Float64).copy();
  } else if (options.init == "random") {
    RandomStream stream(options.random_state.value_or(static_cast<std::uint64_t>(next_seed())));
    points = stream.uniform({n, options.n_components}, 0, 1, DType::Float64);
  } else {
    points = classical(distances, options.n_components);
  }
  const auto* const wanted = distances.data<double>();
  double all = 0;
  for (std::int64_t i = 0; i < distances.size(); ++i) all += wanted[i] * wanted[i];
  Embedding result;
  double before = -1;
  for (;;) {
    Tensor ratios = squared_distances(points, 0, n);
    auto* const ratio = ratios.data<double>();
    double stress = 0;
    for (std::int64_t i = 0; i < ratios.size(); ++i) {
      const double distance = std::sqrt(ratio[i]);
      stress += (distance - wanted[i]) * (distance - wanted[i]);
      ratio[i] = wanted[i] / (distance == 0 ? kLeastDistance : distance);
    }
    result.divergence = stress / 2;
    const bool converged = before >= 0 && (before - stress) <= options.eps * all;
    if (converged || result.iterations == options.max_iter) break;
    before = stress;
    // the transform of Guttman: x <- B x / N with B = -ratios, and rows that sum up to 0
    for (std::int64_t i = 0; i < n; ++i) {
      const double sum = std::accumulate(ratio + i * n, ratio + (i + 1) * n, 0.0);
      for (std::int64_t j = 0; j < n; ++j) ratio[i * n + j] = -ratio[i * n + j] / static_cast<double>(n);
      ratio[i * n + i] += sum / static_cast<double>(n);
    }
    points = ops::matmul(ratios, points);
    ++result.iterations;
  }
  result.points = points.astype(DType::Float32);
  return result;
}

double trustworthiness(const Tensor& x, const Tensor& points, std::int64_t n_neighbors) {
  const Tensor samples = checked_samples(x, "trustworthiness"), embedded = checked_samples(points, "trustworthiness");
  const std::int64_t n = samples.dim(0);
  KCPP_CHECK(embedded.dim(0) == n, ShapeError, "[trustworthiness] expected ", n, " points, received ", embedded.dim(0));
  KCPP_CHECK(n_neighbors >= 1 && 2 * n_neighbors < n, ValueError,
             "[trustworthiness] n_neighbors must be at least 1 and below half of the ", n, " samples, received ",
             n_neighbors);
  const Neighbors before = nearest_neighbors(samples, n - 1), after = nearest_neighbors(embedded, n_neighbors);
  double sum = 0;
  std::vector<std::int64_t> rank(static_cast<std::size_t>(n), 0);
  for (std::int64_t i = 0; i < n; ++i) {
    for (std::int64_t k = 0; k < n - 1; ++k)
      rank[static_cast<std::size_t>(before.samples[static_cast<std::size_t>(i * (n - 1) + k)])] = k + 1;
    for (std::int64_t k = 0; k < n_neighbors; ++k) {
      const std::int64_t j = after.samples[static_cast<std::size_t>(i * n_neighbors + k)];
      sum += static_cast<double>(std::max<std::int64_t>(0, rank[static_cast<std::size_t>(j)] - n_neighbors));
    }
  }
  const auto count = static_cast<double>(n), k = static_cast<double>(n_neighbors);
  return 1 - sum * 2 / (count * k * (2 * count - 3 * k - 1));
}

}  // namespace kerascpp::utils
