#include <kerascpp/utils/image.hpp>

#include <algorithm>
#include <cmath>

#include <kerascpp/core/error.hpp>
#include <kerascpp/core/settings.hpp>

#include "core/atomic_file.hpp"
#include "core/byte_source.hpp"
#include "utils/image_codec.hpp"

namespace kerascpp::utils {
namespace {

constexpr int kJpegQuality = 75;

/// PIL's grey of a colour: ITU-R 601-2.
std::uint8_t grey_of(const std::uint8_t* rgb) {
  return static_cast<std::uint8_t>((rgb[0] * 19595U + rgb[1] * 38470U + rgb[2] * 7471U + 0x8000U) >> 16U);
}

Tensor with_channels(const Tensor& img, std::int64_t wanted) {
  const std::int64_t given = img.dim(2);
  if (given == wanted) return img;
  Tensor result = Tensor::empty({img.dim(0), img.dim(1), wanted}, DType::UInt8);
  const auto* from = img.data<std::uint8_t>();
  auto* to = result.data<std::uint8_t>();
  for (std::int64_t i = 0; i < img.dim(0) * img.dim(1); ++i, from += given, to += wanted) {
    const bool is_color = given >= 3;
    if (wanted == 1) {
      *to = is_color ? grey_of(from) : *from;
      continue;
    }
    for (int c = 0; c < 3; ++c) to[c] = is_color ? from[c] : *from;
    if (wanted == 4) to[3] = given == 2 ? from[1] : 255;
  }
  return result;
}

bool channels_first(const std::string& data_format) {
  const std::string format = data_format.empty() ? image_data_format() : data_format;
  KCPP_CHECK(format == "channels_last" || format == "channels_first", ValueError,
             "data_format must be \"channels_last\" or \"channels_first\", received \"", format, "\"");
  return format == "channels_first";
}

/// Axes (a, b, c) as (b, c, a), or the other way round.
Tensor turned(const Tensor& x, bool first_to_last) {
  const Shape& s = x.shape();
  const Shape shape = first_to_last ? Shape{s[1], s[2], s[0]} : Shape{s[2], s[0], s[1]};
  const std::int64_t rows = first_to_last ? s[0] : s[0] * s[1], columns = first_to_last ? s[1] * s[2] : s[2];
  Tensor result = Tensor::empty(shape, DType::Float64);
  const auto* const from = x.data<double>();
  auto* to = result.data<double>();
  for (std::int64_t c = 0; c < columns; ++c)
    for (std::int64_t r = 0; r < rows; ++r) *to++ = from[r * columns + c];
  return result;
}

Tensor fitted(const Tensor& img, const LoadImgOptions& options) {
  if (options.target_size.empty()) return img;
  KCPP_CHECK(options.target_size.size() == 2, ValueError, "[load_img] target_size expects {height, width}");
  const std::int64_t height = options.target_size[0], width = options.target_size[1];
  KCPP_CHECK(height > 0 && width > 0, ValueError, "[load_img] target_size must be positive, received ", height, " x ",
             width);
  if (img.dim(0) == height && img.dim(1) == width) return img;
  if (!options.keep_aspect_ratio) return resize_img(img, height, width, options.interpolation);
  const std::int64_t crop_height = std::clamp<std::int64_t>(img.dim(1) * height / width, 1, img.dim(0));
  const std::int64_t crop_width = std::clamp<std::int64_t>(img.dim(0) * width / height, 1, img.dim(1));
  const std::int64_t top = (img.dim(0) - crop_height) / 2, left = (img.dim(1) - crop_width) / 2;
  return resize_img(img, height, width, options.interpolation, {top, left, top + crop_height, left + crop_width});
}

}  // namespace

Tensor img_from_bytes(std::string_view bytes, const LoadImgOptions& options, const std::string& origin) {
  const std::string& mode = options.color_mode;
  KCPP_CHECK(mode == "grayscale" || mode == "rgb" || mode == "rgba", ValueError,
             "[load_img] color_mode must be \"grayscale\", \"rgb\" or \"rgba\", received \"", mode, "\"");
  Tensor img;
  if (bytes.starts_with("\x89PNG\r\n\x1a\n"))
    img = decode_png(bytes, origin);
  else if (bytes.starts_with("\xff\xd8\xff"))
    img = decode_jpeg(bytes, origin);
  else
    throw FormatError(text_of(origin, ": neither a JPEG nor a PNG picture"));
  return fitted(with_channels(img, mode == "grayscale" ? 1 : mode == "rgb" ? 3 : 4), options);
}

Tensor load_img(const std::string& path, const LoadImgOptions& options) {
  return img_from_bytes(read_file(path), options, path);
}

Tensor img_to_array(const Tensor& img, const std::string& data_format) {
  KCPP_CHECK(img.ndim() == 2 || img.ndim() == 3, ShapeError,
             "[img_to_array] expected a picture of shape (height, width, channels), received ", img.shape());
  const bool first = channels_first(data_format);
  const Tensor x = img.ndim() == 2 ? img.reshape({img.dim(0), img.dim(1), 1}) : img;
  return first ? turned(x.astype(DType::Float64), false).astype(floatx()) : x.astype(floatx());
}

Tensor array_to_img(const Tensor& x, const ImgArrayOptions& options) {
  KCPP_CHECK(x.ndim() == 3, ShapeError, "[array_to_img] expected an array of rank 3, received ", x.shape());
  // in the dtype that Keras computes in, and rounded down as it does
  Tensor values = x.astype(DType::Float32).astype(DType::Float64);
  if (channels_first(options.data_format)) values = turned(values, true);
  const std::int64_t channels = values.dim(2);
  KCPP_CHECK(channels == 1 || channels == 3 || channels == 4, ShapeError,
             "[array_to_img] expected 1, 3 or 4 channels, received shape ", x.shape());
  Tensor img = Tensor::empty(values.shape(), DType::UInt8);
  auto* const to = img.data<std::uint8_t>();
  const auto* const from = values.data<double>();
  if (values.size() == 0) return img;
  const auto lowest = static_cast<float>(*std::min_element(from, from + values.size()));
  const float largest = static_cast<float>(*std::max_element(from, from + values.size())) - lowest;
  for (std::int64_t i = 0; i < values.size(); ++i) {
    auto value = static_cast<float>(from[i]);
    if (options.scale) {
      value -= lowest;
      if (largest != 0) value /= largest;
      value *= 255;
    }
    KCPP_CHECK(value >= 0 && value < 256, ValueError, "[array_to_img] value ", i, " is ", value,
               "; expected 0 to 255, or scale");
    to[i] = static_cast<std::uint8_t>(value);
  }
  return img;
}

void save_img(const std::string& path, const Tensor& x, const ImgArrayOptions& options) {
  const auto ends = [&path](std::string_view ending) { return path.ends_with(ending); };
  const bool jpeg = ends(".jpg") || ends(".jpeg");
  KCPP_CHECK(jpeg || ends(".png"), ValueError, "[save_img] ", path,
             ": expected a path that ends in .png, .jpg or .jpeg");
  Tensor img = array_to_img(x, options);
  KCPP_CHECK(img.size() > 0, ShapeError, "[save_img] ", path, ": a picture of shape ", img.shape(), " is empty");
  if (jpeg && img.dim(2) == 4) img = with_channels(img, 3);
  write_file(path, jpeg ? encode_jpeg(img, kJpegQuality) : encode_png(img));
}

}  // namespace kerascpp::utils
