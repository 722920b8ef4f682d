#include "utils/embeddings/samples.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include <kerascpp/core/error.hpp>
#include <kerascpp/ops/linalg.hpp>
#include <kerascpp/ops/linear_algebra.hpp>
#include <kerascpp/ops/operators.hpp>
#include <kerascpp/ops/reductions.hpp>
#include <kerascpp/ops/shape.hpp>

namespace kerascpp::utils {
namespace {

constexpr std::int64_t kRowsTogether = 512;

}  // namespace

Tensor checked_samples(const Tensor& x, const char* owner) {
  KCPP_CHECK(x.defined() && x.ndim() == 2 && x.size() > 0, ShapeError, "[", owner,
             "] expected samples of shape (N, D), received ",
             x.defined() ? to_string(x.shape()) : "an undefined tensor");
  const Tensor samples = x.astype(DType::Float64);
  const auto* const values = samples.data<double>();
  for (std::int64_t i = 0; i < samples.size(); ++i)
    KCPP_CHECK(std::isfinite(values[i]), ValueError, "[", owner, "] values must be finite, received ", values[i],
               " in row ", i / samples.dim(1));
  return samples;
}

Tensor squared_distances(const Tensor& x, std::int64_t first, std::int64_t last) {
  const std::int64_t n = x.dim(0), width = x.dim(1);
  const Tensor rows = x.rows(first, last);
  Tensor result = ops::matmul(rows, ops::transpose(x));
  std::vector<double> norms(static_cast<std::size_t>(n), 0);
  const auto* const values = x.data<double>();
  for (std::int64_t i = 0; i < n; ++i)
    norms[static_cast<std::size_t>(i)] =
        std::inner_product(values + i * width, values + (i + 1) * width, values + i * width, 0.0);
  auto* out = result.data<double>();
  for (std::int64_t i = first; i < last; ++i)
    for (std::int64_t j = 0; j < n; ++j, ++out)
      *out = i == j ? 0
                    : std::max(0.0, norms[static_cast<std::size_t>(i)] + norms[static_cast<std::size_t>(j)] - 2 * *out);
  return result;
}

Neighbors nearest_neighbors(const Tensor& x, std::int64_t count) {
  const std::int64_t n = x.dim(0);
  Neighbors result{count, {}, {}};
  std::vector<std::int64_t> order;
  for (std::int64_t first = 0; first < n; first += kRowsTogether) {
    const std::int64_t last = std::min(n, first + kRowsTogether);
    const Tensor distances = squared_distances(x, first, last);
    for (std::int64_t i = first; i < last; ++i) {
      const double* const row = distances.data<double>() + (i - first) * n;
      order.clear();
      for (std::int64_t j = 0; j < n; ++j)
        if (j != i) order.push_back(j);
      const auto nearer = [row](std::int64_t a, std::int64_t b) {
        return row[a] < row[b] || (row[a] == row[b] && a < b);
      };
      std::partial_sort(order.begin(), order.begin() + count, order.end(), nearer);
      for (std::int64_t k = 0; k < count; ++k) {
        const std::int64_t j = order[static_cast<std::size_t>(k)];
        result.samples.push_back(j);
        result.squared_distance.push_back(row[j]);
      }
    }
  }
  return result;
}

Tensor principal_components(const Tensor& x, std::int64_t components) {
  const std::int64_t n = x.dim(0), width = x.dim(1);
  const Tensor centered = x - ops::mean(x, 0, true);
  Tensor result = zeros({n, components}, DType::Float64);
  auto* const out = result.data<double>();
  // the smaller of the two matrices whose eigenvectors tell the directions
  const bool by_columns = width <= n;
  const Tensor turned = ops::transpose(centered);
  const auto pairs = ops::eigh(by_columns ? ops::matmul(turned, centered) : ops::matmul(centered, turned));
  const std::int64_t size = pairs.w.size();
  for (std::int64_t c = 0; c < std::min(components, size); ++c) {
    const std::int64_t at = size - 1 - c;
    std::vector<double> along(static_cast<std::size_t>(n), 0);
    for (std::int64_t i = 0; i < n; ++i) {
      double& value = along[static_cast<std::size_t>(i)];
      if (by_columns) {
        for (std::int64_t d = 0; d < width; ++d)
          value += centered.data<double>()[i * width + d] * pairs.v.data<double>()[d * size + at];
      } else {
        value = pairs.v.data<double>()[i * size + at] * std::sqrt(std::max(0.0, pairs.w.item<double>(at)));
      }
    }
    // of the two directions the one in which the furthest sample lies
    const double furthest =
        *std::max_element(along.begin(), along.end(), [](double a, double b) { return std::abs(a) < std::abs(b); });
    for (std::int64_t i = 0; i < n; ++i)
      out[i * components + c] = furthest < 0 ? -along[static_cast<std::size_t>(i)] : along[static_cast<std::size_t>(i)];
  }
  return result;
}

}  // namespace kerascpp::utils
