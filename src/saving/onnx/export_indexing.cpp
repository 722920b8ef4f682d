#include <algorithm>
#include <limits>
#include <numeric>

#include <kerascpp/core/error.hpp>
#include <kerascpp/ops/slice_range.hpp>

#include "ops/dtype_limits.hpp"
#include "saving/onnx/exporter.hpp"

// Parts of arrays, read and written.
namespace kerascpp::onnx {
namespace {

std::vector<std::int64_t> all_axes(int ndim) {
  std::vector<std::int64_t> axes(static_cast<std::size_t>(ndim));
  std::iota(axes.begin(), axes.end(), std::int64_t{0});
  return axes;
}

Value sliced(const NodeWriter& w, const Value& x) {
  const auto &begin = w.attributes().integers("begin"), &end = w.attributes().integers("end"),
             &step = w.attributes().integers("step");
  std::vector<std::int64_t> starts, ends, axes, steps;
  for (std::size_t i = 0; i < begin.size(); ++i) {
    if (begin[i] == 0 && end[i] == kSliceEnd && step[i] == 1) continue;
    starts.push_back(begin[i]);
    // the end of what runs backwards lies before the first element
    ends.push_back(end[i] == kSliceEnd && step[i] < 0 ? -kSliceEnd : end[i]);
    axes.push_back(static_cast<std::int64_t>(i));
    steps.push_back(step[i]);
  }
  if (axes.empty()) return x;
  return w.to.node("Slice", {x, w.to.integers(starts), w.to.integers(ends), w.to.integers(axes), w.to.integers(steps)});
}

void write_slice(const NodeWriter& w) { w.give(sliced(w, w.in())); }

/// The number of every element of a symbol, in its shape.
Value positions(const NodeWriter& w, const Symbol& of) {
  const Value count =
      of.shape().is_known() ? w.to.integer(of.shape().size()) : w.to.node("Size", {w.to.of(of)}, {}, DType::Int64);
  const Value line = w.to.node("Range", {w.to.integer(0), count, w.to.integer(1)});
  return w.to.node("Reshape", {line, w.to.shape_of(of)}, {{"allowzero", std::int64_t{1}}});
}

/// `x` with the elements at `places` replaced: one scatter of the flattened array.
Value replaced(const NodeWriter& w, const Symbol& x, const Value& places, const Value& values) {
  const Value flat = w.to.reshape(w.to.of(x), {-1});
  const Value made =
      w.to.node("ScatterND", {flat, w.to.reshape(places, {-1, 1}), w.to.reshape(values, {-1})}, {}, flat.dtype);
  return w.to.node("Reshape", {made, w.to.shape_of(x)}, {{"allowzero", std::int64_t{1}}});
}

void write_slice_assign(const NodeWriter& w) {
  w.give(replaced(w, w.node.input(0), sliced(w, positions(w, w.node.input(0))), w.in(1)));
}

Value block(const NodeWriter& w, const Value& x, const Value& start, const Value& lengths, int ndim) {
  return w.to.node("Slice", {x, start, w.to.node("Add", {start, lengths}), w.to.integers(all_axes(ndim))});
}

void write_dynamic_slice(const NodeWriter& w) {
  const Value start = w.to.cast(w.in(1), DType::Int64);
  const Value lengths =
      w.node.inputs().size() > 2 ? w.to.shape_of(w.node.input(2)) : w.to.integers(w.attributes().integers("shape"));
  w.give(block(w, w.in(0), start, lengths, w.shape().ndim()));
}

void write_slice_update(const NodeWriter& w) {
  KCPP_CHECK(w.shape().is_known() && w.shape(2).is_known(), ShapeError, "needs known shapes, received ", w.shape(),
             " and ", w.shape(2));
  const Value start = w.to.cast(w.in(1), DType::Int64);
  const Value places = block(w, positions(w, w.node.input(0)), start, w.to.shape_of(w.node.input(2)), w.shape().ndim());
  w.give(replaced(w, w.node.input(0), places, w.in(2)));
}

Value indices(const NodeWriter& w, std::size_t i) { return w.to.cast(w.in(i), DType::Int64); }

// with mode "fill", what lies outside gives 0
void write_take(const NodeWriter& w) {
  const std::int64_t axis = w.attributes().integer("axis");
  const AttributeList along{{"axis", axis}};
  const Value at = indices(w, 1);
  if (w.attributes().text("mode") != "fill") return w.give(w.to.node("Gather", {w.in(0), at}, along));
  const Value length = w.to.length_of(w.node.input(0), axis);
  const Value inside = w.to.node("And", {w.to.node("GreaterOrEqual", {at, w.to.integer(0)}, {}, DType::Bool),
                                         w.to.node("Less", {at, length}, {}, DType::Bool)});
  const Value taken = w.to.node("Gather", {w.in(0), w.to.where(inside, at, w.to.integer(0))}, along);
  std::vector<std::int64_t> behind;
  for (int i = 0; i < w.shape(0).ndim() - 1 - static_cast<int>(axis); ++i) behind.push_back(w.shape(1).ndim() + i);
  const Value spread = behind.empty() ? inside : w.to.node("Unsqueeze", {inside, w.to.integers(behind)});
  w.give(w.to.where(spread, taken, w.to.number(0, taken.dtype)));
}

void write_take_along_axis(const NodeWriter& w) {
  w.give(w.to.node("GatherElements", {w.in(0), indices(w, 1)}, {{"axis", w.attributes().integer("axis")}}));
}

void write_gather_nd(const NodeWriter& w) { w.give(w.to.node("GatherND", {w.in(0), indices(w, 1)})); }

AttributeList reduction_of(const std::string& name) {
  return name.empty() ? AttributeList{} : AttributeList{{"reduction", name}};
}

void write_scatter_update(const NodeWriter& w) {
  const std::string& reduction = w.attributes().text("reduction");
  const bool computes = !reduction.empty();
  w.give(w.to.node("ScatterND", {computes ? w.number(0) : w.in(0), indices(w, 1), computes ? w.number(2) : w.in(2)},
                   reduction_of(reduction)));
}

// rows are scattered into an array of the neutral element; one row more takes what is dropped
void write_segment_reduce(const NodeWriter& w) {
  const std::string& reduction = w.attributes().text("reduction");
  const std::int64_t segments = w.attributes().integer("num_segments");
  const Value data = w.number(0), ids = indices(w, 1);
  const DType dtype = w.dtype();
  double neutral = reduction == "prod" ? 1 : 0;
  if (reduction == "max")
    neutral =
        is_floating(dtype) ? -std::numeric_limits<double>::infinity() : static_cast<double>(ops::lowest_value(dtype));
  if (reduction == "min")
    neutral =
        is_floating(dtype) ? std::numeric_limits<double>::infinity() : static_cast<double>(ops::highest_value(dtype));
  const Value inside = w.to.node("And", {w.to.node("GreaterOrEqual", {ids, w.to.integer(0)}, {}, DType::Bool),
                                         w.to.node("Less", {ids, w.to.integer(segments)}, {}, DType::Bool)});
  const Value places = w.to.node("Unsqueeze", {w.to.where(inside, ids, w.to.integer(segments)), w.to.integers({-1})});
  std::vector<std::int64_t> sizes{segments + 1};
  for (int axis = 1; axis < w.shape().ndim(); ++axis) {
    KCPP_CHECK(w.shape()[axis] != None, ShapeError, "needs items of known shape, received ", w.shape());
    sizes.push_back(w.shape()[axis]);
  }
  const Value shape = w.to.integers(sizes);
  const Value start = w.to.node("Expand", {w.to.number(neutral, data.dtype), shape});
  const char* const name = reduction == "sum"    ? "add"
                           : reduction == "prod" ? "mul"
                           : reduction == "max"  ? "max"
                                                 : "min";
  const Value all = w.to.node("ScatterND", {start, places, data}, reduction_of(name));
  w.give(w.to.slice(all, 0, 0, segments));
}

/// Places of a diagonal of (n, m) in the flattened matrix.
std::vector<std::int64_t> diagonal_places(const NodeWriter& w, const Shape& matrices) {
  const std::int64_t n = matrices.dim(-2), m = matrices.dim(-1), offset = w.attributes().integer("offset");
  KCPP_CHECK(n != None && m != None, ShapeError, "needs matrices of known shape, received ", matrices);
  std::vector<std::int64_t> places;
  for (std::int64_t i = 0; i < n; ++i)
    if (i + offset >= 0 && i + offset < m) places.push_back(i * m + i + offset);
  return places;
}

/// (..., n, m) as (..., n m), of any array that has the shape of `like`.
Value with_flat_matrices(const NodeWriter& w, const Value& x, const Shape& like) {
  Shape shape = like.slice(0, like.ndim() - 2);
  shape.push_back(like.dim(-2) * like.dim(-1));
  KCPP_CHECK(std::count(shape.begin(), shape.end(), None) <= 1, ShapeError,
             "needs matrices of which one axis at most is unknown, received ", like);
  return w.to.reshape(x, shape.vector());
}

void write_diagonal(const NodeWriter& w) {
  const std::vector<std::int64_t> places = diagonal_places(w, w.shape());
  w.give(w.to.node("Gather", {with_flat_matrices(w, w.in(), w.shape()), w.to.integers(places)},
                   {{"axis", static_cast<std::int64_t>(w.shape().ndim() - 2)}}));
}

// zeros like the second input, with the first on a diagonal
void write_diagonal_scatter(const NodeWriter& w) {
  const Symbol& like = w.node.input(1);
  const std::vector<std::int64_t> diagonal = diagonal_places(w, like.shape());
  const Value numbers = with_flat_matrices(w, positions(w, like), like.shape());
  const Value places =
      w.to.node("Gather", {numbers, w.to.integers(diagonal)}, {{"axis", static_cast<std::int64_t>(like.ndim() - 2)}});
  const Value count = like.shape().is_known() ? w.to.integers({like.shape().size()})
                                              : w.to.reshape(w.to.node("Size", {w.to.of(like)}, {}, DType::Int64), {1});
  const Value flat = w.to.node("Expand", {w.to.number(0, w.dtype()), count});
  const Value made = w.to.node("ScatterND", {flat, w.to.reshape(places, {-1, 1}), w.to.reshape(w.in(0), {-1})});
  w.give(w.to.node("Reshape", {made, w.to.shape_of(like)}, {{"allowzero", std::int64_t{1}}}));
}

}  // namespace

const std::vector<Row>& indexing_rows() {
  static const std::vector<Row> rows = {
      {"slice", write_slice},
      {"slice_assign", write_slice_assign},
      {"dynamic_slice", write_dynamic_slice},
      {"slice_update", write_slice_update},
      {"take", write_take},
      {"take_along_axis", write_take_along_axis},
      {"gather_nd", write_gather_nd},
      {"scatter_update", write_scatter_update},
      {"segment_reduce", write_segment_reduce},
      {"diagonal", write_diagonal},
      {"diagonal_scatter", write_diagonal_scatter},
  };
  return rows;
}

}  // namespace kerascpp::onnx
