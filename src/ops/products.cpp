#include <algorithm>
#include <numeric>

#include <kerascpp/core/error.hpp>
#include <kerascpp/graph/immediate.hpp>
#include <kerascpp/graph/node.hpp>
#include <kerascpp/ops/elementwise.hpp>
#include <kerascpp/ops/linear_algebra.hpp>
#include <kerascpp/ops/shape.hpp>

#include "ops/contraction.hpp"
#include "ops/shape_support.hpp"

// Products in which every label occurs in at most two operands: all but einsum name their axes by number.
namespace kerascpp::ops {
namespace {

// `count` labels from `first` on.
std::vector<int> label_range(int first, int count) {
  std::vector<int> labels(static_cast<std::size_t>(count));
  std::iota(labels.begin(), labels.end(), first);
  return labels;
}

// Two operands whose axes all have labels of their own until some are paired.
struct Pairing {
  LabeledSymbol a, b;
  DType dtype;

  Pairing(const Operand& x1, const Operand& x2) : dtype(result_type(std::vector<Operand>{x1, x2})) {
    a.value = x1.symbol(dtype);
    b.value = x2.symbol(dtype);
    a.labels = label_range(0, a.value.ndim());
    b.labels = label_range(a.value.ndim(), b.value.ndim());
  }

  // Sums over axis `i` of a with axis `j` of b.
  void pair(std::string_view op, std::int64_t i, std::int64_t j) {
    const std::int64_t length_a = a.value.shape()[i], length_b = b.value.shape()[j];
    KCPP_CHECK(may_equal(length_a, length_b), ShapeError, "[", op, "] axis ", i, " of shape ", a.value.shape(),
               " and axis ", j, " of shape ", b.value.shape(), " have different lengths");
    b.labels[static_cast<std::size_t>(j)] = a.labels[static_cast<std::size_t>(i)];
  }

