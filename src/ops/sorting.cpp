#include <kerascpp/ops/sorting.hpp>

#include <kerascpp/core/error.hpp>
#include <kerascpp/graph/immediate.hpp>
#include <kerascpp/graph/node.hpp>
#include <kerascpp/ops/shape.hpp>

#include "ops/families.hpp"
#include "ops/shape_support.hpp"

// sort, argsort, top_k and searchsorted: the operations that all other questions of order are written with.

namespace kerascpp::ops {
namespace {

void check_ordered(const InferContext& context) {
  for (const TensorSpec& input : context.inputs)
    KCPP_CHECK(!is_complex(input.dtype), DTypeError, "[", context.op, "] complex numbers have no order, received ",
               input);
}

void infer_sort(InferContext& context) {
  check_ordered(context);
  (void)axis_of(context, context.inputs[0].shape.ndim());
  context.outputs = {context.inputs[0]};
}

void infer_argsort(InferContext& context) {
  infer_sort(context);
  context.outputs[0].dtype = DType::Int32;
}

// The gradient of entries of `axis` of `x` that stand at `indices`.
Symbol put_back(const Symbol& g, const Symbol& indices, const Symbol& x, std::int64_t axis) {
  return make_symbol("take_along_axis_gradient", {g, indices, x}, {{"axis", axis}});
}

std::vector<Symbol> sort_gradient(const Node& node, const std::vector<Symbol>& g) {
  const std::int64_t axis = node.attributes().integer("axis");
  return {put_back(g[0], argsort(node.input(0), axis), node.input(0), axis)};
}

void infer_top_k(InferContext& context) {
  check_ordered(context);
  const TensorSpec& x = context.inputs[0];
  const std::int64_t k = context.attributes.integer("k");
  KCPP_CHECK(x.shape.ndim() >= 1, ShapeError, "[", context.op, "] expected at least one axis, received a scalar");
  KCPP_CHECK(k >= 0 && (x.shape.back() == None || k <= x.shape.back()), ValueError, "[", context.op,
             "] expected k between 0 and the length of the last axis of ", x.shape, ", received ", k);
  Shape shape = x.shape;
  shape.set_dim(-1, k);
  context.outputs = {{x.dtype, shape}, {DType::Int32, shape}};
}

std::vector<Symbol> top_k_gradient(const Node& node, const std::vector<Symbol>& g) {
  if (!g[0].defined()) return {{}};
  return {put_back(g[0], node.output(1), node.input(0), node.input(0).ndim() - 1)};
}

void infer_searchsorted(InferContext& context) {
  check_ordered(context);
  const TensorSpec& sorted = context.inputs[0];
  const TensorSpec& values = context.inputs[1];
  const std::string& side = context.attributes.text("side");
  KCPP_CHECK(sorted.shape.ndim() == 1, ShapeError, "[", context.op, "] expected a sorted vector, received ",
             sorted.shape);
  KCPP_CHECK(sorted.dtype == values.dtype, DTypeError, "[", context.op, "] expected inputs of one dtype, received ",
             sorted, " and ", values);
  KCPP_CHECK(side == "left" || side == "right", ValueError, "[", context.op,
             "] expected side \"left\" or \"right\", received \"", side, "\"");
  context.outputs = {{DType::Int32, values.shape}};
}

// Makes `op` along one axis, or of the flattened array.
Symbol ordered(std::string_view op, const Operand& x, const Axes& axis) {
  const SiteGuard guard(x.site());
  if (axis.all()) return ordered(op, ravel(x), 0);
  KCPP_CHECK(axis.given().size() == 1, ValueError, "[", op, "] expected one axis, received ", Shape(axis.given()));
  const std::int64_t place = normalize_axis(axis.given()[0], x.shape().ndim());
  return make_symbol(op, {x.symbol()}, {{"axis", place}}, x.site());
}

}  // namespace

void register_sorting_ops(OpRegistry& registry) {
  registry.add({"sort", {"x"}, Traits{} | Trait::Idempotent, infer_sort, sort_gradient});
  registry.add({"argsort", {"x"}, Traits{} | Trait::NonDifferentiable, infer_argsort, nullptr});
  registry.add({"top_k", {"x"}, 0, infer_top_k, top_k_gradient});
  registry.add({"searchsorted",
                {"sorted_sequence", "values"},
                Traits{} | Trait::NonDifferentiable,
                infer_searchsorted,
                nullptr});
}

Symbol sort(const Operand& x, const Axes& axis) { return ordered("sort", x, axis); }
Tensor sort(const Tensor& x, const Axes& axis) { return compute_now(sort(immediate(x), axis)); }

Symbol argsort(const Operand& x, const Axes& axis) { return ordered("argsort", x, axis); }
Tensor argsort(const Tensor& x, const Axes& axis) { return compute_now(argsort(immediate(x), axis)); }

Symbol argpartition(const Operand& x, std::int64_t kth, const Axes& axis) {
  const SiteGuard guard(x.site());
  const Symbol order = ordered("argsort", x, axis);
  const std::int64_t length = axis.all() ? order.dim(0) : order.dim(axis.given()[0]);
  KCPP_CHECK(length == None || (kth >= -length && kth < length), ValueError, "[argpartition] kth ", kth,
             " is out of range for an axis of length ", length);
  return order;
}
Tensor argpartition(const Tensor& x, std::int64_t kth, const Axes& axis) {
  return compute_now(argpartition(immediate(x), kth, axis));
}

TopK top_k(const Operand& x, std::int64_t k, bool) {
  const SiteGuard guard(x.site());
  const std::vector<Symbol> parts = make_node(OpRegistry::global().get("top_k"), {x.symbol()}, {{"k", k}}, x.site());
  return {parts[0], parts[1]};
}
TopKTensors top_k(const Tensor& x, std::int64_t k, bool sorted) {
  const TopK symbols = top_k(immediate(x), k, sorted);
  std::vector<Tensor> parts = compute_now({symbols.values, symbols.indices});
  return {parts[0], parts[1]};
}

Symbol searchsorted(const Operand& sorted_sequence, const Operand& values, std::string_view side) {
  const SiteGuard guard(sorted_sequence.site());
  const DType dtype = result_type({sorted_sequence, values});
  return make_symbol("searchsorted", {sorted_sequence.symbol(dtype), values.symbol(dtype)},
                     {{"side", std::string(side)}}, values.site());
}
Tensor searchsorted(const Tensor& sorted_sequence, const Tensor& values, std::string_view side) {
  return compute_now(searchsorted(immediate(sorted_sequence), immediate(values), side));
}

Symbol digitize(const Operand& x, const Operand& bins) { return searchsorted(bins, x, "right"); }
Tensor digitize(const Tensor& x, const Tensor& bins) { return searchsorted(bins, x, "right"); }

}  // namespace kerascpp::ops
