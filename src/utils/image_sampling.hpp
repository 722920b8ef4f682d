#pragma once

#include <cstdint>
#include <string>

#include <kerascpp/core/tensor.hpp>

namespace kerascpp::utils {

/// An image (H, W, C) float32 in another size.
///
/// interpolation  "bilinear", "nearest", "bicubic", "area", "lanczos3", "lanczos5", "gaussian" or "mitchellcubic"
/// Throws ValueError for another interpolation. Source: tf.image.resize without antialias.
[[nodiscard]] Tensor sampled(const Tensor& image, std::int64_t height, std::int64_t width,
                             const std::string& interpolation);

}  // namespace kerascpp::utils
