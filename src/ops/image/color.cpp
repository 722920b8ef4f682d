#include <kerascpp/core/error.hpp>
#include <kerascpp/core/settings.hpp>
#include <kerascpp/graph/immediate.hpp>
#include <kerascpp/graph/node.hpp>
#include <kerascpp/ops/elementwise.hpp>
#include <kerascpp/ops/image.hpp>
#include <kerascpp/ops/indexing.hpp>
#include <kerascpp/ops/joining.hpp>
#include <kerascpp/ops/numeric.hpp>

#include "ops/dtype_limits.hpp"
#include "ops/image/image_axes.hpp"
#include "ops/shape_support.hpp"

// Colors: each channel is a plane with one element along the axis of channels.
namespace kerascpp::ops {
namespace {

Symbol plane(const Symbol& images, const ImageAxes& axes, std::int64_t channel) {
  return slice_axis(images, axes.channels, Slice(channel, channel + 1));
}

// Floating images with three channels.
Symbol three_channels(const ImageAxes& axes, const Operand& images) {
  KCPP_CHECK(may_equal(axes.shape[axes.channels], 3), ShapeError, "[", axes.op,
             "] expected images with 3 channels, received shape ", axes.shape);
  return floating_images(axes.op, images);
}

}  // namespace

Symbol rgb_to_grayscale(const Operand& images, const std::string& data_format) {
  const SiteGuard guard(images.site());
  const ImageAxes axes("rgb_to_grayscale", images.shape(), data_format);
  const std::int64_t channels = axes.shape[axes.channels];
  KCPP_CHECK(channels == 1 || channels == 3, ShapeError,
             "[rgb_to_grayscale] expected images with 1 or 3 channels, received shape ", axes.shape);
  const Symbol given = images.symbol();
  if (channels == 1) return given;
  const Symbol x = is_floating(given.dtype()) ? given : cast(given, floatx());
  const Symbol gray = 0.2989 * plane(x, axes, 0) + 0.5870 * plane(x, axes, 1) + 0.1140 * plane(x, axes, 2);
  return cast(gray, given.dtype());
}

Symbol rgb_to_hsv(const Operand& images, const std::string& data_format) {
  const SiteGuard guard(images.site());
  const ImageAxes axes("rgb_to_hsv", images.shape(), data_format);
  const Symbol given = three_channels(axes, images);
  const Symbol x = where(less(abs(given), machine_epsilon(given.dtype())), 0, given);
  const Symbol r = plane(x, axes, 0), g = plane(x, axes, 1), b = plane(x, axes, 2);
  const Symbol value = maximum(maximum(r, g), b), range = value - minimum(minimum(r, g), b);
  const Symbol colored = greater(range, 0), bright = greater(value, 0);
  const Symbol saturation = where(bright, range / where(bright, value, 1), 0);
  // sixths of a turn from the channel that is largest
  const Symbol sixth = 1 / (6 * where(colored, range, 1));
  const Symbol from_green_or_blue = where(equal(value, g), sixth * (b - r) + 2.0 / 6, sixth * (r - g) + 4.0 / 6);
  const Symbol turn = where(equal(value, r), sixth * (g - b), from_green_or_blue);
  const Symbol hue = where(colored, where(less(turn, 0), turn + 1, turn), 0);
  return concatenate({hue, saturation, value}, axes.channels);
}

Symbol hsv_to_rgb(const Operand& images, const std::string& data_format) {
  const SiteGuard guard(images.site());
  const ImageAxes axes("hsv_to_rgb", images.shape(), data_format);
  const Symbol x = three_channels(axes, images);
  const Symbol saturation = plane(x, axes, 1), value = plane(x, axes, 2);
  const Symbol sixths = mod(plane(x, axes, 0), 1) * 6;
  const auto channel = [&](const Symbol& share) { return value * (1 - saturation + saturation * clip(share, 0, 1)); };
  return concatenate({channel(abs(sixths - 3) - 1), channel(2 - abs(sixths - 2)), channel(2 - abs(sixths - 4))},
                     axes.channels);
}

Tensor rgb_to_grayscale(const Tensor& images, const std::string& data_format) {
  return compute_now(rgb_to_grayscale(immediate(images), data_format));
}
Tensor rgb_to_hsv(const Tensor& images, const std::string& data_format) {
  return compute_now(rgb_to_hsv(immediate(images), data_format));
}
Tensor hsv_to_rgb(const Tensor& images, const std::string& data_format) {
  return compute_now(hsv_to_rgb(immediate(images), data_format));
}

}  // namespace kerascpp::ops
