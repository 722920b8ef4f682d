#pragma once

#include <cstdint>
#include <string>

#include <kerascpp/core/tensor.hpp>

namespace kerascpp::layers {

/// The weights (output, input) by which an axis of length `input` is interpolated to length `output` >= `input`.
///
/// interpolation: "bilinear", "bicubic", "lanczos3" or "lanczos5". Pixels are squares whose middles are sampled; what
/// lies beyond the edges has no weight, and each row sums to 1. Source: tf.image.resize.
[[nodiscard]] Tensor resize_matrix(std::int64_t input, std::int64_t output, const std::string& interpolation,
                                   DType dtype);

/// Whether `resize_matrix` knows the name.
[[nodiscard]] bool is_interpolation(const std::string& name);

}  // namespace kerascpp::layers
