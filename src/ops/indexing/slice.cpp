#include <kerascpp/core/error.hpp>
#include <kerascpp/graph/immediate.hpp>
#include <kerascpp/graph/node.hpp>
#include <kerascpp/ops/indexing.hpp>
#include <kerascpp/ops/joining.hpp>

#include "ops/families.hpp"
#include "ops/shape_support.hpp"

// Blocks of an array: those with fixed bounds (slice, slice_gradient, slice_assign) and those that begin where a
// symbol says (dynamic_slice, slice_update).

namespace kerascpp::ops {
namespace {

Attributes bounds(const Attributes& from) {
  return {{"begin", from.integers("begin")}, {"end", from.integers("end")}, {"step", from.integers("step")}};
}

// The shape of begin:end:step on an array of shape `from`; unknown lengths stay unknown.
Shape sliced_shape(const InferContext& context, const Shape& from) {
  const auto& begin = context.attributes.integers("begin");
  const auto& end = context.attributes.integers("end");
  const auto& step = context.attributes.integers("step");
  const auto ndim = static_cast<std::size_t>(from.ndim());
  KCPP_CHECK(begin.size() == ndim && end.size() == ndim && step.size() == ndim, ShapeError, "[", context.op,
             "] expected begin, end and step for each of the ", ndim, " axes of ", from, ", received ", begin.size(),
             ", ", end.size(), " and ", step.size());
  Shape shape = from;
  for (std::size_t i = 0; i < ndim; ++i) {
    KCPP_CHECK(step[i] != 0, ValueError, "[", context.op, "] the step of axis ", i, " is zero");
    const auto axis = static_cast<std::int64_t>(i);
    if (from[axis] != None) shape[axis] = resolve_slice(begin[i], end[i], step[i], from[axis]).length;
  }
  return shape;
}

void check_fits(const InferContext& context, const Shape& part, const Shape& place, std::string_view what) {
  bool fits = part.ndim() == place.ndim();
  for (int i = 0; fits && i < part.ndim(); ++i) fits = may_equal(part[i], place[i]);
  KCPP_CHECK(fits, ShapeError, "[", context.op, "] expected ", what, " of shape ", place, ", received ", part);
}

void infer_slice(InferContext& context) {
  const TensorSpec& x = context.inputs[0];
  context.outputs = {{x.dtype, sliced_shape(context, x.shape)}};
}

void infer_slice_gradient(InferContext& context) {
  const TensorSpec& g = context.inputs[0];
  const Shape& like = context.inputs[1].shape;
  check_fits(context, g.shape, sliced_shape(context, like), "a gradient");
  context.outputs = {{g.dtype, like}};
}

void infer_slice_assign(InferContext& context) {
  const TensorSpec& x = context.inputs[0];
  const TensorSpec& values = context.inputs[1];
  KCPP_CHECK(values.dtype == x.dtype, DTypeError, "[", context.op, "] expected values of dtype ", x.dtype,
             ", received ", values);
  check_fits(context, values.shape, sliced_shape(context, x.shape), "values");
  context.outputs = {x};
}

std::vector<Symbol> slice_gradient(const Node& node, const std::vector<Symbol>& g) {
  return {make_symbol("slice_gradient", {g[0], node.input(0)}, bounds(node.attributes()))};
}

std::vector<Symbol> slice_gradient_gradient(const Node& node, const std::vector<Symbol>& g) {
  return {make_symbol("slice", {g[0]}, bounds(node.attributes())), {}};
}

std::vector<Symbol> slice_assign_gradient(const Node& node, const std::vector<Symbol>& g) {
  return {make_symbol("slice_assign", {g[0], zeros_as(node.input(1))}, bounds(node.attributes())),
          make_symbol("slice", {g[0]}, bounds(node.attributes()))};
}

void check_start(const InferContext& context, std::size_t i, const Shape& x) {
  check_integers(context, i, "start indices");
  const Shape& start = context.inputs[i].shape;
  KCPP_CHECK(start.ndim() == 1 && may_equal(start[0], x.ndim()), ShapeError, "[", context.op, "] expected ", x.ndim(),
             " start indices, one for each axis of ", x, ", received an array of shape ", start);
}

void check_block(const InferContext& context, const Shape& block, const Shape& x) {
  bool fits = block.ndim() == x.ndim();
  for (int i = 0; fits && i < x.ndim(); ++i) fits = block[i] == None || x[i] == None || block[i] <= x[i];
  KCPP_CHECK(fits, ShapeError, "[", context.op, "] a block of shape ", block, " does not fit into ", x);
}

void infer_dynamic_slice(InferContext& context) {
  const TensorSpec& x = context.inputs[0];
  check_start(context, 1, x.shape);
  const Shape shape = context.inputs.size() > 2 ? context.inputs[2].shape : Shape(context.attributes.integers("shape"));
  check_block(context, shape, x.shape);
  context.outputs = {{x.dtype, shape}};
}

void infer_slice_update(InferContext& context) {
  const TensorSpec& x = context.inputs[0];
  const TensorSpec& updates = context.inputs[2];
  check_start(context, 1, x.shape);
  KCPP_CHECK(updates.dtype == x.dtype, DTypeError, "[", context.op, "] expected updates of dtype ", x.dtype,
             ", received ", updates);
  check_block(context, updates.shape, x.shape);
  context.outputs = {x};
}

std::vector<Symbol> dynamic_slice_gradient(const Node& node, const std::vector<Symbol>& g) {
  std::vector<Symbol> gradients(node.inputs().size());
  gradients[0] = make_symbol("slice_update", {zeros_as(node.input(0)), node.input(1), g[0]});
  return gradients;
}

std::vector<Symbol> slice_update_gradient(const Node& node, const std::vector<Symbol>& g) {
  const Symbol& start = node.input(1);
  const Symbol& updates = node.input(2);
  const bool known = updates.shape().is_known();
  return {make_symbol("slice_update", {g[0], start, zeros_as(updates)}),
          {},
          known ? make_symbol("dynamic_slice", {g[0], start}, {{"shape", updates.shape().vector()}})
                : make_symbol("dynamic_slice", {g[0], start, updates})};
}

// Begin and end of a block whose place is known, checked against the lengths that are known.
std::pair<std::vector<std::int64_t>, std::vector<std::int64_t>> block_bounds(std::string_view op, const Shape& x,
                                                                             std::vector<std::int64_t> start,
                                                                             const Shape& shape) {
  KCPP_CHECK(static_cast<int>(start.size()) == x.ndim() && shape.ndim() == x.ndim(), ShapeError, "[", op,
             "] expected a start and a length for each axis of ", x, ", received ", start.size(), " and ",
             shape.ndim());
  std::vector<std::int64_t> end;
  for (int i = 0; i < x.ndim(); ++i) {
    const std::int64_t first = start[static_cast<std::size_t>(i)];
    KCPP_CHECK(first >= 0 && (x[i] == None || shape[i] == None || first + shape[i] <= x[i]), ShapeError, "[", op,
               "] a block of shape ", shape, " at ", Shape(start), " goes beyond ", x);
    end.push_back(shape[i] == None ? kSliceEnd : first + shape[i]);
  }
  return {std::move(start), std::move(end)};
}

std::vector<std::int64_t> unit_steps(std::size_t ndim) { return std::vector<std::int64_t>(ndim, 1); }

}  // namespace

void register_slice_ops(OpRegistry& registry) {
  registry.add({"slice", {"x"}, 0, infer_slice, slice_gradient});
  registry.add(
      {"slice_gradient", {"g", "like"}, Traits{} | Trait::LikeLast, infer_slice_gradient, slice_gradient_gradient});
  registry.add({"slice_assign", {"x", "values"}, 0, infer_slice_assign, slice_assign_gradient});
  registry.add({"dynamic_slice", {"x", "start", "..."}, 0, infer_dynamic_slice, dynamic_slice_gradient});
  registry.add({"slice_update", {"x", "start", "updates"}, 0, infer_slice_update, slice_update_gradient});
}

Symbol strided_slice(const Operand& x, const std::vector<std::int64_t>& begin, const std::vector<std::int64_t>& end,
                     const std::vector<std::int64_t>& step) {
  const SiteGuard guard(x.site());
  return make_symbol("slice", {x.symbol()}, {{"begin", begin}, {"end", end}, {"step", step}}, x.site());
}
Tensor strided_slice(const Tensor& x, const std::vector<std::int64_t>& begin, const std::vector<std::int64_t>& end,
                     const std::vector<std::int64_t>& step) {
  return compute_now(strided_slice(immediate(x), begin, end, step));
}

Symbol slice_axis(const Operand& x, std::int64_t axis, const Slice& range) {
  const SiteGuard guard(x.site());
  const int ndim = x.shape().ndim();
  const auto at = static_cast<std::size_t>(normalize_axis(axis, ndim));
  std::vector<std::int64_t> begin(static_cast<std::size_t>(ndim), 0), end(begin.size(), kSliceEnd);
  std::vector<std::int64_t> step = unit_steps(begin.size());
  begin[at] = range.begin;
  end[at] = range.end;
  step[at] = range.step;
  return strided_slice(x, begin, end, step);
}
Tensor slice_axis(const Tensor& x, std::int64_t axis, const Slice& range) {
  return compute_now(slice_axis(immediate(x), axis, range));
}

StartIndices::StartIndices(const std::vector<std::int64_t>& items) {
  for (const std::int64_t item : items) items_.emplace_back(item);
}
StartIndices::StartIndices(const Tensor& vector) : vector_(constant(vector)) {}

std::vector<std::int64_t> StartIndices::known() const {
  std::vector<std::int64_t> values;
  const auto append = [&](const Tensor& tensor) {
    for (std::int64_t i = 0; i < tensor.size(); ++i) values.push_back(tensor.item<std::int64_t>(i));
  };
  if (vector_.defined()) {
    if (const Tensor value = constant_value(vector_); value.defined()) append(value);
    return values;
  }
  for (const Operand& item : items_) {
    const Tensor value = constant_value(item.symbol());
    if (!value.defined()) return {};
    append(value);
  }
  return values;
}

Symbol StartIndices::symbol() const {
  if (vector_.defined()) return vector_;
  if (items_.size() == 1 && items_[0].shape().ndim() == 1) return items_[0].symbol();
  std::vector<Symbol> scalars;
  for (const Operand& item : items_) scalars.push_back(item.symbol(DType::Int32));
  return stack(scalars);
}

Symbol slice(const Operand& inputs, const StartIndices& start_indices, const Shape& shape) {
  const SiteGuard guard(inputs.site());
  std::vector<std::int64_t> start = start_indices.known();
  if (start.empty() && shape.ndim() > 0)
    return make_symbol("dynamic_slice", {inputs.symbol(), start_indices.symbol()}, {{"shape", shape.vector()}},
                       inputs.site());
  const auto [begin, end] = block_bounds("slice", inputs.shape(), std::move(start), shape);
  return strided_slice(inputs, begin, end, unit_steps(begin.size()));
}
Tensor slice(const Tensor& inputs, const TensorStartIndices& start_indices, const Shape& shape) {
  return compute_now(slice(immediate(inputs), start_indices, shape));
}

Symbol slice_update(const Operand& inputs, const StartIndices& start_indices, const Operand& updates) {
  const SiteGuard guard(inputs.site());
  const Symbol x = inputs.symbol(), values = updates.symbol(x.dtype());
  std::vector<std::int64_t> start = start_indices.known();
  // a block of unknown size has no known end, so it takes the way of the symbolic start
  if ((start.empty() && x.ndim() > 0) || !values.shape().is_known())
    return make_symbol("slice_update", {x, start_indices.symbol(), values}, {}, inputs.site());
  const auto [begin, end] = block_bounds("slice_update", x.shape(), std::move(start), values.shape());
  return make_symbol("slice_assign", {x, values}, {{"begin", begin}, {"end", end}, {"step", unit_steps(begin.size())}},
                     inputs.site());
}
Tensor slice_update(const Tensor& inputs, const TensorStartIndices& start_indices, const Tensor& updates) {
  return compute_now(slice_update(immediate(inputs), start_indices, immediate(updates)));
}

}  // namespace kerascpp::ops
