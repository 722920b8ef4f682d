#include <algorithm>
#include <numeric>

#include <kerascpp/core/error.hpp>
#include <kerascpp/graph/immediate.hpp>
#include <kerascpp/graph/node.hpp>
#include <kerascpp/ops/indexing.hpp>
#include <kerascpp/ops/shape.hpp>

#include "ops/families.hpp"
#include "ops/shape_support.hpp"

// Transpose, and the orders of axes and elements that are written with it: moveaxis, swapaxes, rot90, flip.

namespace kerascpp::ops {
namespace {

void infer_transpose(InferContext& context) {
  const TensorSpec& x = context.inputs[0];
  Shape shape;
  for (const std::int64_t axis : context.attributes.integers("axes")) shape.push_back(x.shape.dim(axis));
  context.outputs = {{x.dtype, shape}};
}

std::vector<Symbol> transpose_gradient(const Node& node, const std::vector<Symbol>& g) {
  const std::vector<std::int64_t>& axes = node.attributes().integers("axes");
  std::vector<std::int64_t> inverse(axes.size());
  for (std::size_t i = 0; i < axes.size(); ++i)
    inverse[static_cast<std::size_t>(axes[i])] = static_cast<std::int64_t>(i);
  return {transpose(g[0], inverse)};
}

// `axes` counted from the front, or all axes reversed.
std::vector<std::int64_t> permutation(const Shape& x, std::vector<std::int64_t> axes) {
  const int ndim = x.ndim();
  if (axes.empty()) {
    axes.resize(static_cast<std::size_t>(ndim));
    std::iota(axes.rbegin(), axes.rend(), 0);
    return axes;
  }
  std::vector<bool> seen(static_cast<std::size_t>(ndim), false);
  bool valid = static_cast<int>(axes.size()) == ndim;
  for (std::int64_t& axis : axes) {
    if (axis < 0) axis += ndim;
    valid = valid && axis >= 0 && axis < ndim && !seen[static_cast<std::size_t>(axis)];
    if (valid) seen[static_cast<std::size_t>(axis)] = true;
  }
  KCPP_CHECK(valid, ShapeError, "[transpose] expected each of the ", ndim, " axes of ", x, " once, received ",
             Shape(axes));
  return axes;
}

std::vector<std::int64_t> moved(const Shape& x, const Axes& source, const Axes& destination) {
  const std::vector<std::int64_t>& from = source.given();
  const std::vector<std::int64_t>& to = destination.given();
  KCPP_CHECK(from.size() == to.size(), ValueError, "[moveaxis] expected as many destinations as sources, received ",
             to.size(), " and ", from.size());
  std::vector<std::int64_t> axes(static_cast<std::size_t>(x.ndim()), -1);
  std::vector<bool> taken(axes.size(), false);
  for (std::size_t i = 0; i < from.size(); ++i) {
    const auto axis = static_cast<std::size_t>(normalize_axis(from[i], x.ndim()));
    const auto place = static_cast<std::size_t>(normalize_axis(to[i], x.ndim()));
    KCPP_CHECK(!taken[axis] && axes[place] < 0, ValueError, "[moveaxis] an axis is named twice in ", Shape(from),
               " -> ", Shape(to));
    taken[axis] = true;
    axes[place] = static_cast<std::int64_t>(axis);
  }
  std::size_t next = 0;
  for (std::int64_t& axis : axes) {
    if (axis >= 0) continue;
    while (taken[next]) ++next;
    axis = static_cast<std::int64_t>(next++);
  }
  return axes;
}

std::vector<std::int64_t> swapped(const Shape& x, std::int64_t axis1, std::int64_t axis2) {
  std::vector<std::int64_t> axes(static_cast<std::size_t>(x.ndim()));
  std::iota(axes.begin(), axes.end(), 0);
  std::swap(axes[static_cast<std::size_t>(normalize_axis(axis1, x.ndim()))],
            axes[static_cast<std::size_t>(normalize_axis(axis2, x.ndim()))]);
  return axes;
}

}  // namespace

void register_transpose_ops(OpRegistry& registry) {
  registry.add({"transpose", {"x"}, 0, infer_transpose, transpose_gradient});
}

Symbol transpose(const Operand& x, const std::vector<std::int64_t>& axes) {
  const SiteGuard guard(x.site());
  return make_symbol("transpose", {x.symbol()}, {{"axes", permutation(x.shape(), axes)}}, x.site());
}
Tensor transpose(const Tensor& x, const std::vector<std::int64_t>& axes) {
  return compute_now(transpose(immediate(x), axes));
}

Symbol permute_dimensions(const Operand& x, const std::vector<std::int64_t>& pattern) { return transpose(x, pattern); }
Tensor permute_dimensions(const Tensor& x, const std::vector<std::int64_t>& pattern) { return transpose(x, pattern); }

Symbol moveaxis(const Operand& x, const Axes& source, const Axes& destination) {
  const SiteGuard guard(x.site());
  return transpose(x, moved(x.shape(), source, destination));
}
Tensor moveaxis(const Tensor& x, const Axes& source, const Axes& destination) {
  return transpose(x, moved(x.shape(), source, destination));
}

Symbol swapaxes(const Operand& x, std::int64_t axis1, std::int64_t axis2) {
  const SiteGuard guard(x.site());
  return transpose(x, swapped(x.shape(), axis1, axis2));
}
Tensor swapaxes(const Tensor& x, std::int64_t axis1, std::int64_t axis2) {
  return transpose(x, swapped(x.shape(), axis1, axis2));
}

Symbol flip(const Operand& x, const Axes& axis) {
  const SiteGuard guard(x.site());
  const std::vector<std::int64_t> axes = axis.normalized(x.shape().ndim());
  if (axes.empty()) return x.symbol();
  std::vector<std::int64_t> begin(static_cast<std::size_t>(x.shape().ndim()), 0), step(begin.size(), 1);
  for (const std::int64_t i : axes) {
    begin[static_cast<std::size_t>(i)] = kSliceEnd;
    step[static_cast<std::size_t>(i)] = -1;
  }
  return strided_slice(x, begin, std::vector<std::int64_t>(begin.size(), kSliceEnd), step);
}
Tensor flip(const Tensor& x, const Axes& axis) { return compute_now(flip(immediate(x), axis)); }

Symbol fliplr(const Operand& x) { return flip(x, 1); }
Tensor fliplr(const Tensor& x) { return flip(x, 1); }
Symbol flipud(const Operand& x) { return flip(x, 0); }
Tensor flipud(const Tensor& x) { return flip(x, 0); }

Symbol rot90(const Operand& array, std::int64_t k, std::pair<std::int64_t, std::int64_t> axes) {
  const SiteGuard guard(array.site());
  const int ndim = array.shape().ndim();
  KCPP_CHECK(ndim >= 2, ShapeError, "[rot90] expected an array with at least two axes, received ", array.shape());
  const int first = normalize_axis(axes.first, ndim), second = normalize_axis(axes.second, ndim);
  KCPP_CHECK(first != second, ValueError, "[rot90] expected two different axes, received ", axes.first, " and ",
             axes.second);
  // a quarter turn is a transpose after the second axis was reversed
  switch (((k % 4) + 4) % 4) {
    case 1:
      return swapaxes(flip(array, second), first, second);
    case 2:
      return flip(array, {first, second});
    case 3:
      return flip(swapaxes(array, first, second), second);
    default:
      return array.symbol();
  }
}
Tensor rot90(const Tensor& array, std::int64_t k, std::pair<std::int64_t, std::int64_t> axes) {
  return compute_now(rot90(immediate(array), k, axes));
}

}  // namespace kerascpp::ops
