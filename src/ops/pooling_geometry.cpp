#include "ops/pooling_geometry.hpp"

#include <algorithm>

#include <kerascpp/core/error.hpp>

namespace kerascpp::ops {

Shape PoolingGeometry::output_spatial() const {
  Shape shape;
  for (const WindowAxis& axis : axes) shape.push_back(axis.output);
  return shape;
}

PoolingGeometry resolve_pooling(std::string_view op, const Attributes& attributes, const Shape& x) {
  const auto& pool_size = attributes.integers("pool_size");
  const std::string& padding = attributes.text("padding");
  const int ndim = static_cast<int>(pool_size.size()) + 2;
  KCPP_CHECK(x.ndim() == ndim, ShapeError, "[", op, "] expected an input with ", ndim, " dimensions for ", ndim - 2,
             " pooling sizes, received shape ", x);
  PoolingGeometry geometry;
  geometry.channels_first = channel_axis(attributes, ndim) == 1;
  geometry.adaptive = padding == "adaptive";
  const Shape spatial = spatial_shape(attributes, x);
  for (std::size_t i = 0; i < pool_size.size(); ++i) {
    WindowAxis axis;
    axis.input = spatial[static_cast<std::int64_t>(i)];
    if (geometry.adaptive) {
      axis.output = pool_size[i];
    } else {
      axis.window = pool_size[i];
      axis.stride = attributes.integers("strides")[i];
      resolve_window(axis, padding);
    }
    KCPP_CHECK(axis.output == None || axis.output >= 1, ShapeError, "[", op, "] a window of ", axis.window,
               " elements does not fit spatial axis ", i, " of input shape ", x,
               "; use a smaller pool_size or \"same\"");
    geometry.axes.push_back(axis);
  }
  return geometry;
}

Window pooling_window(const PoolingGeometry& geometry, std::size_t axis, std::int64_t output) {
  const WindowAxis& a = geometry.axes[axis];
  if (geometry.adaptive) return {output * a.input / a.output, ((output + 1) * a.input + a.output - 1) / a.output};
  const std::int64_t first = output * a.stride - a.padding_low;
  return {std::max<std::int64_t>(first, 0), std::min(first + a.window, a.input)};
}

}  // namespace kerascpp::ops
