#include <algorithm>
#include <numeric>

#include <kerascpp/core/error.hpp>

#include "saving/onnx/exporter.hpp"

// Operations on shapes: views, broadcasts, padding, joining.
namespace kerascpp::onnx {
namespace {

std::int64_t unknown_lengths(const Shape& shape) { return std::count(shape.begin(), shape.end(), None); }

// one unknown length is inferred; several are read from the shape of the input
void write_reshape(const NodeWriter& w) {
  const Shape& shape = w.result().shape;
  const bool has_zero = std::find(shape.begin(), shape.end(), 0) != shape.end();
  if (unknown_lengths(shape) <= (has_zero ? 0 : 1)) return w.give(w.to.reshape(w.in(), shape.vector()));
  const auto& wanted = w.attributes().integers("shape");
  Values parts;
  for (int i = 0; i < shape.ndim(); ++i) {
    const std::int64_t entry = wanted[static_cast<std::size_t>(i)];
    if (shape[i] == None && entry < -1)
      parts.push_back(w.to.node("Gather", {w.to.shape_of(w.node.input(0)), w.to.integers({-2 - entry})},
                                {{"axis", std::int64_t{0}}}));
    else
      parts.push_back(w.to.integers({shape[i]}));
  }
  const Value target = w.to.node("Concat", parts, {{"axis", std::int64_t{0}}});
  w.give(w.to.node("Reshape", {w.in(), target}, {{"allowzero", std::int64_t{1}}}));
}

void write_reshape_like(const NodeWriter& w) {
  if (w.result().shape.is_known()) return w.give(w.to.reshape(w.in(), w.result().shape.vector()));
  w.give(w.to.node("Reshape", {w.in(), w.to.shape_of(w.node.input(1))}, {{"allowzero", std::int64_t{1}}}));
}

void write_axes(const NodeWriter& w) {
  w.give(w.to.node(w.onnx, {w.in(), w.to.integers(w.attributes().integers("axis"))}));
}

void write_view(const NodeWriter& w) {
  KCPP_CHECK(w.dtype() == w.result().dtype, ValueError, "cannot be written as ONNX: reads the bits of ", w.dtype(),
             " as ", w.result().dtype);
  w.give(w.in());
}

void write_shape(const NodeWriter& w) { w.give(w.to.shape_of(w.node.input(0))); }

void write_transpose(const NodeWriter& w) { w.give(w.to.transpose(w.in(), w.attributes().integers("axes"))); }

void write_broadcast_to(const NodeWriter& w) {
  w.give(w.to.node("Expand", {w.in(), w.to.integers(w.attributes().integers("shape"))}));
}
void write_broadcast_like(const NodeWriter& w) {
  w.give(w.to.node("Expand", {w.in(), w.to.shape_of(w.node.input(1))}));
}

// the sums over the axes that a broadcast made longer; which ones must be known
void write_reduce_to_like(const NodeWriter& w) {
  const Shape &from = w.shape(0), &to = w.shape(1);
  const int lead = from.ndim() - to.ndim();
  std::vector<std::int64_t> leading, stretched;
  for (int i = 0; i < lead; ++i) leading.push_back(i);
  for (int i = 0; i < to.ndim(); ++i)
    if (to[i] == 1 && from[lead + i] != 1) stretched.push_back(lead + i);
  for (int i = 0; i < to.ndim(); ++i)
    KCPP_CHECK(to[i] != None, ShapeError, "sums ", from, " over the axes in which it differs from ", to,
               ", which are not known");
  Value x = w.number();
  if (!stretched.empty()) x = w.to.node("ReduceSum", {x, w.to.integers(stretched)}, {{"keepdims", std::int64_t{1}}});
  if (!leading.empty()) x = w.to.node("ReduceSum", {x, w.to.integers(leading)}, {{"keepdims", std::int64_t{0}}});
  w.give(x);
}

void write_axis_size(const NodeWriter& w) {
  const auto& axes = w.attributes().integers("axis");
  const Value lengths =
      w.to.node("Gather", {w.to.shape_of(w.node.input(0)), w.to.integers(axes)}, {{"axis", std::int64_t{0}}});
  w.give(w.to.node("ReduceProd", {lengths, w.to.integers({0})}, {{"keepdims", std::int64_t{0}}}));
}

Value range(const NodeWriter& w, const Value& length) {
  return w.to.node("Range", {w.to.integer(0), length, w.to.integer(1)});
}

void write_iota(const NodeWriter& w) { w.give(range(w, w.to.cast(w.in(), DType::Int64))); }

void write_iota_like(const NodeWriter& w) {
  const std::int64_t axis = w.attributes().integer("axis");
  std::vector<std::int64_t> behind(static_cast<std::size_t>(w.shape().ndim() - 1 - axis));
  std::iota(behind.begin(), behind.end(), std::int64_t{1});
  Value line = w.to.cast(range(w, w.to.length_of(w.node.input(0), axis)), DType::Int32);
  if (!behind.empty()) line = w.to.node("Unsqueeze", {line, w.to.integers(behind)});
  w.give(w.to.node("Expand", {line, w.to.shape_of(w.node.input(0))}));
}

void write_tile(const NodeWriter& w) {
  w.give(w.to.node("Tile", {w.in(), w.to.integers(w.attributes().integers("repeats"))}));
}

constexpr std::int64_t kEnd = std::numeric_limits<std::int64_t>::max();

Value joined(const NodeWriter& w, const Values& parts, std::int64_t axis) {
  return parts.size() == 1 ? parts[0] : w.to.node("Concat", parts, {{"axis", axis}});
}

// along each axis the last `shift` elements come first
void write_roll(const NodeWriter& w) {
  Value x = w.in();
  const auto& shifts = w.attributes().integers("shift");
  for (std::int64_t axis = 0; axis < w.shape().ndim(); ++axis) {
    const std::int64_t length = w.shape()[axis];
    std::int64_t shift = shifts[static_cast<std::size_t>(axis)];
    if (length == 0 || shift == 0) continue;
    KCPP_CHECK(length != None, ShapeError, "needs axes of known length, received ", w.shape());
    shift = (shift % length + length) % length;
    if (shift == 0) continue;
    x = joined(w, {w.to.slice(x, axis, -shift, kEnd), w.to.slice(x, axis, 0, -shift)}, axis);
  }
  w.give(x);
}

// ONNX pads with values, edges and reflections; what repeats the array or its mirror image is joined from parts
void write_pad(const NodeWriter& w) {
  const auto &low = w.attributes().integers("low"), &high = w.attributes().integers("high");
  const std::string& mode = w.attributes().text("mode");
  const Value x =
      w.dtype() == DType::Bool || w.dtype() == DType::Int16 || w.dtype() == DType::UInt16 ? w.number() : w.in();
  if (mode != "symmetric" && mode != "wrap") {
    std::vector<std::int64_t> widths = low;
    widths.insert(widths.end(), high.begin(), high.end());
    Values inputs{x, w.to.integers(widths)};
    if (mode == "constant") inputs.push_back(w.to.number(w.attributes().number("value"), x.dtype));
    return w.give(w.to.node("Pad", inputs, {{"mode", mode}}));
  }
  Value result = x;
  for (std::size_t i = 0; i < low.size(); ++i) {
    const auto axis = static_cast<std::int64_t>(i);
    const Value whole = result;
    const bool wraps = mode == "wrap";
    Values parts;
    // the mirror image of the first l elements: from number l - 1 down to 0
    if (low[i] > 0)
      parts.push_back(wraps ? w.to.slice(whole, axis, -low[i], kEnd) : w.to.slice(whole, axis, low[i] - 1, -kEnd, -1));
    parts.push_back(whole);
    if (high[i] > 0)
      parts.push_back(wraps ? w.to.slice(whole, axis, 0, high[i]) : w.to.slice(whole, axis, -1, -1 - high[i], -1));
    result = joined(w, parts, axis);
  }
  w.give(result);
}

void write_concatenate(const NodeWriter& w) {
  Values parts;
  for (std::size_t i = 0; i < w.node.inputs().size(); ++i) parts.push_back(w.in(i));
  w.give(joined(w, parts, w.attributes().integer("axis")));
}

// as many items as `like` has, and the rest
void write_split_like(const NodeWriter& w) {
  const std::int64_t axis = w.attributes().integer("axis");
  const std::int64_t whole = w.shape(0)[static_cast<int>(axis)], first = w.shape(1)[static_cast<int>(axis)];
  const auto length = [&](const Symbol& symbol) {
    return w.to.node("Gather", {w.to.shape_of(symbol), w.to.integers({axis})}, {{"axis", std::int64_t{0}}});
  };
  const auto computed = [&] {
    const Value head = length(w.node.input(1)), rest = w.to.node("Sub", {length(w.node.input(0)), head});
    return w.to.node("Concat", {head, rest}, {{"axis", std::int64_t{0}}});
  };
  const bool known = whole != None && first != None;
  const Value sizes = known ? w.to.integers({first, whole - first}) : computed();
  const Values parts = w.to.nodes("Split", {w.in(), sizes}, {{"axis", axis}}, {w.dtype(), w.dtype()});
  w.give(parts[0], 0);
  w.give(parts[1], 1);
}

}  // namespace

const std::vector<Row>& shape_rows() {
  static const std::vector<Row> rows = {
      {"reshape", write_reshape},
      {"reshape_like", write_reshape_like},
      {"expand_dims", write_axes, "Unsqueeze"},
      {"squeeze", write_axes, "Squeeze"},
      {"view", write_view},
      {"shape", write_shape},
      {"transpose", write_transpose},
      {"broadcast_to", write_broadcast_to},
      {"broadcast_like", write_broadcast_like},
      {"reduce_to_like", write_reduce_to_like},
      {"axis_size", write_axis_size},
      {"iota", write_iota},
      {"iota_like", write_iota_like},
      {"tile", write_tile},
      {"roll", write_roll},
      {"pad", write_pad},
      {"concatenate", write_concatenate},
      {"split_like", write_split_like},
  };
  return rows;
}

}  // namespace kerascpp::onnx
