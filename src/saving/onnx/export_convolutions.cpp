#include <algorithm>

#include <kerascpp/core/error.hpp>

#include "ops/convolution_geometry.hpp"
#include "saving/onnx/layouts.hpp"

namespace kerascpp::onnx {
namespace {

/// (K..., C / groups, F) as (F, C / groups, K...)
Value kernel(const NodeWriter& w) {
  const int ndim = w.shape(1).ndim();
  std::vector<std::int64_t> axes{ndim - 1, ndim - 2};
  for (int axis = 0; axis < ndim - 2; ++axis) axes.push_back(axis);
  return w.to.transpose(w.in(1), axes);
}

AttributeList attributes_of(const NodeWriter& w) {
  const Shape& k = w.shape(1);
  KCPP_CHECK(k.slice(0, k.ndim() - 2).is_known(), ShapeError, "has a kernel of unknown size ", k);
  return {{"kernel_shape", k.slice(0, k.ndim() - 2).vector()},
          {"strides", w.attributes().integers("strides")},
          {"dilations", w.attributes().integers("dilations")},
          {"group", w.attributes().integer("groups")}};
}

/// Zeros around the spatial axes of (B, C, D...); negative widths crop.
Value padded(const NodeWriter& w, const Value& x, const std::vector<std::int64_t>& low,
             const std::vector<std::int64_t>& high) {
  std::vector<std::int64_t> widths{0, 0};
  widths.insert(widths.end(), low.begin(), low.end());
  widths.insert(widths.end(), {0, 0});
  widths.insert(widths.end(), high.begin(), high.end());
  return w.to.node("Pad", {x, w.to.integers(widths), w.to.number(0, x.dtype)}, {{"mode", std::string("constant")}});
}

bool any_negative(const std::vector<std::int64_t>& values) {
  return std::any_of(values.begin(), values.end(), [](std::int64_t value) { return value < 0; });
}

/// The negative widths with their sign turned; what is left of `widths` are the others.
std::vector<std::int64_t> take_negative(std::vector<std::int64_t>& widths) {
  std::vector<std::int64_t> taken;
  for (std::int64_t& width : widths) {
    taken.push_back(std::max<std::int64_t>(-width, 0));
    width = std::max<std::int64_t>(width, 0);
  }
  return taken;
}

void write_conv(const NodeWriter& w) {
  const int ndim = w.shape(0).ndim();
  Value x = channels_first(w, w.in(0), ndim);
  AttributeList attributes = attributes_of(w);
  const ops::ConvolutionGeometry geometry = ops::resolve_padding("conv", w.attributes(), w.shape(0), w.shape(1));
  std::vector<std::int64_t> low, high;
  bool is_known = true;
  for (const ops::WindowAxis& axis : geometry.axes) {
    low.push_back(axis.padding_low);
    high.push_back(axis.padding_high);
    if (w.attributes().text("padding") != "same" || axis.input != None) continue;
    // with stride 1 the padding is the same for every length
    is_known = is_known && axis.stride == 1;
    low.back() = (axis.extent() - 1) / 2;
    high.back() = axis.extent() - 1 - low.back();
  }
  if (!is_known) {
    for (const std::int64_t dilation : w.attributes().integers("dilations"))
      KCPP_CHECK(dilation == 1, ShapeError, "has strides and dilations over axes of unknown length");
    attributes.emplace_back("auto_pad", std::string("SAME_UPPER"));
  } else if (any_negative(low) || any_negative(high)) {
    x = padded(w, x, low, high);
  } else {
    low.insert(low.end(), high.begin(), high.end());
    attributes.emplace_back("pads", low);
  }
  w.give(channels_back(w, w.to.node("Conv", {x, kernel(w)}, std::move(attributes)), ndim));
}

// what a negative padding of the convolution crops gets no gradient: zeros around the result
void write_conv_transpose(const NodeWriter& w) {
  const int ndim = w.shape(0).ndim();
  AttributeList attributes = attributes_of(w);
  std::vector<std::int64_t> low = w.attributes().integers("padding_low");
  std::vector<std::int64_t> high = w.attributes().integers("padding_high");
  const bool widens = any_negative(low) || any_negative(high);
  const std::vector<std::int64_t> zeros_low = take_negative(low), zeros_high = take_negative(high);
  low.insert(low.end(), high.begin(), high.end());
  attributes.emplace_back("pads", low);
  Value y = w.to.node("ConvTranspose", {channels_first(w, w.in(0), ndim), kernel(w)}, std::move(attributes));
  if (widens) y = padded(w, y, zeros_low, zeros_high);
  w.give(channels_back(w, y, ndim));
}

}  // namespace

const std::vector<Row>& convolution_rows() {
  static const std::vector<Row> rows = {
      {"conv", write_conv},
      {"conv_transpose", write_conv_transpose},
  };
  return rows;
}

}  // namespace kerascpp::onnx
