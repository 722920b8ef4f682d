#include <algorithm>

#include <kerascpp/core/error.hpp>
#include <kerascpp/graph/immediate.hpp>
#include <kerascpp/graph/node.hpp>
#include <kerascpp/ops/elementwise.hpp>
#include <kerascpp/ops/indexing.hpp>

#include "ops/families.hpp"
#include "ops/shape_support.hpp"

// Rows reduced by segment: one op `segment_reduce` with attribute `reduction` sum, max, min or prod. Attribute `mode`
// says what an id outside [0, num_segments) does: "drop" leaves its row out, "raise" is an error.

namespace kerascpp::ops {
namespace {

void infer_segment_reduce(InferContext& context) {
  const TensorSpec& data = context.inputs[0];
  const Shape& ids = context.inputs[1].shape;
  check_integers(context, 1, "segment ids");
  const std::string& reduction = context.attributes.text("reduction");
  const std::string& mode = context.attributes.text("mode");
  const std::int64_t segments = context.attributes.integer("num_segments");
  KCPP_CHECK(reduction == "sum" || reduction == "max" || reduction == "min" || reduction == "prod", ValueError, "[",
             context.op, "] unknown reduction \"", reduction, "\"");
  KCPP_CHECK(mode == "drop" || mode == "raise", ValueError, "[", context.op, "] unknown mode \"", mode, "\"");
  KCPP_CHECK(!is_complex(data.dtype) || (reduction != "max" && reduction != "min"), DTypeError, "[", context.op,
             "] complex numbers have no order, received ", data);
  KCPP_CHECK(segments >= 0, ValueError, "[", context.op, "] expected num_segments >= 0, received ", segments);
  KCPP_CHECK(data.shape.ndim() >= 1 && ids.ndim() == 1 && may_equal(ids[0], data.shape[0]), ShapeError, "[", context.op,
             "] expected one segment id for each row of ", data.shape, ", received ids of shape ", ids);
  Shape shape = data.shape;
  shape[0] = segments;
  context.outputs = {{data.dtype, shape}};
}

Symbol rows_of(const Symbol& segments, const Symbol& ids) {
  return make_symbol("take", {segments, ids}, {{"axis", std::int64_t{0}}, {"mode", std::string("fill")}});
}

Symbol reduced(const Symbol& data, const Symbol& ids, const Attributes& attributes, std::string reduction) {
  return make_symbol("segment_reduce", {data, ids},
                     {{"num_segments", attributes.integer("num_segments")},
                      {"reduction", std::move(reduction)},
                      {"mode", attributes.text("mode")}});
}

// All elements that attain the extreme share its gradient.
Symbol extreme_gradient(const Node& node, const Symbol& g) {
  const Symbol& x = node.input(0);
  const Symbol& ids = node.input(1);
  const Symbol attains = cast(x == rows_of(node.output(), ids), x.dtype());
  const Symbol count = reduced(attains, ids, node.attributes(), "sum");
  // an empty segment has no row that would read its quotient
  return attains * rows_of(g / where(count == 0, count + 1, count), ids);
}

// The product of the others: p / x without zeros, p where x is the only zero, 0 beside a zero.
Symbol product_gradient(const Node& node, const Symbol& g) {
  const Symbol& x = node.input(0);
  const Symbol& ids = node.input(1);
  const Symbol is_zero = x == 0;
  const Symbol zeros = cast(is_zero, x.dtype());
  const Symbol nonzero = x + zeros;
  const Symbol product = rows_of(reduced(nonzero, ids, node.attributes(), "prod"), ids);
  const Symbol other_zeros = rows_of(reduced(zeros, ids, node.attributes(), "sum"), ids) - zeros;
  return rows_of(g, ids) * where(other_zeros == 0, product / nonzero, zeros_as(product));
}

std::vector<Symbol> segment_reduce_gradient(const Node& node, const std::vector<Symbol>& g) {
  const std::string& reduction = node.attributes().text("reduction");
  if (reduction == "sum") return {rows_of(g[0], node.input(1)), {}};
  return {reduction == "prod" ? product_gradient(node, g[0]) : extreme_gradient(node, g[0]), {}};
}

Symbol segment(std::string_view reduction, const Operand& data, const Operand& ids, std::int64_t num_segments) {
  KCPP_CHECK(num_segments >= 0, ValueError, "[segment_", reduction, "] expected num_segments >= 0, received ",
             num_segments, "; only on Tensors it can be left out");
  return make_symbol(
      "segment_reduce", {data.symbol(), ids.symbol()},
      {{"num_segments", num_segments}, {"reduction", std::string(reduction)}, {"mode", std::string("drop")}},
      data.site());
}

Tensor segment(std::string_view reduction, const Tensor& data, const Tensor& ids, std::int64_t num_segments) {
  if (num_segments == None) {
    num_segments = 0;
    for (std::int64_t i = 0; i < ids.size(); ++i) num_segments = std::max(num_segments, ids.item<std::int64_t>(i) + 1);
  }
  return compute_now(segment(reduction, immediate(data), immediate(ids), num_segments));
}

}  // namespace

void register_segment_ops(OpRegistry& registry) {
  registry.add({"segment_reduce", {"data", "segment_ids"}, 0, infer_segment_reduce, segment_reduce_gradient});
}

Symbol segment_sum(const Operand& data, const Operand& segment_ids, std::int64_t num_segments, bool) {
  const SiteGuard guard(data.site());
  return segment("sum", data, segment_ids, num_segments);
}
Tensor segment_sum(const Tensor& data, const Tensor& segment_ids, std::int64_t num_segments, bool) {
  return segment("sum", data, segment_ids, num_segments);
}
Symbol segment_max(const Operand& data, const Operand& segment_ids, std::int64_t num_segments, bool) {
  const SiteGuard guard(data.site());
  return segment("max", data, segment_ids, num_segments);
}
Tensor segment_max(const Tensor& data, const Tensor& segment_ids, std::int64_t num_segments, bool) {
  return segment("max", data, segment_ids, num_segments);
}
Symbol segment_min(const Operand& data, const Operand& segment_ids, std::int64_t num_segments, bool) {
  const SiteGuard guard(data.site());
  return segment("min", data, segment_ids, num_segments);
}
Tensor segment_min(const Tensor& data, const Tensor& segment_ids, std::int64_t num_segments, bool) {
  return segment("min", data, segment_ids, num_segments);
}
Symbol segment_prod(const Operand& data, const Operand& segment_ids, std::int64_t num_segments, bool) {
  const SiteGuard guard(data.site());
  return segment("prod", data, segment_ids, num_segments);
}
Tensor segment_prod(const Tensor& data, const Tensor& segment_ids, std::int64_t num_segments, bool) {
  return segment("prod", data, segment_ids, num_segments);
}

}  // namespace kerascpp::ops
