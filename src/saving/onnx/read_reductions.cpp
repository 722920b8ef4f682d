#include <algorithm>
#include <numeric>

#include <kerascpp/core/error.hpp>
#include <kerascpp/graph/node.hpp>
#include <kerascpp/ops.hpp>

#include "saving/onnx/importer.hpp"

namespace kerascpp::onnx {
namespace {

std::vector<std::int64_t> reduced_axes(const NodeReader& r, const Symbol& x) {
  std::vector<std::int64_t> axes;
  if (r.has(1))
    axes = r.numbers(1);
  else
    axes = r.integers("axes", {});
  if (axes.empty() && r.integer("noop_with_empty_axes", 0) == 0) {
    axes.resize(static_cast<std::size_t>(x.ndim()));
    std::iota(axes.begin(), axes.end(), std::int64_t{0});
  }
  for (std::int64_t& axis : axes) axis = normalize_axis(axis, x.ndim());
  std::sort(axes.begin(), axes.end());
  return axes;
}

// the product of lengths of one symbol is a size
bool read_size(const NodeReader& r) {
  const std::optional<Lengths> lengths = r.named(0).lengths;
  if (!lengths || lengths->is_scalar || r.integer("keepdims", 1) != 0 || r.node.op_type != "ReduceProd") return false;
  Symbol product = constant(Tensor(std::int64_t{1}));
  std::int64_t known = 1;
  Symbol owner;
  std::vector<std::int64_t> axes;
  for (const Length& length : lengths->items) {
    if (!length.of.defined()) {
      known *= length.value;
    } else {
      if (length.axis == Length::kValue || (owner.defined() && !owner.is(length.of))) return false;
      owner = length.of;
      axes.push_back(length.axis);
    }
  }
  if (!owner.defined()) {
    r.give(Lengths{{{known, {}, 0}}, true});
    return true;
  }
  product = ops::axis_size(owner, axes);
  r.give(known == 1 ? product : product * Tensor(known));
  return true;
}

void read_reduction(const NodeReader& r) {
  if (read_size(r)) return;
  const Symbol x = r.in();
  const std::vector<std::int64_t> axes = reduced_axes(r, x);
  r.give(axes.empty() ? x : make_symbol(r.op, {x}, {{"axis", axes}, {"keepdims", r.integer("keepdims", 1) != 0}}));
}

void read_index(const NodeReader& r) {
  const Symbol x = r.in();
  r.check(r.integer("select_last_index", 0) == 0, "takes the last of equal elements");
  const std::int64_t axis = normalize_axis(r.integer("axis", 0), x.ndim());
  const Symbol index =
      make_symbol(r.op, {x}, {{"axis", std::vector<std::int64_t>{axis}}, {"keepdims", r.integer("keepdims", 1) != 0}});
  r.give(ops::cast(index, DType::Int64));
}

void read_cumsum(const NodeReader& r) {
  const Symbol x = r.in();
  const std::vector<std::int64_t> axis = r.numbers(1);
  r.check(axis.size() == 1, "has ", axis.size(), " axes");
  r.give(
      ops::cumsum(x, axis[0], {.exclusive = r.integer("exclusive", 0) != 0, .reverse = r.integer("reverse", 0) != 0}));
}

void read_softmax(const NodeReader& r) {
  const Symbol x = r.in();
  r.give(make_symbol(r.op, {x}, {{"axis", std::int64_t{normalize_axis(r.integer("axis", -1), x.ndim())}}}));
}

void read_matmul(const NodeReader& r) { r.give(ops::matmul(r.in(0), r.in(1))); }
void read_matmul_integer(const NodeReader& r) {
  r.check(!r.has(2) && !r.has(3), "has zero points");
  r.give(make_symbol("matmul", {r.in(0), r.in(1)}, {{"transpose_a", false}, {"transpose_b", false}}));
}

void read_gemm(const NodeReader& r) {
  r.check(r.real("alpha", 1) == 1 && r.real("beta", 1) == 1, "has factors");
  const Symbol product =
      make_symbol("matmul", {r.in(0), r.in(1)},
                  {{"transpose_a", r.integer("transA", 0) != 0}, {"transpose_b", r.integer("transB", 0) != 0}});
  r.give(r.has(2) ? product + r.in(2) : product);
}

void read_det(const NodeReader& r) { r.give(ops::det(r.in())); }

// (B, D..., 1 or 2): real and imaginary parts in the last axis
void read_dft(const NodeReader& r) {
  const Symbol x = r.in();
  r.check(!r.has(1), "has a length of its own");
  const std::int64_t last = x.ndim() - 1, axis = r.has(2) ? r.numbers(2).at(0) : r.integer("axis", 1);
  const bool inverse = r.integer("inverse", 0) != 0, onesided = r.integer("onesided", 0) != 0;
  const std::int64_t parts = x.shape()[last];
  r.check(parts == 1 || parts == 2, "expects real and imaginary parts in a last axis, received ", x);
  const Symbol real = ops::get_item(x, {Ellipsis(), Index(0)});
  std::vector<Symbol> pair;
  if (onesided) {
    r.check(parts == 1 && !inverse && normalize_axis(axis, x.ndim()) == last - 1,
            "transforms one side of another axis than the last one");
    pair = make_node(OpRegistry::global().get("rfft"), {real}, {{"doubled", false}, {"scaled", false}});
  } else {
    const Symbol imag = parts == 2 ? ops::get_item(x, {Ellipsis(), Index(1)}) : ops::zeros_like(real);
    pair =
        make_node(OpRegistry::global().get("fft"), {real, imag},
                  {{"axis", std::int64_t{normalize_axis(axis, x.ndim())}}, {"inverse", inverse}, {"scaled", inverse}});
  }
  r.give(ops::stack(pair, -1));
}

}  // namespace

const std::vector<ReadRow>& read_reduction_rows() {
  static const std::vector<ReadRow> rows = {
      {"ArgMax", read_index, "argmax"},
      {"ArgMin", read_index, "argmin"},
      {"CumSum", read_cumsum},
      {"DFT", read_dft},
      {"Det", read_det},
      {"Gemm", read_gemm},
      {"LogSoftmax", read_softmax, "log_softmax"},
      {"MatMul", read_matmul},
      {"MatMulInteger", read_matmul_integer},
      {"ReduceMax", read_reduction, "max"},
      {"ReduceMean", read_reduction, "mean"},
      {"ReduceMin", read_reduction, "min"},
      {"ReduceProd", read_reduction, "prod"},
      {"ReduceSum", read_reduction, "sum"},
      {"Softmax", read_softmax, "softmax"},
  };
  return rows;
}

}  // namespace kerascpp::onnx
