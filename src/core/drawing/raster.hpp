#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include <kerascpp/core/export.hpp>

#include "core/drawing/picture.hpp"

namespace kerascpp::drawing {

/// Pixels from the left upper corner on, row by row: red, green, blue.
struct Raster {
  std::size_t width = 0, height = 0;
  std::vector<unsigned char> pixels = {};
};

/// The picture on white, with `scale` pixels for one of its own, > 0. Borders are smooth; letters are lines, of ASCII
/// and Latin-1. Throws ValueError naming `owner` for one of more than 2^27 pixels, or for an unknown colour.
[[nodiscard]] KCPP_API Raster rasterize(const Picture& picture, double scale, const std::string& owner);

}  // namespace kerascpp::drawing
