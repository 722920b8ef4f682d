#pragma once

#include <cstdint>
#include <vector>

#include <kerascpp/core/tensor.hpp>

namespace kerascpp::utils {

/// float64 (N, D). Throws ShapeError, ValueError naming `owner`.
[[nodiscard]] Tensor checked_samples(const Tensor& x, const char* owner);

/// Squared distances of rows [first, last) to all rows, (last - first, N).
[[nodiscard]] Tensor squared_distances(const Tensor& x, std::int64_t first, std::int64_t last);

/// The nearest other samples of each.
struct Neighbors {
  std::int64_t count = 0;                // of each sample
  std::vector<std::int64_t> samples;     // (N, count), nearest first
  std::vector<double> squared_distance;  // (N, count)
};
[[nodiscard]] Neighbors nearest_neighbors(const Tensor& x, std::int64_t count);

/// The coordinates of samples along their main directions, (N, components).
[[nodiscard]] Tensor principal_components(const Tensor& x, std::int64_t components);

}  // namespace kerascpp::utils