  // The remaining axes of a, then those of b.
  [[nodiscard]] Symbol sum_of_products() const {
    std::vector<int> labels;
    for (const int label : a.labels)
      if (std::find(b.labels.begin(), b.labels.end(), label) == b.labels.end()) labels.push_back(label);
    for (const int label : b.labels)
      if (std::find(a.labels.begin(), a.labels.end(), label) == a.labels.end()) labels.push_back(label);
    return cast(arrange(contract(a, b, labels), labels), dtype);
  }
};

}  // namespace

Symbol matmul(const Operand& x1, const Operand& x2) {
  const SiteGuard guard(x1.site());
  const DType dtype = result_type(std::vector<Operand>{x1, x2});
  Symbol a = x1.symbol(dtype), b = x2.symbol(dtype);
  KCPP_CHECK(a.ndim() > 0 && b.ndim() > 0, ShapeError, "[matmul] expected arrays, received shapes ", a.shape(), " and ",
             b.shape(), "; use multiply for scalars");
  const bool row = a.ndim() == 1, column = b.ndim() == 1;
  if (row) a = expand_dims(a, 0);
  if (column) b = expand_dims(b, 1);
  Symbol product = make_symbol("matmul", {a, b}, {{"transpose_a", false}, {"transpose_b", false}});
  if (column) product = squeeze(product, -1);
  return row ? squeeze(product, column ? -1 : -2) : product;
}

Symbol dot(const Operand& x1, const Operand& x2) {
  const SiteGuard guard(x1.site());
  Pairing operands(x1, x2);
  const int ndim1 = operands.a.value.ndim(), ndim2 = operands.b.value.ndim();
  if (ndim1 > 0 && ndim2 > 0) operands.pair("dot", ndim1 - 1, std::max(ndim2 - 2, 0));
  return operands.sum_of_products();
}

Symbol vdot(const Operand& x1, const Operand& x2) {
  const SiteGuard guard(x1.site());
  const Symbol a = ravel(x1), b = ravel(x2);
  Pairing operands(is_complex(a.dtype()) ? conj(a) : a, b);
  operands.pair("vdot", 0, 0);
  return operands.sum_of_products();
}

Symbol inner(const Operand& x1, const Operand& x2) {
  const SiteGuard guard(x1.site());
  Pairing operands(x1, x2);
  const int ndim1 = operands.a.value.ndim(), ndim2 = operands.b.value.ndim();
  if (ndim1 > 0 && ndim2 > 0) operands.pair("inner", ndim1 - 1, ndim2 - 1);
  return operands.sum_of_products();
}

Symbol outer(const Operand& x1, const Operand& x2) {
  const SiteGuard guard(x1.site());
  return multiply(expand_dims(ravel(x1), 1), expand_dims(ravel(x2), 0));
}

ContractedAxes::ContractedAxes(std::initializer_list<std::vector<std::int64_t>> axes) {
  KCPP_CHECK(axes.size() == 2, ValueError, "[tensordot] expected a list of axes for each of two operands, received ",
             axes.size(), " lists");
  value_ = std::pair(axes.begin()[0], axes.begin()[1]);
}

std::pair<std::vector<std::int64_t>, std::vector<std::int64_t>> ContractedAxes::resolved(int ndim1, int ndim2) const {
  if (const std::int64_t* count = std::get_if<std::int64_t>(&value_)) {
    KCPP_CHECK(*count >= 0 && *count <= ndim1 && *count <= ndim2, ValueError, "[tensordot] cannot sum over ", *count,
               " axes of operands with ", ndim1, " and ", ndim2, " dimensions");
    std::pair<std::vector<std::int64_t>, std::vector<std::int64_t>> axes;
    for (std::int64_t i = 0; i < *count; ++i) {
      axes.first.push_back(ndim1 - *count + i);
      axes.second.push_back(i);
    }
    return axes;
  }
  auto axes = std::get<1>(value_);
  KCPP_CHECK(axes.first.size() == axes.second.size(), ValueError,
             "[tensordot] expected as many axes of x1 as of x2, received ", axes.first.size(), " and ",
             axes.second.size());
  const auto resolve = [](std::vector<std::int64_t>& given, int ndim) {
    for (std::int64_t& axis : given) axis = normalize_axis(axis, ndim);
    for (std::size_t i = 0; i < given.size(); ++i)
      KCPP_CHECK(std::count(given.begin(), given.end(), given[i]) == 1, ValueError, "[tensordot] axis ", given[i],
                 " is given twice");
  };
  resolve(axes.first, ndim1);
  resolve(axes.second, ndim2);
  return axes;
}

Symbol tensordot(const Operand& x1, const Operand& x2, const ContractedAxes& axes) {
  const SiteGuard guard(x1.site());
  Pairing operands(x1, x2);
  const auto pairs = axes.resolved(operands.a.value.ndim(), operands.b.value.ndim());
  for (std::size_t i = 0; i < pairs.first.size(); ++i) operands.pair("tensordot", pairs.first[i], pairs.second[i]);
  return operands.sum_of_products();
}

Symbol batch_dot(const Operand& x, const Operand& y, const Axes& axes) {
  const SiteGuard guard(x.site());
  Pairing operands(x, y);
  const int ndim_x = operands.a.value.ndim(), ndim_y = operands.b.value.ndim();
  KCPP_CHECK(ndim_x >= 2 && ndim_y >= 2, ShapeError,
             "[batch_dot] expected operands with at least 2 dimensions, received shapes ", operands.a.value.shape(),
             " and ", operands.b.value.shape());
  std::vector<std::int64_t> given = axes.given();
  KCPP_CHECK(given.size() <= 2, ValueError, "[batch_dot] expected one axis or one for each operand, received ",
             given.size());
  if (given.empty()) given = {ndim_x - 1, ndim_y == 2 ? 1 : ndim_y - 2};
  if (given.size() == 1) given.push_back(given.front());
  const int axis_x = normalize_axis(given[0], ndim_x), axis_y = normalize_axis(given[1], ndim_y);
  KCPP_CHECK(axis_x != 0 && axis_y != 0, ValueError,
             "[batch_dot] axis 0 counts the items; add one with expand_dims(x, 0) when there is none");
  const std::int64_t items_x = operands.a.value.shape()[0], items_y = operands.b.value.shape()[0];
  KCPP_CHECK(may_equal(items_x, items_y), ShapeError, "[batch_dot] expected operands with as many items, received ",
             operands.a.value.shape(), " and ", operands.b.value.shape());
  operands.pair("batch_dot", axis_x, axis_y);
  operands.b.labels[0] = operands.a.labels[0];
  std::vector<int> labels{operands.a.labels[0]};
  for (int i = 1; i < ndim_x; ++i)
    if (i != axis_x) labels.push_back(operands.a.labels[static_cast<std::size_t>(i)]);
  for (int i = 1; i < ndim_y; ++i)
    if (i != axis_y) labels.push_back(operands.b.labels[static_cast<std::size_t>(i)]);
  const Symbol product = cast(arrange(contract(operands.a, operands.b, labels), labels), operands.dtype);
  return labels.size() == 1 ? expand_dims(product, 1) : product;
}

Symbol kron(const Operand& x1, const Operand& x2) {
  const SiteGuard guard(x1.site());
  const int ndim = std::max(x1.shape().ndim(), x2.shape().ndim());
  const Symbol a = atleast_nd(x1, ndim), b = atleast_nd(x2, ndim);
  // a's axes at even places, b's at odd ones; then each pair becomes one axis
  std::vector<std::int64_t> even, odd;
  for (std::int64_t i = 0; i < ndim; ++i) {
    even.push_back(2 * i);
    odd.push_back(2 * i + 1);
  }
  Symbol product = ndim == 0 ? multiply(a, b) : multiply(expand_dims(a, odd), expand_dims(b, even));
  for (int i = 0; i < ndim; ++i) product = merge_axes(product, i, i + 1);
  return product;
}

Tensor matmul(const Tensor& x1, const Tensor& x2) { return compute_now(matmul(immediate(x1), immediate(x2))); }
Tensor dot(const Tensor& x1, const Tensor& x2) { return compute_now(dot(immediate(x1), immediate(x2))); }
Tensor vdot(const Tensor& x1, const Tensor& x2) { return compute_now(vdot(immediate(x1), immediate(x2))); }
Tensor inner(const Tensor& x1, const Tensor& x2) { return compute_now(inner(immediate(x1), immediate(x2))); }
Tensor outer(const Tensor& x1, const Tensor& x2) { return compute_now(outer(immediate(x1), immediate(x2))); }
Tensor tensordot(const Tensor& x1, const Tensor& x2, const ContractedAxes& axes) {
  return compute_now(tensordot(immediate(x1), immediate(x2), axes));
}
Tensor batch_dot(const Tensor& x, const Tensor& y, const Axes& axes) {
  return compute_now(batch_dot(immediate(x), immediate(y), axes));
}
Tensor kron(const Tensor& x1, const Tensor& x2) { return compute_now(kron(immediate(x1), immediate(x2))); }

}  // namespace kerascpp::ops
