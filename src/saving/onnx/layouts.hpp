#pragma once

#include <vector>

#include "saving/onnx/exporter.hpp"

// ONNX's windows slide over (B, C, D...) with kernels (F, C / groups, K...).
namespace kerascpp::onnx {

[[nodiscard]] inline bool is_channels_last(const NodeWriter& w) {
  return w.attributes().text("data_format") == "channels_last";
}

[[nodiscard]] inline Value channels_first(const NodeWriter& w, const Value& x, int ndim) {
  if (!is_channels_last(w)) return x;
  std::vector<std::int64_t> axes{0, ndim - 1};
  for (int axis = 1; axis + 1 < ndim; ++axis) axes.push_back(axis);
  return w.to.transpose(x, axes);
}

/// Back to the layout of the operation.
[[nodiscard]] inline Value channels_back(const NodeWriter& w, const Value& x, int ndim) {
  if (!is_channels_last(w)) return x;
  std::vector<std::int64_t> axes{0};
  for (int axis = 2; axis < ndim; ++axis) axes.push_back(axis);
  axes.push_back(1);
  return w.to.transpose(x, axes);
}

}  // namespace kerascpp::onnx
