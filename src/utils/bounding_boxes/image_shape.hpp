#pragma once

#include <kerascpp/core/error.hpp>
#include <kerascpp/utils/bounding_boxes.hpp>

namespace kerascpp::utils::bounding_boxes {

/// The size of an image from its shape (height, width, channels), if given.
[[nodiscard]] inline ConvertFormatOptions image_of(const std::vector<std::int64_t>& image_shape, const char* function) {
  if (image_shape.empty()) return {};
  KCPP_CHECK(image_shape.size() == 3, ValueError, "[", function,
             "] image_shape must be (height, width, channels), received ", image_shape.size(), " numbers");
  return {.height = image_shape[0], .width = image_shape[1]};
}

}  // namespace kerascpp::utils::bounding_boxes
