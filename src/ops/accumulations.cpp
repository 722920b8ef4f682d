#include <kerascpp/ops/accumulations.hpp>

#include <string_view>

#include <kerascpp/core/error.hpp>
#include <kerascpp/graph/node.hpp>
#include <kerascpp/ops/elementwise.hpp>

#include "ops/axis_support.hpp"
#include "ops/elementwise.hpp"

namespace kerascpp::ops {
namespace {

Symbol accumulate(std::string_view op, const Operand& operand, const Axes& axis, const AccumulationOptions& options) {
  const DType dtype = options.dtype.value_or(kNumber.compute_dtype(op, operand.dtype()));
  Symbol x = operand.symbol(dtype);
  if (axis.all() && x.ndim() != 1)
    x = make_symbol("reshape", {x}, {{"shape", std::vector<std::int64_t>{-1}}}, operand.site());
  const std::vector<std::int64_t> axes = normalized_axes(op, axis, x, operand.site());
  KCPP_CHECK(axes.size() == 1, ValueError, "[", op, "] expects one axis, received ", axes.size());
  return make_symbol(op, {x}, {{"axis", axes[0]}, {"exclusive", options.exclusive}, {"reverse", options.reverse}},
                     operand.site());
}

Symbol without_nan(const Operand& operand, double replacement) {
  const Symbol x = operand.symbol();
  return is_differentiable(x.dtype()) ? where(isnan(x), replacement, x) : x;
}

}  // namespace

Symbol cumsum(const Operand& x, const Axes& axis, const AccumulationOptions& options) {
  const SiteGuard guard(x.site());
  return accumulate("cumsum", x, axis, options);
}
Symbol cumprod(const Operand& x, const Axes& axis, const AccumulationOptions& options) {
  const SiteGuard guard(x.site());
  return accumulate("cumprod", x, axis, options);
}
Symbol nancumsum(const Operand& x, const Axes& axis, const AccumulationOptions& options) {
  const SiteGuard guard(x.site());
  return accumulate("cumsum", without_nan(x, 0), axis, options);
}
Symbol nancumprod(const Operand& x, const Axes& axis, const AccumulationOptions& options) {
  const SiteGuard guard(x.site());
  return accumulate("cumprod", without_nan(x, 1), axis, options);
}

}  // namespace kerascpp::ops
