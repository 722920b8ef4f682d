#include <numeric>

#include <kerascpp/core/error.hpp>

#include "graph/composition.hpp"
#include "saving/onnx/exporter.hpp"

// Products of matrices and convolutions.
namespace kerascpp::onnx {
namespace {

/// The last two axes exchanged.
Value transposed(const NodeWriter& w, const Value& x, int ndim) {
  std::vector<std::int64_t> axes(static_cast<std::size_t>(ndim));
  std::iota(axes.begin(), axes.end(), std::int64_t{0});
  std::swap(axes[axes.size() - 1], axes[axes.size() - 2]);
  return w.to.transpose(x, axes);
}

void write_matmul(const NodeWriter& w) {
  const bool is_int8 = w.dtype() == DType::Int8;
  Value a = is_int8 ? w.in(0) : w.number(0), b = is_int8 ? w.in(1) : w.number(1);
  const bool transpose_a = w.attributes().flag("transpose_a"), transpose_b = w.attributes().flag("transpose_b");
  if ((transpose_a || transpose_b) && !is_int8 && is_floating(a.dtype) && w.shape(0).ndim() == 2 &&
      w.shape(1).ndim() == 2)
    return w.give(
        w.to.node("Gemm", {a, b}, {{"transA", std::int64_t{transpose_a}}, {"transB", std::int64_t{transpose_b}}}));
  if (transpose_a) a = transposed(w, a, w.shape(0).ndim());
  if (transpose_b) b = transposed(w, b, w.shape(1).ndim());
  w.give(is_int8 ? w.to.node("MatMulInteger", {a, b}, {}, DType::Int32) : w.to.node("MatMul", {a, b}));
}

void write_det(const NodeWriter& w) { w.give(w.to.node("Det", {w.in()})); }

/// Its first output from operations that ONNX has; the others serve gradients.
void write_composed(const NodeWriter& w) {
  const Symbol composed = composition(w.node, w.node.inputs())[0];
  w.to.write({composed});
  w.give(w.to.of(composed));
}

}  // namespace

const std::vector<Row>& product_rows() {
  static const std::vector<Row> rows = {
      {"matmul", write_matmul},
      {"det", write_det},
      {"attention", write_composed},
  };
  return rows;
}

}  // namespace kerascpp::onnx
