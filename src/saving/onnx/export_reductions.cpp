#include <algorithm>

#include <kerascpp/core/error.hpp>

#include "saving/onnx/exporter.hpp"

// Reductions and accumulations.
namespace kerascpp::onnx {
namespace {

Value reduced(const NodeWriter& w, const char* op, const Value& x) {
  const auto& axes = w.attributes().integers("axis");
  if (axes.empty()) return x;  // along none
  return w.to.node(op, {x, w.to.integers(axes)},
                   {{"keepdims", static_cast<std::int64_t>(w.attributes().flag("keepdims"))}});
}

void write_reduction(const NodeWriter& w) { w.give(reduced(w, w.onnx, w.number())); }

/// Of bool: the largest or smallest of 0 and 1.
void write_quantifier(const NodeWriter& w) { w.give(reduced(w, w.onnx, w.to.cast(w.in(), DType::Int32))); }

// along several axes, or all: along the only one that is left when they are merged
void write_index(const NodeWriter& w) {
  const auto& axes = w.attributes().integers("axis");
  const std::int64_t keepdims = w.attributes().flag("keepdims") ? 1 : 0;
  const auto along = [&](const Value& x, std::int64_t axis, std::int64_t keep) {
    return w.to.node(w.onnx, {x}, {{"axis", axis}, {"keepdims", keep}}, DType::Int64);
  };
  if (axes.size() == 1) return w.give(along(w.number(), axes[0], keepdims));
  if (axes.empty())
    return w.give(w.to.cast(w.to.node("Mul", {w.number(), w.to.number(0, w.number().dtype)}), DType::Int32));
  // the others to the front, and these, merged, behind them
  std::vector<std::int64_t> order, shape;
  for (std::int64_t axis = 0; axis < w.shape().ndim(); ++axis)
    if (std::find(axes.begin(), axes.end(), axis) == axes.end()) order.push_back(axis);
  shape.assign(order.size(), 0);  // lengths copied from the input
  shape.push_back(-1);
  order.insert(order.end(), axes.begin(), axes.end());
  const Value merged = w.to.node("Reshape", {w.to.transpose(w.number(), order), w.to.integers(shape)});
  const Value index = along(merged, static_cast<std::int64_t>(shape.size()) - 1, 0);
  w.give(keepdims == 1 ? w.to.node("Unsqueeze", {index, w.to.integers(axes)}) : index);
}

AttributeList accumulation(const NodeWriter& w) {
  return {{"exclusive", static_cast<std::int64_t>(w.attributes().flag("exclusive"))},
          {"reverse", static_cast<std::int64_t>(w.attributes().flag("reverse"))}};
}

void write_cumsum(const NodeWriter& w) {
  w.give(w.to.node("CumSum", {w.number(), w.to.integer(w.attributes().integer("axis"))}, accumulation(w)));
}

// a loop that carries the product so far
void write_cumprod(const NodeWriter& w) {
  const std::int64_t axis = w.attributes().integer("axis");
  const Value x = w.number();
  const Value line = w.to.node("Squeeze", {w.to.slice(x, axis, 0, 1), w.to.integers({axis})});
  const Value start = w.to.node("Expand", {w.to.number(1, x.dtype), w.to.node("Shape", {line}, {}, DType::Int64)});
  Shape item = w.shape();
  item.erase(static_cast<int>(axis));
  std::shared_ptr<const GraphProto> body;
  {
    Exporter::Scope scope(w.to);
    const Value before = scope.add_input({}, {x.dtype, item}), factor = scope.add_input({}, {x.dtype, item});
    const Value after = w.to.node("Mul", {before, factor});
    scope.add_output(after, item);
    scope.add_output(w.attributes().flag("exclusive") ? before : after, item);
    body = scope.take();
  }
  const std::int64_t backwards = w.attributes().flag("reverse") ? 1 : 0;
  const Values results = w.to.nodes("Scan", {start, x},
                                    {{"body", body},
                                     {"num_scan_inputs", std::int64_t{1}},
                                     {"scan_input_axes", std::vector<std::int64_t>{axis}},
                                     {"scan_output_axes", std::vector<std::int64_t>{axis}},
                                     {"scan_input_directions", std::vector<std::int64_t>{backwards}},
                                     {"scan_output_directions", std::vector<std::int64_t>{backwards}}},
                                    {x.dtype, x.dtype});
  w.give(results[1]);
}

// mean and variance over all axes but one, and the input normalized by them
void write_batch_normalization(const NodeWriter& w) {
  const std::int64_t axis = w.attributes().integer("axis");
  const DType dtype = w.result(1).dtype;
  const Value x = w.to.cast(w.in(0), dtype);
  std::vector<std::int64_t> others;
  for (std::int64_t i = 0; i < w.shape().ndim(); ++i)
    if (i != axis) others.push_back(i);
  const auto mean_of = [&](const Value& v) {
    return others.empty() ? v : w.to.node("ReduceMean", {v, w.to.integers(others)}, {{"keepdims", std::int64_t{1}}});
  };
  const auto spread = [&](const Value& v) {
    return others.empty() ? v : w.to.node("Unsqueeze", {v, w.to.integers(others)});
  };
  const auto vector = [&](const Value& v) {
    return others.empty() ? v : w.to.node("Squeeze", {v, w.to.integers(others)});
  };
  const Value mean = mean_of(x), centered = w.to.node("Sub", {x, mean});
  const Value variance = mean_of(w.to.node("Mul", {centered, centered}));
  const Value deviation =
      w.to.node("Sqrt", {w.to.node("Add", {variance, w.to.number(w.attributes().number("epsilon"), dtype)})});
  const Value scaled = w.to.node("Mul", {w.to.node("Div", {centered, deviation}), spread(w.in(1))});
  w.give(w.to.node("Add", {scaled, spread(w.in(2))}), 0);
  w.give(vector(mean), 1);
  w.give(vector(variance), 2);
}

void write_softmax(const NodeWriter& w) {
  w.give(w.to.node(w.onnx, {w.in()}, {{"axis", w.attributes().integer("axis")}}));
}

}  // namespace

const std::vector<Row>& reduction_rows() {
  static const std::vector<Row> rows = {
      {"sum", write_reduction, "ReduceSum"},
      {"prod", write_reduction, "ReduceProd"},
      {"max", write_reduction, "ReduceMax"},
      {"min", write_reduction, "ReduceMin"},
      {"mean", write_reduction, "ReduceMean"},
      {"any", write_quantifier, "ReduceMax"},
      {"all", write_quantifier, "ReduceMin"},
      {"argmax", write_index, "ArgMax"},
      {"argmin", write_index, "ArgMin"},
      {"cumsum", write_cumsum},
      {"cumprod", write_cumprod},
      {"batch_normalization_training", write_batch_normalization},
      {"softmax", write_softmax, "Softmax"},
      {"log_softmax", write_softmax, "LogSoftmax"},
  };
  return rows;
}

}  // namespace kerascpp::onnx
