#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <kerascpp/core/export.hpp>
#include <kerascpp/core/tensor.hpp>
#include <kerascpp/graph/symbol.hpp>
#include <kerascpp/ops/axes.hpp>
#include <kerascpp/ops/random.hpp>
#include <kerascpp/ops/sizes.hpp>

/// Operations on images (B, H, W, C), or one image (H, W, C); with data format "channels_first" (B, C, H, W) and
/// (C, H, W). An empty data format is `image_data_format()`.
///
/// Gradients: with respect to the images, and to coordinates and transforms where these are between pixels.
/// All throw ShapeError for another rank, ValueError for an unknown name of an option.
namespace kerascpp::ops {

struct ResizeOptions {
  /// "bilinear", "nearest", "bicubic", "lanczos3" or "lanczos5".
  std::string interpolation = "bilinear";
  bool antialias = false;  ///< wider kernels where the image becomes smaller
  bool crop_to_aspect_ratio = false;
  bool pad_to_aspect_ratio = false;
  std::string fill_mode = "constant";
  double fill_value = 0;
  std::string data_format = {};
};
/// Images of height and width `size`, with pixels at the centers of their squares.
///
/// Of the aspect ratio of `size`, when asked for, the middle is cut out first, or what is missing is filled with
/// fill_value. Integers are rounded. Keeping the aspect ratio needs a known height and width.
/// Source: keras.ops.image.resize; Keys, "Cubic convolution interpolation" (1981).
[[nodiscard]] KCPP_API Symbol resize(const Operand& images, const Sizes& size, const ResizeOptions& options = {});
[[nodiscard]] KCPP_API Tensor resize(const Tensor& images, const Sizes& size, const ResizeOptions& options = {});

/// The values of `inputs` at coordinates between its elements.
///
/// inputs (D_1, ..., D_N), coordinates (N, ...) -> (...)
/// order: 0, the nearest element, or 1, linear. fill_mode, for coordinates outside: "constant" (fill_value), "nearest"
/// (the edge), "wrap" (d a b c d a), "mirror" (c b a b c d c b), "reflect" (b a a b c d d c).
/// Throws ShapeError unless there are as many rows of coordinates as axes.
/// Source: keras.ops.image.map_coordinates, scipy.ndimage.map_coordinates.
[[nodiscard]] KCPP_API Symbol map_coordinates(const Operand& inputs, const Operand& coordinates, int order,
                                              std::string_view fill_mode = "constant", double fill_value = 0);
[[nodiscard]] KCPP_API Tensor map_coordinates(const Tensor& inputs, const Tensor& coordinates, int order,
                                              std::string_view fill_mode = "constant", double fill_value = 0);

struct AffineTransformOptions {
  std::string interpolation = "bilinear";  ///< or "nearest"
  std::string fill_mode = "constant";      ///< as in `map_coordinates`
  double fill_value = 0;
  std::string data_format = {};
};
/// Images whose pixel (x, y) is that of `images` at ((a0 x + a1 y + a2) / k, (b0 x + b1 y + b2) / k).
///
/// transform (8,) or (B, 8): a0, a1, a2, b0, b1, b2, c0, c1, with k = c0 x + c1 y + 1. The height and width must be
/// known. Source: keras.ops.image.affine_transform.
[[nodiscard]] KCPP_API Symbol affine_transform(const Operand& images, const Operand& transform,
                                               const AffineTransformOptions& options = {});
[[nodiscard]] KCPP_API Tensor affine_transform(const Tensor& images, const Tensor& transform,
                                               const AffineTransformOptions& options = {});

struct PerspectiveTransformOptions {
  std::string interpolation = "bilinear";  ///< or "nearest"
  double fill_value = 0;
  std::string data_format = {};
};
/// Images seen so that the points (x, y) `start_points` come to lie at `end_points`, both (4, 2) or (B, 4, 2).
/// Source: keras.ops.image.perspective_transform.
[[nodiscard]] KCPP_API Symbol perspective_transform(const Operand& images, const Operand& start_points,
                                                    const Operand& end_points,
                                                    const PerspectiveTransformOptions& options = {});
[[nodiscard]] KCPP_API Tensor perspective_transform(const Tensor& images, const Tensor& start_points,
                                                    const Tensor& end_points,
                                                    const PerspectiveTransformOptions& options = {});

/// Images resampled along the axes `spatial_dims`: element i of an axis comes to lie at (i + 0.5) scale + translation -
/// 0.5 of the result, which has `output_shape`.
///
/// scale, translation (number of spatial_dims,). method: "linear" (also "bilinear", "trilinear"), "cubic" ("bicubic",
/// "tricubic"), "lanczos3", "lanczos5". Elements without a place in `images` are 0. Floating images.
/// Source: keras.ops.image.scale_and_translate.
[[nodiscard]] KCPP_API Symbol scale_and_translate(const Operand& images, const Shape& output_shape,
                                                  const Operand& scale, const Operand& translation,
                                                  const Axes& spatial_dims, std::string_view method,
                                                  bool antialias = true);
[[nodiscard]] KCPP_API Tensor scale_and_translate(const Tensor& images, const Shape& output_shape, const Tensor& scale,
                                                  const Tensor& translation, const Axes& spatial_dims,
                                                  std::string_view method, bool antialias = true);

struct PadImagesOptions {
  std::optional<std::int64_t> top_padding = {};
  std::optional<std::int64_t> left_padding = {};
  std::optional<std::int64_t> bottom_padding = {};
  std::optional<std::int64_t> right_padding = {};
  std::optional<std::int64_t> target_height = {};
  std::optional<std::int64_t> target_width = {};
  std::string data_format = {};
};
/// Images with zeros around them: two of top, bottom and target height are given, and two of left, right and width.
/// Throws ValueError for another number of them or a negative padding. Source: keras.ops.image.pad_images.
[[nodiscard]] KCPP_API Symbol pad_images(const Operand& images, const PadImagesOptions& options);
[[nodiscard]] KCPP_API Tensor pad_images(const Tensor& images, const PadImagesOptions& options);

struct CropImagesOptions {
  std::optional<std::int64_t> top_cropping = {};
  std::optional<std::int64_t> left_cropping = {};
  std::optional<std::int64_t> bottom_cropping = {};
  std::optional<std::int64_t> right_cropping = {};
  std::optional<std::int64_t> target_height = {};
  std::optional<std::int64_t> target_width = {};
  std::string data_format = {};
};
/// A part of images: two of top, bottom and target height are given, and two of left, right and width.
/// Throws ValueError for another number of them or a part outside. Source: keras.ops.image.crop_images.
[[nodiscard]] KCPP_API Symbol crop_images(const Operand& images, const CropImagesOptions& options);
[[nodiscard]] KCPP_API Tensor crop_images(const Tensor& images, const CropImagesOptions& options);

struct ExtractPatchesOptions {
  Sizes strides = {};  ///< empty: the size
  Sizes dilation_rate = 1;
  std::string padding = "valid";  ///< or "same"
  std::string data_format = {};
};
/// Blocks of images as channels, rows first: (B, H, W, C) -> (B, H', W', K_h K_w C); `size` of three: of volumes.
///
/// Floating images. Throws ShapeError when a block does not fit. Source: keras.ops.image.extract_patches.
[[nodiscard]] KCPP_API Symbol extract_patches(const Operand& images, const Sizes& size,
                                              const ExtractPatchesOptions& options = {});
[[nodiscard]] KCPP_API Tensor extract_patches(const Tensor& images, const Sizes& size,
                                              const ExtractPatchesOptions& options = {});
/// Blocks of volumes (B, D, H, W, C) -> (B, D', H', W', K_d K_h K_w C). Source: keras.ops.image.extract_patches_3d.
[[nodiscard]] KCPP_API Symbol extract_patches_3d(const Operand& volumes, const Sizes& size,
                                                 const ExtractPatchesOptions& options = {});
[[nodiscard]] KCPP_API Tensor extract_patches_3d(const Tensor& volumes, const Sizes& size,
                                                 const ExtractPatchesOptions& options = {});

struct ReconstructPatchesOptions {
  Sizes output_size = {};  ///< height and width of the images; empty: those that the blocks cover
  Sizes strides = {};      ///< empty: the size, and nothing else as yet in Keras
  std::string padding = "valid";
  std::string data_format = {};
};
/// The inverse of `extract_patches` for blocks side by side: (B, H', W', K_h K_w C) -> (B, H, W, C), or of volumes.
///
/// With padding "same" output_size is needed, to take off what was padded. Throws ShapeError when it does not fit the
/// blocks, ValueError for other strides. Source: keras.ops.image.reconstruct_patches.
[[nodiscard]] KCPP_API Symbol reconstruct_patches(const Operand& patches, const Sizes& size,
                                                  const ReconstructPatchesOptions& options = {});
[[nodiscard]] KCPP_API Tensor reconstruct_patches(const Tensor& patches, const Sizes& size,
                                                  const ReconstructPatchesOptions& options = {});

/// Weighted sums 0.2989 R + 0.5870 G + 0.1140 B, with one channel; one channel stays as it is. Integers are cut off.
/// Source: keras.ops.image.rgb_to_grayscale.
[[nodiscard]] KCPP_API Symbol rgb_to_grayscale(const Operand& images, const std::string& data_format = {});
[[nodiscard]] KCPP_API Tensor rgb_to_grayscale(const Tensor& images, const std::string& data_format = {});
/// Hue, saturation and value in [0, 1] of red, green and blue in [0, 1]. Throws DTypeError for integers.
/// Source: keras.ops.image.rgb_to_hsv; Smith, "Color gamut transform pairs" (1978).
[[nodiscard]] KCPP_API Symbol rgb_to_hsv(const Operand& images, const std::string& data_format = {});
[[nodiscard]] KCPP_API Tensor rgb_to_hsv(const Tensor& images, const std::string& data_format = {});
/// The inverse of `rgb_to_hsv`. Source: keras.ops.image.hsv_to_rgb.
[[nodiscard]] KCPP_API Symbol hsv_to_rgb(const Operand& images, const std::string& data_format = {});
[[nodiscard]] KCPP_API Tensor hsv_to_rgb(const Tensor& images, const std::string& data_format = {});

struct GaussianBlurOptions {
  Sizes kernel_size = 3;
  std::pair<double, double> sigma = {1.0, 1.0};
  std::string data_format = {};
};
/// Images blurred by a Gaussian, zeros being assumed outside. The first of kernel_size and of sigma is that along the
/// width, as Keras computes it. Floating images with a known number of channels. Source: keras.ops.image.gaussian_blur.
[[nodiscard]] KCPP_API Symbol gaussian_blur(const Operand& images, const GaussianBlurOptions& options = {});
[[nodiscard]] KCPP_API Tensor gaussian_blur(const Tensor& images, const GaussianBlurOptions& options = {});

struct ElasticTransformOptions {
  double alpha = 20;  ///< how far pixels move
  double sigma = 5;   ///< how smoothly
  std::string interpolation = "bilinear";
  std::string fill_mode = "reflect";
  double fill_value = 0;
  random::Seed seed = {};
  std::string data_format = {};
};
/// Images whose pixels are moved by smooth random displacements, the same for all channels. The batch, height and
/// width must be known. Source: keras.ops.image.elastic_transform; Simard et al., ICDAR (2003).
[[nodiscard]] KCPP_API Symbol elastic_transform(const Operand& images, const ElasticTransformOptions& options = {});
[[nodiscard]] KCPP_API Tensor elastic_transform(const Tensor& images, const ElasticTransformOptions& options = {});

/// The derivatives (dy, dx) by Sobel's filters: (B, H, W, C) -> (B, H, W, C, 2), (B, C, H, W) -> (B, C, H, W, 2).
///
/// Images are mirrored at their edges, as Keras does it on TensorFlow. Source: keras.ops.image.sobel_edges.
[[nodiscard]] KCPP_API Symbol sobel_edges(const Operand& images, const std::string& data_format = {});
[[nodiscard]] KCPP_API Tensor sobel_edges(const Tensor& images, const std::string& data_format = {});

struct SsimOptions {
  std::int64_t filter_size = 11;
  double filter_sigma = 1.5;
  double k1 = 0.01;
  double k2 = 0.03;
  std::string data_format = {};
};
/// The structural similarity of pairs of images, 1 for equal ones: (B,), or a scalar for one pair.
///
/// max_val: the largest value of a pixel. Throws ShapeError when the filter does not fit.
/// Source: keras.ops.image.ssim; Wang et al., IEEE Transactions on Image Processing 13 (2004).
[[nodiscard]] KCPP_API Symbol ssim(const Operand& image1, const Operand& image2, double max_val = 1,
                                   const SsimOptions& options = {});
[[nodiscard]] KCPP_API Tensor ssim(const Tensor& image1, const Tensor& image2, double max_val = 1,
                                   const SsimOptions& options = {});

/// The names of keras.ops.image.
namespace image {
using ops::affine_transform;
using ops::crop_images;
using ops::elastic_transform;
using ops::extract_patches;
using ops::extract_patches_3d;
using ops::gaussian_blur;
using ops::hsv_to_rgb;
using ops::map_coordinates;
using ops::pad_images;
using ops::perspective_transform;
using ops::reconstruct_patches;
using ops::resize;
using ops::rgb_to_grayscale;
using ops::rgb_to_hsv;
using ops::scale_and_translate;
using ops::sobel_edges;
using ops::ssim;
}  // namespace image

}  // namespace kerascpp::ops
