#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

namespace kerascpp::preprocessing::image {

/// Numbers in rows.
struct Plane {
  std::int64_t height = 0, width = 0;
  std::vector<double> values = {};
};

/// Where a pixel comes from: row and column are matrix * (row, column) + offset.
struct AffineMap {
  std::array<double, 4> matrix;
  std::array<double, 2> offset;
};

/// The plane under a map, by splines of an order from 0 to 5; `mode` and `cval` as in AffineOptions.
/// Source: scipy.ndimage.affine_transform.
[[nodiscard]] Plane mapped(const Plane& plane, const AffineMap& map, int order, const std::string& mode, double cval);

}  // namespace kerascpp::preprocessing::image
