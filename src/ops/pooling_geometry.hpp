#pragma once

#include <string_view>
#include <vector>

#include <kerascpp/core/export.hpp>

#include "ops/convolution_geometry.hpp"

/// What the attributes of the poolings mean for a given shape; asked by inference and by every kernel.
///
/// Attributes of `max_pool`, `max_pool_gradient`, `max_pool_select`, `average_pool`, `average_pool_gradient`:
///   pool_size    one integer per spatial axis: K, or the output's length with padding "adaptive"
///   strides      one integer per spatial axis (ignored with "adaptive")
///   padding      "valid", "same" or "adaptive"
///   data_format  "channels_last" or "channels_first"
/// Windows are cut off at the edges: padding is neither a maximum nor counted in an average.
namespace kerascpp::ops {

struct PoolingGeometry {
  bool channels_first = false;
  /// Windows of different lengths: `axes` has their input and output only.
  bool adaptive = false;
  std::vector<WindowAxis> axes;

  [[nodiscard]] Shape output_spatial() const;
};

/// Elements [first, last) of an axis.
struct Window {
  std::int64_t first = 0;
  std::int64_t last = 0;
};

/// Throws ShapeError naming `op` when the shape does not fit the attributes.
[[nodiscard]] KCPP_API PoolingGeometry resolve_pooling(std::string_view op, const Attributes& attributes,
                                                       const Shape& x);

/// What output number `output` sees of an axis, without padding.
[[nodiscard]] KCPP_API Window pooling_window(const PoolingGeometry& geometry, std::size_t axis, std::int64_t output);

}  // namespace kerascpp::ops
