#include <algorithm>

#include <kerascpp/core/error.hpp>
#include <kerascpp/graph/immediate.hpp>
#include <kerascpp/graph/node.hpp>
#include <kerascpp/ops/elementwise.hpp>
#include <kerascpp/ops/like.hpp>
#include <kerascpp/ops/shape.hpp>

#include "ops/families.hpp"
#include "ops/inference.hpp"
#include "ops/shape_support.hpp"

// Operations whose result is the bytes of their first input: reshape, reshape_like, expand_dims, squeeze; view, which
// also reads them as another dtype and therefore lacks the trait; and the shape as a value.

namespace kerascpp::ops {
namespace {

// The shape that `wanted` (lengths, -1, copy_dim) stands for. An unknown length that is copied stands on both sides
// and cancels, so {copy_dim(0), -1} of (None, 4, 5) gives (None, 20).
Shape resolve_shape(std::string_view op, const Shape& from, const std::vector<std::int64_t>& wanted) {
  Shape result;
  int inferred = -1;
  bool copied[Shape::kMaxRank] = {};
  bool unknown_result = false;
  for (const std::int64_t entry : wanted) {
    if (entry == -1) {
      KCPP_CHECK(inferred < 0, ValueError, "[", op, "] only one length can be -1, received ", Shape(wanted));
      inferred = result.ndim();
      result.push_back(None);
    } else if (entry < -1) {
      const std::int64_t axis = -2 - entry;
      KCPP_CHECK(axis < from.ndim(), ShapeError, "[", op, "] copy_dim(", axis, ") asks for an axis that ", from,
                 " does not have");
      result.push_back(from[axis]);
      if (from[axis] != None) continue;
      unknown_result = unknown_result || copied[axis];
      copied[axis] = true;
    } else {
      result.push_back(entry);
    }
  }
  std::int64_t have = 1, need = 1, unknown_inputs = 0;
  for (int i = 0; i < from.ndim(); ++i) {
    if (from[i] != None)
      have *= from[i];
    else if (!copied[i])
      ++unknown_inputs;
  }
  for (int i = 0; i < result.ndim(); ++i)
    if (result[i] != None) need *= result[i];

  const bool exact = unknown_inputs == 0 && !unknown_result;
  bool fits = true;
  if (inferred >= 0 && exact) {
    fits = need > 0 && have % need == 0;
    if (fits) result[inferred] = have / need;
  } else if (exact) {
    fits = have == need;
  } else if (inferred < 0 && !unknown_result && unknown_inputs == 1) {
    fits = have == 0 ? need == 0 : need % have == 0;
  }
  KCPP_CHECK(fits, ShapeError, "[", op, "] cannot give ", from, " the shape ", result,
             ": the numbers of elements differ");
  return result;
}

void infer_reshape(InferContext& context) {
  const TensorSpec& x = context.inputs[0];
  context.outputs = {{x.dtype, resolve_shape(context.op, x.shape, context.attributes.integers("shape"))}};
}

void infer_reshape_like(InferContext& context) {
  const TensorSpec& x = context.inputs[0];
  const Shape& like = context.inputs[1].shape;
  if (x.shape.is_known() && like.is_known())
    KCPP_CHECK(x.shape.size() == like.size(), ShapeError, "[", context.op, "] cannot give ", x.shape, " the shape ",
               like, ": the numbers of elements differ");
  context.outputs = {{x.dtype, like}};
}

void infer_expand_dims(InferContext& context) {
  const TensorSpec& x = context.inputs[0];
  Shape shape = x.shape;
  for (const std::int64_t axis : context.attributes.integers("axis")) shape.insert(static_cast<int>(axis), 1);
  context.outputs = {{x.dtype, shape}};
}

void infer_squeeze(InferContext& context) {
  const TensorSpec& x = context.inputs[0];
  const std::vector<std::int64_t>& axes = context.attributes.integers("axis");
  Shape shape;
  for (int i = 0; i < x.shape.ndim(); ++i) {
    if (std::find(axes.begin(), axes.end(), i) == axes.end()) {
      shape.push_back(x.shape[i]);
      continue;
    }
    KCPP_CHECK(may_equal(x.shape[i], 1), ShapeError, "[", context.op, "] axis ", i, " of ", x.shape,
               " does not have length 1");
  }
  context.outputs = {{x.dtype, shape}};
}

void infer_view(InferContext& context) {
  const TensorSpec& x = context.inputs[0];
  const DType dtype = context.attributes.get<DType>("dtype");
  const auto from = static_cast<std::int64_t>(itemsize(x.dtype)), to = static_cast<std::int64_t>(itemsize(dtype));
  Shape shape = x.shape;
  if (from != to) {
    KCPP_CHECK(shape.ndim() > 0, ShapeError, "[", context.op, "] a scalar of dtype ", x.dtype, " cannot be viewed as ",
               dtype, ": the item sizes differ");
    const std::int64_t last = shape.back();
    KCPP_CHECK(last == None || last * from % to == 0, ShapeError, "[", context.op, "] the last axis of ", x,
               " does not hold a whole number of ", dtype, " elements");
    if (last != None) shape.set_dim(-1, last * from / to);
  }
  context.outputs = {{dtype, shape}};
}

// `x` back under the shape of `like`. One unknown length is inferred, so that no edge to `like` is needed.
Symbol back_to(const Symbol& x, const Symbol& like) {
  const Shape& shape = like.shape();
  const auto unknown = std::count(shape.begin(), shape.end(), None);
  const bool has_zero = std::find(shape.begin(), shape.end(), 0) != shape.end();
  return unknown > 1 || (unknown == 1 && has_zero) ? reshape_like(x, like) : reshape(x, shape);
}

std::vector<Symbol> view_gradient(const Node& node, const std::vector<Symbol>& g) {
  std::vector<Symbol> gradients(node.inputs().size());
  gradients[0] = back_to(g[0], node.input(0));
  return gradients;
}

std::vector<Symbol> expand_dims_gradient(const Node& node, const std::vector<Symbol>& g) {
  return {squeeze(g[0], node.attributes().integers("axis"))};
}

std::vector<Symbol> squeeze_gradient(const Node& node, const std::vector<Symbol>& g) {
  return {expand_dims(g[0], node.attributes().integers("axis"))};
}

// None, and lengths that are known already, say nothing
void infer_specify_shape(InferContext& context) {
  const TensorSpec& x = context.inputs[0];
  const Shape given(context.attributes.integers("shape"));
  KCPP_CHECK(shapes_agree(x.shape, given), ShapeError, "[", context.op, "] shape ", given, " is asked for, received ",
             x.shape);
  Shape shape = x.shape;
  for (int i = 0; i < shape.ndim(); ++i)
    if (shape[i] == None) shape[i] = given[i];
  context.outputs = {{x.dtype, shape}};
}

std::vector<Symbol> specify_shape_gradient(const Node&, const std::vector<Symbol>& g) { return {g[0]}; }

void infer_shape(InferContext& context) { context.outputs = {{DType::Int32, {context.inputs[0].shape.ndim()}}}; }

std::vector<std::int64_t> expanded_axes(const Operand& x, const Axes& axis) {
  KCPP_CHECK(!axis.all(), ValueError, "[expand_dims] expected the position of at least one new axis");
  return axis.normalized(x.shape().ndim() + static_cast<int>(axis.given().size()));
}

// Shape and -1 or copied entries around axes [first, last) that are replaced by `lengths`.
Shape replaced_axes(int ndim, int first, int last, const Shape& lengths) {
  Shape shape;
  for (int i = 0; i < first; ++i) shape.push_back(copy_dim(i));
  for (const std::int64_t length : lengths) shape.push_back(length);
  for (int i = last; i < ndim; ++i) shape.push_back(copy_dim(i));
  return shape;
}

Shape merged(const Shape& shape, std::int64_t first, std::int64_t last) {
  const int begin = normalize_axis(first, shape.ndim()), end = normalize_axis(last, shape.ndim()) + 1;
  KCPP_CHECK(begin < end, ValueError, "[merge_axes] the first axis ", first, " lies behind the last one ", last);
  const bool is_nothing = shape.is_known() && shape.size() == 0;  // which does not tell one length from the others
  return replaced_axes(shape.ndim(), begin, end, {is_nothing ? shape.slice(begin, end).size() : None});
}

Shape split(const Shape& shape, std::int64_t axis, const Shape& lengths) {
  const int at = normalize_axis(axis, shape.ndim());
  return replaced_axes(shape.ndim(), at, at + 1, lengths);
}

}  // namespace

void register_view_ops(OpRegistry& registry) {
  registry.add({"reshape", {"x"}, Traits{} | Trait::View, infer_reshape, view_gradient});
  registry.add({"reshape_like", {"x", "like"}, Trait::View | Trait::LikeLast, infer_reshape_like, view_gradient});
  registry.add({"expand_dims", {"x"}, Traits{} | Trait::View, infer_expand_dims, expand_dims_gradient});
  registry.add({"specify_shape", {"x"}, Traits{} | Trait::View, infer_specify_shape, specify_shape_gradient});
  registry.add({"squeeze", {"x"}, Traits{} | Trait::View, infer_squeeze, squeeze_gradient});
  registry.add({"view", {"x"}, Traits{} | Trait::NonDifferentiable, infer_view, nullptr});
  registry.add({"shape", {"x"}, Trait::LikeLast | Trait::NonDifferentiable, infer_shape, nullptr});
}

Symbol reshape(const Operand& x, const Shape& newshape) {
  const SiteGuard guard(x.site());
  return make_symbol("reshape", {x.symbol()}, {{"shape", newshape.vector()}}, x.site());
}
Tensor reshape(const Tensor& x, const Shape& newshape) {
  return x.reshape(resolve_shape("reshape", x.shape(), newshape.vector()));
}

Symbol reshape_like(const Operand& x, const Operand& like) {
  const SiteGuard guard(x.site());
  return make_symbol("reshape_like", {x.symbol(), like.symbol()}, {}, x.site());
}
Tensor reshape_like(const Tensor& x, const Tensor& like) {
  return x.reshape(resolve_shape("reshape_like", x.shape(), like.shape().vector()));
}

Symbol ravel(const Operand& x) { return reshape(x, {-1}); }
Tensor ravel(const Tensor& x) { return x.reshape({x.size()}); }

Symbol merge_axes(const Operand& x, std::int64_t first, std::int64_t last) {
  const SiteGuard guard(x.site());
  return reshape(x, merged(x.shape(), first, last));
}
Tensor merge_axes(const Tensor& x, std::int64_t first, std::int64_t last) {
  return reshape(x, merged(x.shape(), first, last));
}

Symbol split_axis(const Operand& x, std::int64_t axis, const Shape& lengths) {
  const SiteGuard guard(x.site());
  return reshape(x, split(x.shape(), axis, lengths));
}
Tensor split_axis(const Tensor& x, std::int64_t axis, const Shape& lengths) {
  return reshape(x, split(x.shape(), axis, lengths));
}

Symbol expand_dims(const Operand& x, const Axes& axis) {
  const SiteGuard guard(x.site());
  return make_symbol("expand_dims", {x.symbol()}, {{"axis", expanded_axes(x, axis)}}, x.site());
}
Tensor expand_dims(const Tensor& x, const Axes& axis) {
  Shape shape = x.shape();
  for (const std::int64_t position : expanded_axes(immediate(x), axis)) shape.insert(static_cast<int>(position), 1);
  return x.reshape(shape);
}

Symbol squeeze(const Operand& x, const Axes& axis) {
  const SiteGuard guard(x.site());
  const Shape shape = x.shape();
  std::vector<std::int64_t> axes;
  if (!axis.all())
    axes = axis.normalized(shape.ndim());
  else
    for (int i = 0; i < shape.ndim(); ++i)
      if (shape[i] == 1) axes.push_back(i);
  if (axes.empty()) return x.symbol();
  return make_symbol("squeeze", {x.symbol()}, {{"axis", axes}}, x.site());
}
Tensor squeeze(const Tensor& x, const Axes& axis) { return x.reshape(squeeze(immediate(x), axis).shape()); }

Symbol atleast_nd(const Operand& x, int ndim) {
  const SiteGuard guard(x.site());
  std::vector<std::int64_t> front;
  for (int i = 0; i < ndim - x.shape().ndim(); ++i) front.push_back(i);
  return front.empty() ? x.symbol() : expand_dims(x, front);
}
Tensor atleast_nd(const Tensor& x, int ndim) {
  Shape shape = x.shape();
  while (shape.ndim() < ndim) shape.insert(0, 1);
  return x.reshape(shape);
}

Symbol view(const Operand& x, DType dtype) { return make_symbol("view", {x.symbol()}, {{"dtype", dtype}}, x.site()); }
Tensor view(const Tensor& x, DType dtype) {
  const auto offset = static_cast<const char*>(x.raw()) - static_cast<const char*>(x.storage()->data);
  return Tensor(x.storage(), static_cast<std::size_t>(offset), view(immediate(x), dtype).shape(), dtype);
}

Symbol shape(const Operand& x) { return make_symbol("shape", {x.symbol()}, {}, x.site()); }
Tensor shape(const Tensor& x) {
  const std::vector<std::int64_t> lengths = x.shape().vector();
  return Tensor(lengths.data(), {x.ndim()}, DType::Int64).astype(DType::Int32);
}

Symbol size(const Operand& x) {
  const SiteGuard guard(x.site());
  return cast(axis_size(x), DType::Int32);
}
Tensor size(const Tensor& x) { return Tensor(static_cast<std::int32_t>(x.size())); }

}  // namespace kerascpp::ops
