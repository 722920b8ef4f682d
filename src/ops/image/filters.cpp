#include <cmath>

#include <kerascpp/core/error.hpp>
#include <kerascpp/core/settings.hpp>
#include <kerascpp/graph/immediate.hpp>
#include <kerascpp/graph/node.hpp>
#include <kerascpp/ops/convolution.hpp>
#include <kerascpp/ops/creation.hpp>
#include <kerascpp/ops/elementwise.hpp>
#include <kerascpp/ops/image.hpp>
#include <kerascpp/ops/indexing.hpp>
#include <kerascpp/ops/joining.hpp>
#include <kerascpp/ops/reductions.hpp>
#include <kerascpp/ops/shape.hpp>

#include "ops/image/image_axes.hpp"
#include "ops/shape_support.hpp"

// gaussian_blur, sobel_edges and ssim: filters that are products of one along the height and one along the width.
namespace kerascpp::ops {
namespace {

// exp(-x^2 / (2 sigma^2)) around the middle, with the sum 1
Tensor gaussian(std::int64_t length, double sigma) {
  Tensor weights = Tensor::empty({length}, DType::Float64);
  double total = 0;
  for (std::int64_t i = 0; i < length; ++i) {
    const double x = (static_cast<double>(i) - static_cast<double>(length - 1) / 2) / sigma;
    total += weights.data<double>()[i] = std::exp(-0.5 * x * x);
  }
  for (std::int64_t i = 0; i < length; ++i) weights.data<double>()[i] /= total;
  return weights;
}

// Each channel of images (B, H, W, C) with `weights` along `axis`.
Symbol filtered(const Symbol& x, int axis, const Tensor& weights, const char* padding) {
  const std::int64_t K = weights.size(), C = x.dim(3);
  const Symbol line = constant(weights.astype(x.dtype()));
  const Symbol kernel = reshape(line, axis == 1 ? Shape{K, 1, 1, 1} : Shape{1, K, 1, 1});
  return depthwise_conv(x, broadcast_to(kernel, axis == 1 ? Shape{K, 1, C, 1} : Shape{1, K, C, 1}),
                        {.padding = padding, .data_format = "channels_last"});
}

void check_channels(const ImageAxes& axes) {
  KCPP_CHECK(axes.shape[axes.channels] != None, ShapeError, "[", axes.op,
             "] expected images with a known number of channels, received shape ", axes.shape);
}

// a (x[i - 1] + x[i + 1]) + b x[i] and x[i + 1] - x[i - 1] of padded images
Symbol smoothed(const Symbol& x, int axis) {
  return slice_axis(x, axis, Slice(0, -2)) + 2 * slice_axis(x, axis, Slice(1, -1)) + slice_axis(x, axis, Slice(2));
}
Symbol differenced(const Symbol& x, int axis) {
  return slice_axis(x, axis, Slice(2)) - slice_axis(x, axis, Slice(0, -2));
}

}  // namespace

Symbol gaussian_blur(const Operand& images, const GaussianBlurOptions& options) {
  const SiteGuard guard(images.site());
  const ImageAxes axes("gaussian_blur", images.shape(), options.data_format);
  check_channels(axes);
  const std::vector<std::int64_t> size = options.kernel_size.expand(2, "gaussian_blur", "kernel_size");
  const auto [sigma_w, sigma_h] = options.sigma;
  KCPP_CHECK(sigma_h > 0 && sigma_w > 0, ValueError, "[gaussian_blur] expected positive sigma, received ", sigma_w,
             " and ", sigma_h);
  const Symbol batch = to_batch(floating_images("gaussian_blur", images), axes);
  const Symbol rows = filtered(batch, 1, gaussian(size[1], sigma_h), "same");
  return from_batch(filtered(rows, 2, gaussian(size[0], sigma_w), "same"), axes);
}

Symbol sobel_edges(const Operand& images, const std::string& data_format) {
  const SiteGuard guard(images.site());
  const ImageAxes axes("sobel_edges", images.shape(), data_format);
  std::vector<PadWidth::Pair> widths(static_cast<std::size_t>(axes.shape.ndim()));
  widths[static_cast<std::size_t>(axes.height)] = widths[static_cast<std::size_t>(axes.width)] = {1, 1};
  const Symbol x = pad(floating_images("sobel_edges", images), widths, "reflect");
  return stack({differenced(smoothed(x, axes.width), axes.height), differenced(smoothed(x, axes.height), axes.width)},
               -1);
}

Symbol ssim(const Operand& image1, const Operand& image2, double max_val, const SsimOptions& options) {
  const SiteGuard guard(image1.site());
  const ImageAxes axes("ssim", image1.shape(), options.data_format);
  check_channels(axes);
  KCPP_CHECK(image2.shape().ndim() == axes.shape.ndim(), ShapeError, "[ssim] expected images of one shape, received ",
             axes.shape, " and ", image2.shape());
  KCPP_CHECK(options.filter_size >= 1 && options.filter_sigma > 0, ValueError,
             "[ssim] expected a filter_size of at least 1 and a positive filter_sigma, received ", options.filter_size,
             " and ", options.filter_sigma);
  for (const int axis : {axes.height, axes.width})
    KCPP_CHECK(axes.shape[axis] == None || axes.shape[axis] >= options.filter_size, ShapeError, "[ssim] a filter of ",
               options.filter_size, " pixels does not fit images of shape ", axes.shape,
               "; choose a smaller filter_size");
  const DType given = image1.dtype(), dtype = is_floating(given) ? given : floatx();
  const Symbol a = to_batch(image1.symbol(dtype), axes), b = to_batch(image2.symbol(dtype), axes);
  const Tensor weights = gaussian(options.filter_size, options.filter_sigma);
  const auto local_mean = [&](const Symbol& x) {
    return filtered(filtered(x, 1, weights, "valid"), 2, weights, "valid");
  };
  const Symbol mean_a = local_mean(a), mean_b = local_mean(b);
  const Symbol squares = square(mean_a) + square(mean_b), product = mean_a * mean_b;
  const Symbol variances = local_mean(square(a)) + local_mean(square(b)) - squares;
  const Symbol covariance = local_mean(a * b) - product;
  const double c1 = std::pow(options.k1 * max_val, 2), c2 = std::pow(options.k2 * max_val, 2);
  const Symbol similarity = (2 * product + c1) * (2 * covariance + c2) / ((squares + c1) * (variances + c2));
  const Symbol result = cast(mean(similarity, {1, 2, 3}), given);
  return axes.batched ? result : squeeze(result, 0);
}

Tensor gaussian_blur(const Tensor& images, const GaussianBlurOptions& options) {
  return compute_now(gaussian_blur(immediate(images), options));
}
Tensor sobel_edges(const Tensor& images, const std::string& data_format) {
  return compute_now(sobel_edges(immediate(images), data_format));
}
Tensor ssim(const Tensor& image1, const Tensor& image2, double max_val, const SsimOptions& options) {
  return compute_now(ssim(immediate(image1), immediate(image2), max_val, options));
}

}  // namespace kerascpp::ops
