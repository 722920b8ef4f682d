#include <algorithm>

#include <kerascpp/core/error.hpp>
#include <kerascpp/graph/immediate.hpp>
#include <kerascpp/graph/node.hpp>
#include <kerascpp/ops/indexing.hpp>
#include <kerascpp/ops/shape.hpp>

#include "ops/families.hpp"
#include "ops/shape_support.hpp"

namespace kerascpp::ops {
namespace {

// How far a mode reaches beyond an axis of length n; -1 where there is no limit.
std::int64_t reach(const std::string& mode, std::int64_t n) {
  if (mode == "reflect") return n - 1;
  if (mode == "symmetric" || mode == "wrap") return n;
  return mode == "edge" && n == 0 ? 0 : -1;
}

Shape padded_shape(const InferContext& context, const Shape& from) {
  const std::vector<std::int64_t>& low = context.attributes.integers("low");
  const std::vector<std::int64_t>& high = context.attributes.integers("high");
  const std::string& mode = context.attributes.text("mode");
  KCPP_CHECK(mode == "constant" || mode == "edge" || mode == "reflect" || mode == "symmetric" || mode == "wrap",
             ValueError, "[", context.op, "] expected mode constant, edge, reflect, symmetric or wrap, received \"",
             mode, "\"");
  const auto ndim = static_cast<std::size_t>(from.ndim());
  KCPP_CHECK(low.size() == ndim && high.size() == ndim, ShapeError, "[", context.op, "] expected ", ndim,
             " widths, one for each axis of ", from, ", received ", low.size());
  Shape shape = from;
  for (std::size_t i = 0; i < ndim; ++i) {
    const std::int64_t n = from[static_cast<std::int64_t>(i)];
    KCPP_CHECK(low[i] >= 0 && high[i] >= 0, ValueError, "[", context.op, "] expected widths >= 0, received ", low[i],
               " and ", high[i], " for axis ", i, "; use slice to make an array smaller");
    if (n == None) continue;
    const std::int64_t limit = reach(mode, n);
    KCPP_CHECK(limit < 0 || (low[i] <= limit && high[i] <= limit), ShapeError, "[", context.op, "] mode \"", mode,
               "\" reaches at most ", limit, " elements beyond axis ", i, " of ", from, ", received widths ", low[i],
               " and ", high[i]);
    shape[static_cast<std::int64_t>(i)] = n + low[i] + high[i];
  }
  return shape;
}

void infer_pad(InferContext& context) {
  const TensorSpec& x = context.inputs[0];
  context.outputs = {{x.dtype, padded_shape(context, x.shape)}};
}

void infer_pad_gradient(InferContext& context) {
  const TensorSpec& g = context.inputs[0];
  const Shape& like = context.inputs[1].shape;
  const Shape expected = padded_shape(context, like);
  bool fits = g.shape.ndim() == like.ndim();
  for (int i = 0; fits && i < like.ndim(); ++i) fits = may_equal(g.shape[i], expected[i]);
  KCPP_CHECK(fits, ShapeError, "[", context.op, "] expected a gradient of shape ", expected, ", received ", g.shape);
  context.outputs = {{g.dtype, like}};
}

Attributes widths(const Attributes& from) {
  return {{"low", from.integers("low")}, {"high", from.integers("high")}, {"mode", from.text("mode")}, {"value", 0.0}};
}

std::vector<Symbol> pad_gradient(const Node& node, const std::vector<Symbol>& g) {
  const Attributes& attributes = node.attributes();
  if (attributes.text("mode") != "constant")
    return {make_symbol("pad_gradient", {g[0], node.input(0)}, widths(attributes))};
  const std::vector<std::int64_t>& low = attributes.integers("low");
  std::vector<std::int64_t> end;
  for (const std::int64_t width : attributes.integers("high")) end.push_back(width == 0 ? kSliceEnd : -width);
  return {strided_slice(g[0], low, end, std::vector<std::int64_t>(low.size(), 1))};
}

std::vector<Symbol> pad_gradient_gradient(const Node& node, const std::vector<Symbol>& g) {
  return {make_symbol("pad", {g[0]}, widths(node.attributes())), {}};
}

}  // namespace

PadWidth::PadWidth(std::initializer_list<std::int64_t> before_after) {
  KCPP_CHECK(before_after.size() == 1 || before_after.size() == 2, ValueError,
             "[pad] expected {before, after} or {{before, after}, ...}, received a list of ", before_after.size());
  pairs_ = {{*before_after.begin(), *(before_after.end() - 1)}};
}

std::vector<PadWidth::Pair> PadWidth::expanded(int ndim) const {
  std::vector<Pair> pairs = pairs_;
  if (pairs.size() == 1) pairs.resize(static_cast<std::size_t>(ndim), pairs_.front());
  KCPP_CHECK(static_cast<int>(pairs.size()) == ndim, ValueError, "[pad] expected one pair of widths or ", ndim,
             ", one for each axis, received ", pairs.size());
  for (const auto& [before, after] : pairs)
    KCPP_CHECK(before >= 0 && after >= 0, ValueError, "[pad] expected widths >= 0, received ", before, " and ", after);
  return pairs;
}

void register_pad_ops(OpRegistry& registry) {
  registry.add({"pad", {"x"}, 0, infer_pad, pad_gradient});
  registry.add({"pad_gradient", {"g", "like"}, Traits{} | Trait::LikeLast, infer_pad_gradient, pad_gradient_gradient});
}

Symbol pad(const Operand& x, const PadWidth& pad_width, std::string_view mode, double constant_values) {
  const SiteGuard guard(x.site());
  std::vector<std::int64_t> low, high;
  for (const auto& [before, after] : pad_width.expanded(x.shape().ndim())) {
    low.push_back(before);
    high.push_back(after);
  }
  return make_symbol("pad", {x.symbol()},
                     {{"low", low}, {"high", high}, {"mode", std::string(mode)}, {"value", constant_values}}, x.site());
}
Tensor pad(const Tensor& x, const PadWidth& pad_width, std::string_view mode, double constant_values) {
  return compute_now(pad(immediate(x), pad_width, mode, constant_values));
}

}  // namespace kerascpp::ops
