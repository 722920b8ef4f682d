#pragma once

#include <string>
#include <string_view>

#include <kerascpp/core/tensor.hpp>

// The one place that knows libjpeg, and libpng for reading.
namespace kerascpp::utils {

/// Largest pictures that are read: 2^28 pixels.
inline constexpr std::int64_t kMostPixels = std::int64_t{1} << 28U;

/// (H, W, C) uint8 with 1, 2 (grey and alpha), 3 or 4 channels. Throws FormatError.
[[nodiscard]] Tensor decode_jpeg(std::string_view bytes, const std::string& origin);
[[nodiscard]] Tensor decode_png(std::string_view bytes, const std::string& origin);
[[nodiscard]] std::string encode_jpeg(const Tensor& img, int quality);
[[nodiscard]] std::string encode_png(const Tensor& img);

}  // namespace kerascpp::utils
