#include <algorithm>
#include <numbers>

#include <kerascpp/core/error.hpp>
#include <kerascpp/core/settings.hpp>
#include <kerascpp/graph/immediate.hpp>
#include <kerascpp/graph/node.hpp>
#include <kerascpp/ops/creation.hpp>
#include <kerascpp/ops/elementwise.hpp>
#include <kerascpp/ops/image.hpp>
#include <kerascpp/ops/indexing.hpp>
#include <kerascpp/ops/like.hpp>
#include <kerascpp/ops/linear_algebra.hpp>
#include <kerascpp/ops/numeric.hpp>
#include <kerascpp/ops/reductions.hpp>
#include <kerascpp/ops/shape.hpp>

#include "ops/image/image_axes.hpp"
#include "ops/shape_support.hpp"

// resize and scale_and_translate: one product with a matrix of weights (M, N) for each axis of length M that is
// resampled to N. The weights of known lengths are constants, in float64 until they are used.
namespace kerascpp::ops {
namespace {

using Kernel = Symbol (*)(const Symbol& distance);

Symbol triangle(const Symbol& x) { return maximum(1 - x, 0); }

// Keys's cubic with a = -1/2
Symbol cubic(const Symbol& x) {
  const Symbol near = (1.5 * x - 2.5) * x * x + 1, far = ((-0.5 * x + 2.5) * x - 4) * x + 2;
  return where(greater_equal(x, 2), 0, where(greater_equal(x, 1), far, near));
}

template <int radius>
Symbol lanczos(const Symbol& x) {
  const Symbol pi_x = std::numbers::pi * x, divisor = where(greater(x, 1e-3), square(pi_x), 1);
  const Symbol value = radius * sin(pi_x) * sin(pi_x / radius) / divisor;
  return where(greater(x, radius), 0, where(greater(x, 1e-3), value, 1));
}

// nullptr for an unknown name
Kernel kernel_of(std::string_view name) {
  if (name == "linear" || name == "bilinear" || name == "trilinear" || name == "triangle") return triangle;
  if (name == "cubic" || name == "bicubic" || name == "tricubic") return cubic;
  if (name == "lanczos3") return lanczos<3>;
  if (name == "lanczos5") return lanczos<5>;
  return nullptr;
}

// One axis to be resampled; scalars are symbols of one dtype.
struct Resampling {
  Kernel kernel;
  bool antialias;
  Symbol inverse_scale, translation;

