#include "saving/onnx/exporter.hpp"

namespace kerascpp::onnx {
namespace {

/// All elements along an axis, the smallest first; of equal ones the first comes first.
Values sorted(const NodeWriter& w) {
  const std::int64_t axis = w.attributes().integer("axis");
  const Value x = w.number();
  const Value count =
      w.shape()[axis] != None
          ? w.to.integers({w.shape()[axis]})
          : w.to.node("Gather", {w.to.shape_of(w.node.input(0)), w.to.integers({axis})}, {{"axis", std::int64_t{0}}});
  return w.to.nodes("TopK", {x, count}, {{"axis", axis}, {"largest", std::int64_t{0}}}, {x.dtype, DType::Int64});
}

void write_sort(const NodeWriter& w) { w.give(sorted(w)[0]); }
void write_argsort(const NodeWriter& w) { w.give(sorted(w)[1]); }

void write_top_k(const NodeWriter& w) {
  const Value x = w.number();
  const Values found = w.to.nodes("TopK", {x, w.to.integers({w.attributes().integer("k")})},
                                  {{"axis", std::int64_t{-1}}}, {x.dtype, DType::Int64});
  w.give(found[0], 0);
  w.give(found[1], 1);
}

// the number of elements below a value, or, from the right, not above it
void write_searchsorted(const NodeWriter& w) {
  const Value values = w.to.node("Unsqueeze", {w.number(1), w.to.integers({-1})});
  const bool from_left = w.attributes().text("side") == "left";
  const Value before = w.to.node(from_left ? "Less" : "LessOrEqual", {w.number(0), values}, {}, DType::Bool);
  w.give(
      w.to.node("ReduceSum", {w.to.cast(before, DType::Int32), w.to.integers({-1})}, {{"keepdims", std::int64_t{0}}}));
}

}  // namespace

const std::vector<Row>& sorting_rows() {
  static const std::vector<Row> rows = {
      {"sort", write_sort},
      {"argsort", write_argsort},
      {"top_k", write_top_k},
      {"searchsorted", write_searchsorted},
  };
  return rows;
}

}  // namespace kerascpp::onnx
