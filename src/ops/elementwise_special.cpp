#include <cmath>

#include <kerascpp/core/error.hpp>
#include <kerascpp/graph/immediate.hpp>
#include <kerascpp/graph/node.hpp>
#include <kerascpp/ops/elementwise.hpp>

#include "ops/dtype_limits.hpp"
#include "ops/elementwise.hpp"
#include "ops/families.hpp"
#include "ops/gradient_helpers.hpp"

/// Elementwise operations that do not fit a row: a dtype attribute, inputs of different dtypes.
namespace kerascpp::ops {
namespace {

void infer_cast(InferContext& context) {
  context.outputs = {{context.attributes.get<DType>("dtype"), context.inputs[0].shape}};
}

Gradients gradient_of_cast(const Node& node, const Gradients& g) {
  const DType dtype = node.input(0).dtype();
  if (!is_differentiable(dtype)) return {Symbol{}};
  return {cast(g[0], dtype)};
}

void infer_where(InferContext& context) {
  const TensorSpec &condition = context.inputs[0], &a = context.inputs[1], &b = context.inputs[2];
  KCPP_CHECK(is_bool(condition.dtype), DTypeError, "[where] expects a bool condition, received ", condition);
  KCPP_CHECK(a.dtype == b.dtype, DTypeError, "[where] expects choices of one dtype, received ", a, " and ", b,
             ": cast one of them");
  context.outputs = {{a.dtype, broadcast_inputs(context)}};
}

Gradients gradient_of_where(const Node& node, const Gradients& g) {
  const Symbol& condition = node.input(0);
  const Tensor known = constant_value(condition);
  if (known.defined() && known.size() == 1)  // nothing reaches the branch that is never taken
    return reduced(node, known.item<bool>() ? Gradients{{}, g[0], {}} : Gradients{{}, {}, g[0]});
  return reduced(node, {Symbol{}, where(condition, g[0], 0), where(condition, 0, g[0])});
}

void infer_polygamma(InferContext& context) {
  const std::int64_t order = context.attributes.integer("order");
  KCPP_CHECK(order >= 0, ValueError, "[polygamma] expects n >= 0, received ", order);
  KCPP_CHECK(is_floating(context.inputs[0].dtype), DTypeError, "[polygamma] expects a floating dtype, received ",
             context.inputs[0]);
  context.outputs = {context.inputs[0]};
}

Gradients gradient_of_polygamma(const Node& node, const Gradients& g) {
  const auto order = static_cast<int>(node.attributes().integer("order"));
  return {g[0] * polygamma(order + 1, node.input(0))};
}

// The numbers of `dtype` next to `bound` on the side of zero: a bound of int64 is no float64.
double bound_in(DType dtype, long double bound) {
  const Tensor rounded = kerascpp::full({}, static_cast<double>(bound), dtype);
  const double value = rounded.item<double>();
  if (std::abs(static_cast<long double>(value)) <= std::abs(bound)) return value;
  return ops::nextafter(rounded, 0).item<double>();
}

Operand limit_of(long double value, const Operand& like) {
  return {static_cast<std::int64_t>(value), like.site().file, like.site().line};
}

/// A limit for values of an integer dtype, which must have it: -1 is 0 for unsigned ones.
Operand within(const Operand& limit, DType dtype) {
  const bool is_integral = limit.is_number() && is_integer(dtype) && is_integer(limit.dtype());
  if (!is_integral) return limit;
  if (limit.number() < static_cast<double>(lowest_value(dtype))) return limit_of(lowest_value(dtype), limit);
  if (limit.number() > static_cast<double>(highest_value(dtype))) return limit_of(highest_value(dtype), limit);
  return limit;
}

}  // namespace

void register_special_elementwise_ops(OpRegistry& registry) {
  registry.add(
      {"cast", {"x"}, Trait::Elementwise | Trait::ZeroPreserving | Trait::Idempotent, infer_cast, gradient_of_cast});
  registry.add(
      {"where", {"condition", "a", "b"}, Trait::Elementwise | Trait::ZeroPreserving, infer_where, gradient_of_where});
  registry.add({"polygamma", {"x"}, only(Trait::Elementwise), infer_polygamma, gradient_of_polygamma});
}

Symbol cast(const Operand& x, DType dtype) {
  const SiteGuard guard(x.site());
  const Symbol symbol = x.is_number() ? x.symbol(dtype) : x.symbol();
  return symbol.dtype() == dtype ? symbol : make_symbol("cast", {symbol}, {{"dtype", dtype}}, x.site());
}

Symbol saturate_cast(const Operand& operand, DType dtype) {
  const SiteGuard guard(operand.site());
  Symbol x = operand.symbol();
  const DType from = x.dtype();
  if (from == dtype || is_bool(from) || is_bool(dtype) || is_complex(from) || is_complex(dtype)) return cast(x, dtype);
  // only bounds inside the range of x's own dtype are needed, and these it can hold
  const auto limit = [from](long double bound) {
    return is_floating(from) ? Operand(bound_in(from, bound)) : Operand(static_cast<std::int64_t>(bound));
  };
  if (highest_value(dtype) < highest_value(from)) x = minimum(x, limit(highest_value(dtype)));
  if (lowest_value(dtype) > lowest_value(from)) x = maximum(x, limit(lowest_value(dtype)));
  return cast(x, dtype);
}

Symbol where(const Operand& condition, const Operand& a, const Operand& b) {
  const SiteGuard guard(condition.site());
  const DType dtype = result_type({a, b});
  return make_symbol("where", {condition.symbol(DType::Bool), a.symbol(dtype), b.symbol(dtype)}, {}, condition.site());
}

Symbol select(const std::vector<Operand>& conditions, const std::vector<Operand>& choices,
              const Operand& default_value) {
  const SiteGuard guard(default_value.site());
  KCPP_CHECK(!conditions.empty() && conditions.size() == choices.size(), ValueError,
             "[select] expects as many choices as conditions and at least one, received ", conditions.size(),
             " conditions and ", choices.size(), " choices");
  Symbol result = where(conditions.back(), choices.back(), default_value);
  for (std::size_t i = conditions.size() - 1; i-- > 0;) result = where(conditions[i], choices[i], result);
  return result;
}

Symbol clip(const Operand& x, const Operand& x_min, const Operand& x_max) {
  return maximum(minimum(x, within(x_max, x.dtype())), within(x_min, x.dtype()));
}

Symbol polygamma(int n, const Operand& x) {
  const SiteGuard guard(x.site());
  const DType dtype = kRealFloat.compute_dtype("polygamma", x.dtype());
  return make_symbol("polygamma", {x.symbol(dtype)}, {{"order", static_cast<std::int64_t>(n)}}, x.site());
}

Symbol polar(const Operand& abs, const Operand& angle) { return complex(abs * cos(angle), abs * sin(angle)); }

Tensor polar(const Tensor& abs, const Tensor& angle) { return compute_now(polar(Operand(abs), Operand(angle))); }
Tensor cast(const Tensor& x, DType dtype) { return compute_now(cast(Operand(x), dtype)); }
Tensor saturate_cast(const Tensor& x, DType dtype) { return compute_now(saturate_cast(Operand(x), dtype)); }
Tensor where(const Tensor& condition, const Tensor& a, const Tensor& b) {
  return compute_now(where(Operand(condition), Operand(a), Operand(b)));
}
Tensor select(const std::vector<Tensor>& conditions, const std::vector<Tensor>& choices, const Tensor& default_value) {
  return compute_now(select(std::vector<Operand>(conditions.begin(), conditions.end()),
                            std::vector<Operand>(choices.begin(), choices.end()), Operand(default_value)));
}
Tensor clip(const Tensor& x, const Tensor& x_min, const Tensor& x_max) {
  return compute_now(clip(Operand(x), Operand(x_min), Operand(x_max)));
}
Tensor polygamma(int n, const Tensor& x) { return compute_now(polygamma(n, Operand(x))); }

}  // namespace kerascpp::ops

kerascpp::Symbol kerascpp::Symbol::astype(DType dtype) const { return ops::cast(*this, dtype); }
