#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <kerascpp/core/export.hpp>
#include <kerascpp/core/tensor.hpp>

namespace kerascpp::utils {

/// Pictures are what PIL's are in Keras: tensors (H, W, C) uint8 with 1 (grey), 3 (RGB) or 4 (RGBA) channels.

struct LoadImgOptions {
  std::string color_mode = "rgb";              ///< "grayscale", "rgb" or "rgba"
  std::vector<std::int64_t> target_size = {};  ///< {height, width}; empty: as it is
  std::string interpolation = "nearest";       ///< see `resize_img`
  bool keep_aspect_ratio = false;              ///< cut from the middle what has the shape of target_size
};

/// Reads a JPEG or PNG file, told apart by their first bytes.
///
/// Throws IoError, ValueError for options out of range, FormatError naming the file for damage, for other formats and
/// for pictures of more than 2^28 pixels. Source: keras.utils.load_img.
[[nodiscard]] KCPP_API Tensor load_img(const std::string& path, const LoadImgOptions& options = {});

/// As `load_img` from the bytes of a file; errors call it `origin`.
[[nodiscard]] KCPP_API Tensor img_from_bytes(std::string_view bytes, const LoadImgOptions& options = {},
                                             const std::string& origin = "picture");

/// The picture in another size, filtered as PIL does it, to the last bit.
///
/// interpolation  "nearest", "box", "bilinear", "hamming", "bicubic" or "lanczos"
/// box            {top, left, bottom, right} of the part that is taken; empty: all
/// Source: PIL.Image.resize.
[[nodiscard]] KCPP_API Tensor resize_img(const Tensor& img, std::int64_t height, std::int64_t width,
                                         const std::string& interpolation = "nearest",
                                         const std::vector<std::int64_t>& box = {});

struct ImgArrayOptions {
  std::string data_format = {};  ///< "channels_last", "channels_first"; empty: image_data_format()
  bool scale = true;             ///< in `array_to_img` and `save_img`: stretch the values to 0 ... 255
};

/// A picture as an array of the default float dtype: (H, W, C), or (C, H, W) with channels first.
/// Source: keras.utils.img_to_array.
[[nodiscard]] KCPP_API Tensor img_to_array(const Tensor& img, const std::string& data_format = {});

/// An array of rank 3 as a picture. Throws ShapeError unless it has 1, 3 or 4 channels, ValueError for values beyond
/// 0 ... 255 that are not to be scaled. Source: keras.utils.array_to_img.
[[nodiscard]] KCPP_API Tensor array_to_img(const Tensor& x, const ImgArrayOptions& options = {});

/// Writes an array as a PNG or JPEG file by the ending of the path, atomically. JPEG has no alpha.
/// Throws as `array_to_img`, IoError, ValueError for another ending. Source: keras.utils.save_img.
KCPP_API void save_img(const std::string& path, const Tensor& x, const ImgArrayOptions& options = {});

}  // namespace kerascpp::utils