  // The weight of each of M elements at the places (M,) in each of N elements of the result.
  [[nodiscard]] Symbol weights(const Symbol& places, std::int64_t N) const {
    const DType dtype = inverse_scale.dtype();
    const Symbol sample = (ops::arange(0, N, 1, dtype) + 0.5 - translation) * inverse_scale - 0.5;
    Symbol distance = abs(expand_dims(sample, 0) - expand_dims(places, 1));
    if (antialias) distance = distance / maximum(inverse_scale, 1);
    const Symbol values = kernel(distance), total = sum(values, 0, true);
    constexpr double kLeastTotal = 1.1920929e-4;  // of weights that are divided by it: 1000 epsilons of float32
    const Symbol enough = greater(abs(total), kLeastTotal);
    const Symbol inside = logical_and(greater_equal(sample, -0.5), less_equal(sample, max(places) + 0.5));
    return where(logical_and(enough, inside), values / where(enough, total, 1), 0);
  }
};

Symbol multiplied(const Symbol& x, int axis, const Symbol& weights) {
  return moveaxis(tensordot(x, cast(weights, x.dtype()), {{axis}, {0}}), -1, axis);
}

// The numbers 0 .. M - 1 of the elements along an axis.
Symbol places_along(const Symbol& x, int axis, DType dtype) {
  if (x.shape()[axis] != None) return ops::arange(0, x.shape()[axis], 1, dtype);
  Symbol numbers = iota_like(x, axis);
  for (int other = x.ndim() - 1; other >= 0; --other)
    if (other != axis) numbers = squeeze(slice_axis(numbers, other, Slice(0, 1)), other);
  return cast(numbers, dtype);
}

// x with `axis` stretched to N elements.
Symbol stretched(const Symbol& x, int axis, std::int64_t N, Kernel kernel, bool antialias) {
  const std::int64_t M = x.shape()[axis];
  if (M == N) return x;
  const DType dtype = M != None ? DType::Float64 : DType::Float32;
  const Symbol length = M != None ? Operand(M).symbol(dtype) : cast(axis_size(x, axis), dtype);
  const Resampling resampling{kernel, antialias, length / static_cast<double>(N), Operand(0).symbol(dtype)};
  const Symbol weights = resampling.weights(places_along(x, axis, dtype), N);
  return multiplied(x, axis, M != None ? constant(compute_now(weights)) : weights);
}

Symbol nearest(const Symbol& x, int axis, std::int64_t N) {
  const std::int64_t M = x.shape()[axis];
  if (M == N) return x;
  const Symbol length = M != None ? Operand(M).symbol(DType::Float32) : cast(axis_size(x, axis), DType::Float32);
  const Symbol places = (ops::arange(0, N, 1, DType::Float32) + 0.5) * length / static_cast<double>(N);
  return take(x, cast(floor(places), DType::Int32), axis);
}

std::int64_t scaled(std::int64_t a, std::int64_t b, std::int64_t c) {
  return static_cast<std::int64_t>(static_cast<double>(a * b) / static_cast<double>(c));
}

// The middle of the images, of the aspect ratio `height` by `width`.
Symbol cropped_to(const Symbol& x, const ImageAxes& axes, std::int64_t height, std::int64_t width) {
  const auto [H, W] = axes.known_size();
  const std::int64_t rows = std::max<std::int64_t>(std::min(H, scaled(W, height, width)), 1);
  const std::int64_t columns = std::max<std::int64_t>(std::min(W, scaled(H, width, height)), 1);
  const std::int64_t top = (H - rows) / 2, left = (W - columns) / 2;
  return slice_axis(slice_axis(x, axes.height, Slice(top, top + rows)), axes.width, Slice(left, left + columns));
}

// The images with a frame that gives them this aspect ratio.
Symbol padded_to(const Symbol& x, const ImageAxes& axes, std::int64_t height, std::int64_t width, double value) {
  const auto [H, W] = axes.known_size();
  const std::int64_t top = (std::max(H, scaled(W, height, width)) - H) / 2;
  const std::int64_t left = (std::max(W, scaled(H, width, height)) - W) / 2;
  std::vector<PadWidth::Pair> widths(static_cast<std::size_t>(x.ndim()));
  if (top > 0)
    widths[static_cast<std::size_t>(axes.height)] = {top, top};
  else
    widths[static_cast<std::size_t>(axes.width)] = {left, left};
  return pad(x, widths, "constant", value);
}

}  // namespace

Symbol resize(const Operand& images, const Sizes& size, const ResizeOptions& options) {
  const SiteGuard guard(images.site());
  const ImageAxes axes("resize", images.shape(), options.data_format);
  const std::vector<std::int64_t> target = size.expand(2, "resize", "size");
  const Kernel kernel = kernel_of(options.interpolation);
  const bool is_nearest = options.interpolation == "nearest";
  KCPP_CHECK(is_nearest || (kernel != nullptr && options.interpolation.find("linear") != 0), ValueError,
             "[resize] expected interpolation \"bilinear\", \"nearest\", \"bicubic\", \"lanczos3\" or \"lanczos5\", "
             "received \"",
             options.interpolation, "\"");
  KCPP_CHECK(options.fill_mode == "constant", ValueError, "[resize] expected fill_mode \"constant\", received \"",
             options.fill_mode, "\"");
  KCPP_CHECK(!options.crop_to_aspect_ratio || !options.pad_to_aspect_ratio, ValueError,
             "[resize] images are either cropped or padded to the aspect ratio; set one of the options to false");
  Symbol x = images.symbol();
  if (options.crop_to_aspect_ratio) x = cropped_to(x, axes, target[0], target[1]);
  if (options.pad_to_aspect_ratio) x = padded_to(x, axes, target[0], target[1], options.fill_value);
  if (is_nearest) return nearest(nearest(x, axes.height, target[0]), axes.width, target[1]);
  const DType dtype = x.dtype();
  if (!is_floating(dtype)) x = cast(x, floatx());
  x = stretched(x, axes.height, target[0], kernel, options.antialias);
  x = stretched(x, axes.width, target[1], kernel, options.antialias);
  return is_floating(dtype) ? x : saturate_cast(round(x), dtype);
}

Symbol scale_and_translate(const Operand& images, const Shape& output_shape, const Operand& scale,
                           const Operand& translation, const Axes& spatial_dims, std::string_view method,
                           bool antialias) {
  const SiteGuard guard(images.site());
  Symbol x = floating_images("scale_and_translate", images);
  const Kernel kernel = kernel_of(method);
  KCPP_CHECK(kernel != nullptr, ValueError,
             "[scale_and_translate] expected the method \"linear\", \"cubic\", \"lanczos3\" or \"lanczos5\" (or "
             "\"bilinear\", \"trilinear\", \"bicubic\", \"tricubic\"), received \"",
             method, "\"");
  KCPP_CHECK(output_shape.ndim() == x.ndim(), ShapeError, "[scale_and_translate] expected an output shape of ",
             x.ndim(), " axes, received ", output_shape);
  const std::vector<std::int64_t>& given = spatial_dims.given();
  const Shape per_axis{static_cast<std::int64_t>(given.size())};
  const DType common = result_type(std::vector<Operand>{scale, translation});
  const DType dtype = is_floating(common) ? common : floatx();
  const Symbol scales = scale.symbol(dtype), translations = translation.symbol(dtype);
  KCPP_CHECK(scales.shape() == per_axis && translations.shape() == per_axis, ShapeError,
             "[scale_and_translate] expected scale and translation of shape ", per_axis,
             ", one number for each of spatial_dims, received ", scales.shape(), " and ", translations.shape());
  for (std::size_t i = 0; i < given.size(); ++i) {
    const int axis = normalize_axis(given[i], x.ndim());
    const auto number = [i](const Symbol& v) { return get_item(v, {static_cast<std::int64_t>(i)}); };
    const Resampling resampling{kernel, antialias, 1 / number(scales), number(translations)};
    KCPP_CHECK(output_shape[axis] != None, ShapeError, "[scale_and_translate] expected a known length of axis ", axis,
               ", received ", output_shape);
    x = multiplied(x, axis, resampling.weights(places_along(x, axis, dtype), output_shape[axis]));
  }
  return x;
}

Tensor resize(const Tensor& images, const Sizes& size, const ResizeOptions& options) {
  return compute_now(resize(immediate(images), size, options));
}
Tensor scale_and_translate(const Tensor& images, const Shape& output_shape, const Tensor& scale,
                           const Tensor& translation, const Axes& spatial_dims, std::string_view method,
                           bool antialias) {
  return compute_now(scale_and_translate(immediate(images), output_shape, immediate(scale), immediate(translation),
                                         spatial_dims, method, antialias));
}

}  // namespace kerascpp::ops
