#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include <kerascpp/core/export.hpp>
#include <kerascpp/core/shape.hpp>
#include <kerascpp/graph/attributes.hpp>

/// What the attributes of the convolutions mean for given shapes; asked by inference and by every kernel.
///
/// Attributes of `conv`, `conv_input_gradient`, `conv_kernel_gradient`, `conv_transpose`:
///   strides, dilations         one integer per spatial axis
///   padding                    "valid", "same" or "explicit"
///   padding_low, padding_high  one integer per spatial axis, used with "explicit"; negative ones crop
///   groups                     integer
///   data_format                "channels_last" or "channels_first", of the activations
/// The kernel is always (K..., C / groups, F).
namespace kerascpp::ops {

/// Index of the channel axis and of the first spatial axis of an activation.
[[nodiscard]] int channel_axis(const Attributes& attributes, int ndim);
[[nodiscard]] int first_spatial_axis(const Attributes& attributes);
/// The spatial part of an activation's shape.
[[nodiscard]] Shape spatial_shape(const Attributes& attributes, const Shape& activation);
/// An activation's shape from its parts, in the order of `data_format`.
[[nodiscard]] Shape activation_shape(const Attributes& attributes, std::int64_t batch, const Shape& spatial,
                                     std::int64_t channels);

/// One spatial axis of a convolution or pooling.
struct WindowAxis {
  std::int64_t input = 0;   // may be None, as may output
  std::int64_t window = 1;  // K, without dilation
  std::int64_t stride = 1;
  std::int64_t dilation = 1;
  std::int64_t padding_low = 0;  // 0 with "same" while input is None
  std::int64_t padding_high = 0;
  std::int64_t output = 0;  // below 1: the window does not fit

  /// K with the holes of its dilation.
  [[nodiscard]] std::int64_t extent() const { return (window - 1) * dilation + 1; }
};

/// Fills in padding and output from the other fields, for forward windows over `input`.
void resolve_window(WindowAxis& axis, std::string_view padding);

struct ConvolutionGeometry {
  std::int64_t batch = 0;
  std::int64_t channels = 0;  // C of x
  std::int64_t filters = 0;   // F
  std::int64_t groups = 1;
  bool channels_first = false;
  std::vector<WindowAxis> axes;

  [[nodiscard]] Shape output_spatial() const;
};

/// Geometry of `conv` on x of shape `x` with `kernel` (for its gradients too: x is what the gradient is like).
/// Throws ShapeError naming `op`.
[[nodiscard]] KCPP_API ConvolutionGeometry resolve_padding(std::string_view op, const Attributes& attributes,
                                                           const Shape& x, const Shape& kernel);

/// Geometry of the `conv` whose input gradient `conv_transpose` of `g` (B, ..., F) is: its x is the result.
[[nodiscard]] ConvolutionGeometry resolve_transpose(std::string_view op, const Attributes& attributes, const Shape& g,
                                                    const Shape& kernel);

}  // namespace kerascpp::ops
