#include "ops/convolution_geometry.hpp"

#include <algorithm>

#include <kerascpp/core/error.hpp>

namespace kerascpp::ops {
namespace {

bool is_channels_first(const Attributes& attributes) { return attributes.text("data_format") == "channels_first"; }

void check_ranks(std::string_view op, const Attributes& attributes, const Shape& x, const Shape& kernel) {
  const int ndim = static_cast<int>(attributes.integers("strides").size()) + 2;
  KCPP_CHECK(x.ndim() == ndim, ShapeError, "[", op, "] expected an input with ", ndim, " dimensions for ", ndim - 2,
             " strides, received shape ", x);
  KCPP_CHECK(kernel.ndim() == ndim, ShapeError, "[", op, "] expected a kernel with ", ndim,
             " dimensions (K..., C / groups, F), received shape ", kernel);
}

// Everything but the spatial lengths, which depend on the direction.
ConvolutionGeometry common_geometry(const Attributes& attributes, const Shape& kernel) {
  ConvolutionGeometry geometry;
  geometry.groups = attributes.integer("groups");
  geometry.channels_first = is_channels_first(attributes);
  geometry.filters = kernel.dim(-1);
  geometry.channels = kernel.dim(-2) == None ? None : kernel.dim(-2) * geometry.groups;
  const auto& strides = attributes.integers("strides");
  for (std::size_t i = 0; i < strides.size(); ++i) {
    WindowAxis axis;
    axis.window = kernel[static_cast<std::int64_t>(i)];
    axis.stride = strides[i];
    axis.dilation = attributes.integers("dilations")[i];
    axis.padding_low = attributes.integers("padding_low")[i];
    axis.padding_high = attributes.integers("padding_high")[i];
    geometry.axes.push_back(axis);
  }
  return geometry;
}

bool agree(std::int64_t a, std::int64_t b) { return a == None || b == None || a == b; }

}  // namespace

int channel_axis(const Attributes& attributes, int ndim) { return is_channels_first(attributes) ? 1 : ndim - 1; }

int first_spatial_axis(const Attributes& attributes) { return is_channels_first(attributes) ? 2 : 1; }

Shape spatial_shape(const Attributes& attributes, const Shape& activation) {
  const int first = first_spatial_axis(attributes);
  return activation.slice(first, first + activation.ndim() - 2);
}

Shape activation_shape(const Attributes& attributes, std::int64_t batch, const Shape& spatial, std::int64_t channels) {
  Shape shape{batch};
  if (is_channels_first(attributes)) shape.push_back(channels);
  for (const std::int64_t length : spatial) shape.push_back(length);
  if (!is_channels_first(attributes)) shape.push_back(channels);
  return shape;
}

void resolve_window(WindowAxis& axis, std::string_view padding) {
  if (padding != "explicit") axis.padding_low = axis.padding_high = 0;
  if (axis.input == None || axis.window == None) {
    axis.output = None;
    return;
  }
  if (padding == "same") {
    axis.output = (axis.input + axis.stride - 1) / axis.stride;
    const std::int64_t total = std::max<std::int64_t>((axis.output - 1) * axis.stride + axis.extent() - axis.input, 0);
    axis.padding_low = total / 2;
    axis.padding_high = total - total / 2;
    return;
  }
  const std::int64_t room = axis.input + axis.padding_low + axis.padding_high - axis.extent();
  axis.output = room < 0 ? 0 : room / axis.stride + 1;
}

Shape ConvolutionGeometry::output_spatial() const {
  Shape shape;
  for (const WindowAxis& axis : axes) shape.push_back(axis.output);
  return shape;
}

ConvolutionGeometry resolve_padding(std::string_view op, const Attributes& attributes, const Shape& x,
                                    const Shape& kernel) {
  check_ranks(op, attributes, x, kernel);
  ConvolutionGeometry geometry = common_geometry(attributes, kernel);
  const std::int64_t channels = x.dim(channel_axis(attributes, x.ndim()));
  KCPP_CHECK(channels == None || channels % geometry.groups == 0, ShapeError, "[", op, "] the number of channels (",
             channels, ") must be divisible by groups (", geometry.groups, "); input shape ", x);
  KCPP_CHECK(geometry.filters == None || geometry.filters % geometry.groups == 0, ShapeError, "[", op,
             "] the number of filters (", geometry.filters, ") must be divisible by groups (", geometry.groups,
             "); kernel shape ", kernel);
  KCPP_CHECK(agree(channels, geometry.channels), ShapeError, "[", op, "] expected a kernel of shape (K..., ",
             channels / geometry.groups, ", F) for input shape ", x, " with groups=", geometry.groups, ", received ",
             kernel);
  geometry.batch = x[0];
  geometry.channels = channels == None ? geometry.channels : channels;
  const Shape spatial = spatial_shape(attributes, x);
  for (std::size_t i = 0; i < geometry.axes.size(); ++i) {
    WindowAxis& axis = geometry.axes[i];
    axis.input = spatial[static_cast<std::int64_t>(i)];
    resolve_window(axis, attributes.text("padding"));
    KCPP_CHECK(axis.output == None || axis.output >= 1, ShapeError, "[", op, "] the kernel covers ", axis.extent(),
               " elements of spatial axis ", i, ", but input shape ", x, " has ",
               axis.input + axis.padding_low + axis.padding_high, " with padding");
  }
  return geometry;
}

ConvolutionGeometry resolve_transpose(std::string_view op, const Attributes& attributes, const Shape& g,
                                      const Shape& kernel) {
  check_ranks(op, attributes, g, kernel);
  ConvolutionGeometry geometry = common_geometry(attributes, kernel);
  const std::int64_t filters = g.dim(channel_axis(attributes, g.ndim()));
  KCPP_CHECK(agree(filters, geometry.filters), ShapeError, "[", op, "] expected a kernel of shape (K..., F, ", filters,
             ") for input shape ", g, ", received ", kernel);
  geometry.batch = g[0];
  const Shape spatial = spatial_shape(attributes, g);
  for (std::size_t i = 0; i < geometry.axes.size(); ++i) {
    WindowAxis& axis = geometry.axes[i];
    axis.output = spatial[static_cast<std::int64_t>(i)];
    const bool known = axis.output != None && axis.window != None;
    axis.input = known ? (axis.output - 1) * axis.stride + axis.extent() - axis.padding_low - axis.padding_high : None;
    KCPP_CHECK(!known || axis.input >= 1, ShapeError, "[", op, "] the output would have length ", axis.input,
               " along spatial axis ", i, "; input shape ", g, ", kernel shape ", kernel);
  }
  return geometry;
}

}  // namespace kerascpp::ops
