#include <kerascpp/ops/joining.hpp>

#include <algorithm>

#include <kerascpp/core/error.hpp>
#include <kerascpp/graph/immediate.hpp>
#include <kerascpp/graph/node.hpp>
#include <kerascpp/ops/indexing.hpp>
#include <kerascpp/ops/shape.hpp>

#include "ops/families.hpp"
#include "ops/shape_support.hpp"

// Concatenation and its kin. split_like, its inverse where lengths are unknown, serves its gradient.

namespace kerascpp::ops {
namespace {

void infer_concatenate(InferContext& context) {
  const TensorSpec& first = context.inputs[0];
  const int ndim = first.shape.ndim();
  const int axis = axis_of(context, ndim);
  Shape shape = first.shape;
  for (std::size_t i = 1; i < context.inputs.size(); ++i) {
    const TensorSpec& x = context.inputs[i];
    KCPP_CHECK(x.dtype == first.dtype, DTypeError, "[", context.op, "] expected inputs of one dtype, received ", first,
               " and ", x);
    bool fits = x.shape.ndim() == ndim;
    for (int d = 0; fits && d < ndim; ++d) {
      if (d == axis) {
        shape[d] = shape[d] == None || x.shape[d] == None ? None : shape[d] + x.shape[d];
      } else {
        fits = may_equal(shape[d], x.shape[d]);
        shape[d] = agreed(shape[d], x.shape[d]);
      }
    }
    KCPP_CHECK(fits, ShapeError, "[", context.op, "] input ", i, " of shape ", x.shape, " does not fit ", first.shape,
               ": all dimensions but that of axis ", axis, " must be equal");
  }
  context.outputs = {{first.dtype, shape}};
}

void infer_split_like(InferContext& context) {
  const TensorSpec& x = context.inputs[0];
  const Shape& like = context.inputs[1].shape;
  const int axis = axis_of(context, x.shape.ndim());
  KCPP_CHECK(like.ndim() == x.shape.ndim(), ShapeError, "[", context.op, "] expected inputs of one rank, received ",
             x.shape, " and ", like);
  const std::int64_t length = x.shape[axis], cut = like[axis];
  KCPP_CHECK(length == None || cut == None || cut <= length, ShapeError, "[", context.op, "] cannot take ", cut,
             " items of axis ", axis, " of ", x.shape);
  TensorSpec head = x, rest = x;
  head.shape[axis] = cut;
  rest.shape[axis] = length == None || cut == None ? None : length - cut;
  context.outputs = {head, rest};
}

std::vector<Symbol> split_like_gradient(const Node& node, const std::vector<Symbol>& g) {
  const Symbol head = g[0].defined() ? g[0] : zeros_as(node.output(0));
  const Symbol rest = g[1].defined() ? g[1] : zeros_as(node.output(1));
  return {concatenate({head, rest}, node.attributes().integer("axis")), {}};
}

// With at most one unknown length every part has bounds counted from the front or from the end; with more of them
// one part after the other is cut off behind the shape of its input.
std::vector<Symbol> concatenate_gradient(const Node& node, const std::vector<Symbol>& g) {
  const std::int64_t axis = node.attributes().integer("axis");
  const std::vector<Symbol>& inputs = node.inputs();
  const auto is_unknown = [&](const Symbol& x) { return x.dim(axis) == None; };
  const auto unknown = std::count_if(inputs.begin(), inputs.end(), is_unknown);
  std::vector<Symbol> gradients;
  if (unknown > 1) {
    Symbol rest = g[0];
    for (std::size_t i = 0; i + 1 < inputs.size(); ++i) {
      std::vector<Symbol> parts = split_like(rest, inputs[i], axis);
      gradients.push_back(parts[0]);
      rest = parts[1];
    }
    gradients.push_back(rest);
    return gradients;
  }
  std::int64_t behind = 0;  // items from a part's beginning to the end, once the unknown part is passed
  for (const Symbol& x : inputs)
    if (!is_unknown(x)) behind += x.dim(axis);
  std::int64_t before = 0;
  bool passed = false;
  for (const Symbol& x : inputs) {
    const std::int64_t length = is_unknown(x) ? 0 : x.dim(axis);
    const std::int64_t begin = passed ? -behind : before;
    passed = passed || is_unknown(x);
    before += length;
    behind -= length;
    const std::int64_t end = passed ? (behind == 0 ? kSliceEnd : -behind) : before;
    // a part of length zero behind the unknown one has no negative bound that names its place
    gradients.push_back(passed && length == 0 && !is_unknown(x) ? slice_axis(g[0], axis, Slice(0, 0))
                                                                : slice_axis(g[0], axis, Slice(begin, end)));
  }
  return gradients;
}

// All in their common dtype.
std::vector<Symbol> promoted(std::string_view op, const SymbolList& xs) {
  KCPP_CHECK(!xs.empty(), ValueError, "[", op, "] expected at least one array");
  DType dtype = xs[0].dtype();
  for (const Symbol& x : xs) dtype = result_type(dtype, x.dtype());
  std::vector<Symbol> same;
  for (const Symbol& x : xs) same.push_back(Operand(x).symbol(dtype));
  return same;
}

Symbol joined(std::string_view op, const SymbolList& xs, std::int64_t axis) {
  const SiteGuard guard(xs.site());
  std::vector<Symbol> same = promoted(op, xs);
  if (same.size() == 1) {
    (void)normalize_axis(axis, same[0].ndim());
    return same[0];
  }
  const std::int64_t place = normalize_axis(axis, same[0].ndim());
  return make_symbol("concatenate", std::move(same), {{"axis", place}}, xs.site());
}

SymbolList constants(const TensorList& xs) {
  std::vector<Symbol> symbols;
  for (const Tensor& x : xs) symbols.push_back(constant(x));
  return symbols;
}

// The list after `change` was applied to each symbol.
template <class Change>
SymbolList each(const SymbolList& xs, Change change) {
  const SiteGuard guard(xs.site());
  std::vector<Symbol> changed;
  for (const Symbol& x : xs) changed.push_back(change(x));
  SymbolList list(std::move(changed));
  list.set_site(xs.site());
  return list;
}

}  // namespace

void register_joining_ops(OpRegistry& registry) {
  registry.add({"concatenate", {"x", "..."}, 0, infer_concatenate, concatenate_gradient});
  registry.add({"split_like", {"x", "like"}, Traits{} | Trait::LikeLast, infer_split_like, split_like_gradient});
}

Symbol concatenate(const SymbolList& xs, std::int64_t axis) { return joined("concatenate", xs, axis); }
Tensor concatenate(const TensorList& xs, std::int64_t axis) { return compute_now(concatenate(constants(xs), axis)); }

Symbol append(const Operand& x1, const Operand& x2, const Axes& axis) {
  const SiteGuard guard(x1.site());
  if (axis.all()) return joined("append", {ravel(x1), ravel(x2)}, 0);
  KCPP_CHECK(axis.given().size() == 1, ValueError, "[append] expected one axis, received ", Shape(axis.given()));
  return joined("append", {x1, x2}, axis.given()[0]);
}
Tensor append(const Tensor& x1, const Tensor& x2, const Axes& axis) {
  return compute_now(append(immediate(x1), immediate(x2), axis));
}

Symbol stack(const SymbolList& x, std::int64_t axis) {
  const SiteGuard guard(x.site());
  KCPP_CHECK(!x.empty(), ValueError, "[stack] expected at least one array");
  for (const Symbol& item : x)
    KCPP_CHECK(item.ndim() == x[0].ndim(), ShapeError, "[stack] expected arrays of one shape, received ", x[0].shape(),
               " and ", item.shape());
  const int place = normalize_axis(axis, x[0].ndim() + 1);
  return joined("stack", each(x, [&](const Operand& item) { return expand_dims(item, place); }), place);
}
Tensor stack(const TensorList& x, std::int64_t axis) { return compute_now(stack(constants(x), axis)); }

Symbol vstack(const SymbolList& xs) {
  const SiteGuard guard(xs.site());
  return joined("vstack", each(xs, [](const Operand& x) { return atleast_nd(x, 2); }), 0);
}
Tensor vstack(const TensorList& xs) { return compute_now(vstack(constants(xs))); }

Symbol hstack(const SymbolList& xs) {
  const SiteGuard guard(xs.site());
  const SymbolList rows = each(xs, [](const Operand& x) { return atleast_nd(x, 1); });
  return joined("hstack", rows, !rows.empty() && rows[0].ndim() == 1 ? 0 : 1);
}
Tensor hstack(const TensorList& xs) { return compute_now(hstack(constants(xs))); }

Symbol dstack(const SymbolList& xs) {
  const SiteGuard guard(xs.site());
  return joined("dstack",
                each(xs,
                     [](const Operand& x) {
                       const Symbol matrix = atleast_nd(x, 2);
                       return matrix.ndim() == 2 ? expand_dims(matrix, 2) : matrix;
                     }),
                2);
}
Tensor dstack(const TensorList& xs) { return compute_now(dstack(constants(xs))); }

Symbol column_stack(const SymbolList& xs) {
  const SiteGuard guard(xs.site());
  return joined("column_stack",
                each(xs,
                     [](const Operand& x) {
                       const Symbol column = atleast_nd(x, 1);
                       return column.ndim() == 1 ? expand_dims(column, 1) : column;
                     }),
                1);
}
Tensor column_stack(const TensorList& xs) { return compute_now(column_stack(constants(xs))); }

std::vector<Symbol> split_like(const Operand& x, const Operand& like, std::int64_t axis) {
  const SiteGuard guard(x.site());
  const std::int64_t place = normalize_axis(axis, x.shape().ndim());
  return make_node(OpRegistry::global().get("split_like"), {x.symbol(), like.symbol()}, {{"axis", place}}, x.site());
}

}  // namespace kerascpp::ops
