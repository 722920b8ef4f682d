#include <algorithm>

#include <kerascpp/core/error.hpp>

#include "ops/pooling_geometry.hpp"
#include "saving/onnx/layouts.hpp"

namespace kerascpp::onnx {
namespace {

/// Windows of different lengths: one axis after the other is joined from the value of each window.
Value adaptive(const NodeWriter& w, Value x, const ops::PoolingGeometry& geometry, const char* reduction) {
  for (std::size_t i = 0; i < geometry.axes.size(); ++i) {
    const ops::WindowAxis& axis = geometry.axes[i];
    const auto at = static_cast<std::int64_t>(i) + (is_channels_last(w) ? 1 : 2);
    const auto over = [&](const Value& part) {
      return w.to.node(reduction, {part, w.to.integers({at})}, {{"keepdims", std::int64_t{1}}});
    };
    if (axis.output == 1) {
      x = over(x);
      continue;
    }
    KCPP_CHECK(axis.input != None, ShapeError, "divides spatial axis ", i, " into ", axis.output,
               " windows; its length must be known");
    Values parts;
    for (std::int64_t o = 0; o < axis.output; ++o) {
      const ops::Window window = ops::pooling_window(geometry, i, o);
      parts.push_back(over(w.to.slice(x, at, window.first, window.last)));
    }
    x = w.to.node("Concat", parts, {{"axis", at}});
  }
  return x;
}

template <bool is_max>
void write_pool(const NodeWriter& w) {
  const ops::PoolingGeometry geometry = ops::resolve_pooling(w.node.op().name, w.attributes(), w.shape());
  const Value x = is_floating(w.dtype()) ? w.in() : w.to.cast(w.in(), DType::Float64);
  if (geometry.adaptive) return w.give(adaptive(w, x, geometry, is_max ? "ReduceMax" : "ReduceMean"));
  const int ndim = w.shape().ndim();
  AttributeList attributes{{"kernel_shape", w.attributes().integers("pool_size")},
                           {"strides", w.attributes().integers("strides")}};
  std::vector<std::int64_t> pads, high;
  bool is_known = true;
  for (const ops::WindowAxis& axis : geometry.axes) {
    pads.push_back(axis.padding_low);
    high.push_back(axis.padding_high);
    is_known = is_known && (axis.input != None || w.attributes().text("padding") == "valid");
  }
  pads.insert(pads.end(), high.begin(), high.end());
  if (is_known)
    attributes.emplace_back("pads", pads);
  else
    attributes.emplace_back("auto_pad", std::string("SAME_UPPER"));
  if (!is_max) attributes.emplace_back("count_include_pad", std::int64_t{0});
  const Value y = w.to.node(is_max ? "MaxPool" : "AveragePool", {channels_first(w, x, ndim)}, std::move(attributes));
  w.give(channels_back(w, y, ndim));
}

}  // namespace

const std::vector<Row>& pooling_rows() {
  static const std::vector<Row> rows = {
      {"max_pool", write_pool<true>},
      {"average_pool", write_pool<false>},
  };
  return rows;
}

}  // namespace kerascpp::onnx
