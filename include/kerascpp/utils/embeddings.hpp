#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include <kerascpp/core/export.hpp>
#include <kerascpp/core/tensor.hpp>

namespace kerascpp::utils {

/// Points in few dimensions that stand for samples, and how well they do.
struct Embedding {
  Tensor points;          ///< (N, components) float32
  double divergence = 0;  ///< of `tsne`: Kullback-Leibler divergence; of `mds`: the stress
  std::int64_t iterations = 0;
};

struct TsneOptions {
  std::int64_t n_components = 2;  ///< 2 or 3
  double perplexity = 30;         ///< about how many neighbours a sample has, >= 1 and below N
  double early_exaggeration = 12;
  std::optional<double> learning_rate = {};  ///< max(N / early_exaggeration / 4, 50) unless given
  std::int64_t max_iter = 1000;
  std::int64_t n_iter_without_progress = 300;
  double min_grad_norm = 1e-7;  ///< ends where the gradient, with the gain of each point, is no longer
  std::string init = "pca";     ///< or "random"
  bool verbose = true;          ///< a progress bar on standard output
  std::optional<std::uint64_t> random_state = {};
  std::string method = "barnes_hut";  ///< or "exact"
  double angle = 0.5;  ///< how coarsely distant points are put together: larger is faster and less accurate, 0 to 1
};

/// Places samples in a plane or in space so that neighbours stay neighbours: t-distributed stochastic neighbour
/// embedding. Distances between groups mean little.
///
/// x  (N, D) real numbers, finite; a row for each sample
///
/// Takes time in N log N and memory in N * perplexity. For a random_state the points are the same each time.
/// Throws ShapeError for another rank, ValueError for options out of range and for values that are not finite.
/// Source: van der Maaten, JMLR 15 (2014); names and defaults of sklearn.manifold.TSNE.
[[nodiscard]] KCPP_API Embedding tsne(const Tensor& x, const TsneOptions& options = {});

struct MdsOptions {
  std::int64_t n_components = 2;
  std::string init = "classical_mds";  ///< or "random"
  Tensor start = {};                   ///< (N, components): begins there instead
  std::int64_t max_iter = 300;
  double eps = 1e-6;  ///< ends when a step makes the normalized stress smaller by no more than this share
  std::optional<std::uint64_t> random_state = {};
  std::string dissimilarity = "euclidean";  ///< "precomputed": x holds the distances, (N, N)
};

/// Places samples so that the distances between points are those between samples: metric multidimensional scaling by
/// majorization (SMACOF). The divergence is half the sum of the squared differences.
///
/// x  (N, D), or (N, N) distances: symmetric, >= 0
///
/// Throws as `tsne`, and ValueError for distances that are not symmetric or negative.
/// Source: de Leeuw (1977); names of sklearn.manifold.MDS.
[[nodiscard]] KCPP_API Embedding mds(const Tensor& x, const MdsOptions& options = {});

/// The same at one stroke, by the largest eigenvectors of the centered squared distances.
/// Source: Torgerson (1952); sklearn.manifold.ClassicalMDS.
[[nodiscard]] KCPP_API Tensor classical_mds(const Tensor& x, std::int64_t n_components = 2,
                                            const std::string& dissimilarity = "euclidean");

/// How much of the neighbours of points were neighbours before, 0 to 1: unexpected neighbours among the `n_neighbors`
/// nearest count by their rank. Source: sklearn.manifold.trustworthiness.
[[nodiscard]] KCPP_API double trustworthiness(const Tensor& x, const Tensor& points, std::int64_t n_neighbors = 5);

}  // namespace kerascpp::utils
