#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/drawing/picture.hpp"

namespace kerascpp::utils {

/// Pixels of red, green and blue.
struct GridImage {
  std::int64_t height = 0, width = 0;
  std::vector<unsigned char> pixels = {};
};

/// Images in rows of `columns` (0: about as many as there are rows), enlarged by whole factors where they are small.
/// titles: as many, or none.
[[nodiscard]] drawing::Picture image_grid(const std::vector<GridImage>& images, std::int64_t columns,
                                          const std::vector<std::string>& titles, const std::string& title);

}  // namespace kerascpp::utils
