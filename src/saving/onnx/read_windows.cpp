#include <algorithm>

#include <kerascpp/core/error.hpp>
#include <kerascpp/graph/node.hpp>
#include <kerascpp/ops.hpp>

#include "saving/onnx/importer.hpp"

// Convolutions and poolings over (B, C, D...). They run on (B, D..., C): the transposes around them meet those that
// were written around them, and cancel.
namespace kerascpp::onnx {
namespace {

Symbol channels_last(const Symbol& x) {
  std::vector<std::int64_t> axes{0};
  for (int axis = 2; axis < x.ndim(); ++axis) axes.push_back(axis);
  axes.push_back(1);
  return ops::transpose(x, axes);
}
Symbol channels_first(const Symbol& x) {
  std::vector<std::int64_t> axes{0, x.ndim() - 1};
  for (int axis = 1; axis + 1 < x.ndim(); ++axis) axes.push_back(axis);
  return ops::transpose(x, axes);
}
/// (F, C / groups, K...) as (K..., C / groups, F)
Symbol kernel(const Symbol& w) {
  std::vector<std::int64_t> axes;
  for (int axis = 2; axis < w.ndim(); ++axis) axes.push_back(axis);
  axes.insert(axes.end(), {1, 0});
  return ops::transpose(w, axes);
}

struct Windows {
  std::vector<std::int64_t> strides, dilations, low, high;
  bool same = false;
};
Windows windows(const NodeReader& r, const Symbol& x) {
  r.check(x.ndim() >= 3, "expects (batch, channels, lengths...), received ", x);
  const auto rank = static_cast<std::size_t>(x.ndim() - 2);
  Windows result;
  result.strides = r.integers("strides", std::vector<std::int64_t>(rank, 1));
  result.dilations = r.integers("dilations", std::vector<std::int64_t>(rank, 1));
  const std::vector<std::int64_t> pads = r.integers("pads", std::vector<std::int64_t>(2 * rank, 0));
  r.check(result.strides.size() == rank && result.dilations.size() == rank && pads.size() == 2 * rank,
          "has strides, dilations or pads that do not fit ", x);
  for (const auto* sizes : {&result.strides, &result.dilations})
    r.check(std::all_of(sizes->begin(), sizes->end(), [](std::int64_t size) { return size > 0; }),
            "has strides or dilations below 1");
  r.check(std::all_of(pads.begin(), pads.end(), [](std::int64_t pad) { return pad >= 0; }), "has pads below 0");
  result.low.assign(pads.begin(), pads.begin() + static_cast<std::ptrdiff_t>(rank));
  result.high.assign(pads.begin() + static_cast<std::ptrdiff_t>(rank), pads.end());
  const std::string padding = r.text("auto_pad", "NOTSET");
  r.check(padding == "NOTSET" || padding == "VALID" || padding == "SAME_UPPER", "pads ", padding);
  result.same = padding == "SAME_UPPER";
  return result;
}

Attributes convolution(const NodeReader& r, const Windows& w) {
  return {{"strides", w.strides},
          {"dilations", w.dilations},
          {"padding", std::string(w.same ? "same" : "explicit")},
          {"padding_low", w.low},
          {"padding_high", w.high},
          {"groups", r.integer("group", 1)},
          {"data_format", std::string("channels_last")}};
}

Symbol with_bias(const NodeReader& r, const Symbol& y) { return r.has(2) ? y + r.in(2) : y; }

void read_conv(const NodeReader& r) {
  const Symbol x = r.in(0);
  const Symbol y = make_symbol("conv", {channels_last(x), kernel(r.in(1))}, convolution(r, windows(r, x)));
  r.give(channels_first(with_bias(r, y)));
}

void read_conv_transpose(const NodeReader& r) {
  const Symbol x = r.in(0);
  const Windows w = windows(r, x);
  const auto extra = r.integers("output_padding", {});
  r.check(!w.same && r.node.find("output_shape") == nullptr &&
              std::all_of(extra.begin(), extra.end(), [](std::int64_t n) { return n == 0; }),
          "has another shape than its pads say");
  const Symbol y = make_symbol("conv_transpose", {channels_last(x), kernel(r.in(1))}, convolution(r, w));
  r.give(channels_first(with_bias(r, y)));
}

// windows are cut off at the edges: what is padded must be what "same" pads
void read_pool(const NodeReader& r) {
  const Symbol x = r.in(0);
  Windows w = windows(r, x);
  const std::vector<std::int64_t> sizes = r.integers("kernel_shape", {});
  r.check(sizes.size() == w.strides.size() && r.integer("ceil_mode", 0) == 0 && r.integer("storage_order", 0) == 0,
          "has windows that are not read");
  r.check(std::all_of(w.dilations.begin(), w.dilations.end(), [](std::int64_t d) { return d == 1; }), "has dilations");
  bool pads = false;
  for (std::size_t i = 0; i < sizes.size(); ++i) {
    if (w.low[i] == 0 && w.high[i] == 0) continue;
    pads = true;
    const std::int64_t length = x.shape()[static_cast<std::int64_t>(i) + 2];
    r.check(length != None, "pads an axis of unknown length");
    const std::int64_t steps = (length + w.strides[i] - 1) / w.strides[i];
    const std::int64_t total = std::max<std::int64_t>((steps - 1) * w.strides[i] + sizes[i] - length, 0);
    r.check(w.low[i] == total / 2 && w.high[i] == total - total / 2, "has pads that are not those of \"same\"");
    w.same = true;
  }
  r.check(std::string_view(r.op) == "max_pool" || !(pads || w.same) || r.integer("count_include_pad", 0) == 0,
          "counts what it pads");
  const Symbol y = make_symbol(r.op, {channels_last(x)},
                               {{"pool_size", sizes},
                                {"strides", w.strides},
                                {"padding", std::string(w.same ? "same" : "valid")},
                                {"data_format", std::string("channels_last")}});
  r.give(channels_first(y));
}

}  // namespace

const std::vector<ReadRow>& read_window_rows() {
  static const std::vector<ReadRow> rows = {
      {"AveragePool", read_pool, "average_pool"},
      {"Conv", read_conv},
      {"ConvTranspose", read_conv_transpose},
      {"MaxPool", read_pool, "max_pool"},
  };
  return rows;
}

}  // namespace kerascpp::onnx
