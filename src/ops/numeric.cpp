#include <kerascpp/ops/numeric.hpp>

#include <cmath>
#include <limits>
#include <numbers>

#include <kerascpp/core/error.hpp>
#include <kerascpp/core/settings.hpp>
#include <kerascpp/graph/node.hpp>
#include <kerascpp/ops/elementwise.hpp>
#include <kerascpp/ops/indexing.hpp>
#include <kerascpp/ops/joining.hpp>
#include <kerascpp/ops/reductions.hpp>

#include "ops/dtype_limits.hpp"
#include "ops/elementwise.hpp"

namespace kerascpp::ops {
namespace {

Symbol floating(const Operand& x, const char* op) { return x.symbol(kFloat.compute_dtype(op, x.dtype())); }
Symbol real_floating(const Operand& x, const char* op) { return x.symbol(kRealFloat.compute_dtype(op, x.dtype())); }
Symbol true_like(const Symbol& x) { return equal(x, x); }

}  // namespace

Symbol round(const Operand& operand, int decimals) {
  const SiteGuard guard(operand.site());
  const Symbol x = operand.symbol();
  if (decimals == 0) return make_symbol("round", {x}, {}, operand.site());
  const bool is_whole = !is_floating(x.dtype());
  kReal.check("round", x.dtype());
  if (is_whole && decimals > 0) return x;
  // a power of ten is exact as the larger number: 100 rather than 0.01
  const double factor = std::pow(10.0, std::abs(decimals));
  const Symbol wide = is_whole ? cast(x, floatx()) : x;
  const Symbol rounded = make_symbol("round", {decimals > 0 ? wide * factor : wide / factor}, {}, operand.site());
  const Symbol result = decimals > 0 ? rounded / factor : rounded * factor;
  return cast(result, x.dtype());
}

Symbol fabs(const Operand& x) { return abs(real_floating(x, "fabs")); }
Symbol deg2rad(const Operand& x) { return floating(x, "deg2rad") * (std::numbers::pi / 180); }
Symbol rad2deg(const Operand& x) { return floating(x, "rad2deg") * (180 / std::numbers::pi); }

Symbol sinc(const Operand& operand) {
  const SiteGuard guard(operand.site());
  const Symbol x = floating(operand, "sinc");
  const Symbol at_zero = x == 0;
  const Symbol angle = std::numbers::pi * where(at_zero, 1, x);
  return where(at_zero, 1, sin(angle) / angle);
}

Symbol divide_no_nan(const Operand& a, const Operand& b) {
  const SiteGuard guard(a.site());
  const DType dtype = kFloat.compute_dtype("divide_no_nan", result_type({a, b}));
  const Symbol divisor = b.symbol(dtype);
  const Symbol is_zero = divisor == 0;
  return where(is_zero, 0, a.symbol(dtype) / where(is_zero, 1, divisor));
}

Symbol logaddexp2(const Operand& a, const Operand& b) {
  const SiteGuard guard(a.site());
  const DType dtype = kRealFloat.compute_dtype("logaddexp2", result_type({a, b}));
  return logaddexp(a.symbol(dtype) * std::numbers::ln2, b.symbol(dtype) * std::numbers::ln2) * (1 / std::numbers::ln2);
}

Symbol nan_to_num(const Operand& operand, double nan, std::optional<double> posinf, std::optional<double> neginf) {
  const SiteGuard guard(operand.site());
  const Symbol x = operand.symbol();
  kReal.check("nan_to_num", x.dtype());
  if (!is_floating(x.dtype())) return x;
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  const Symbol finite_above = where(x == kInfinity, posinf.value_or(largest_finite(x.dtype())), x);
  const Symbol finite = where(x == -kInfinity, neginf.value_or(-largest_finite(x.dtype())), finite_above);
  return where(isnan(x), nan, finite);
}

Symbol isposinf(const Operand& operand) {
  const SiteGuard guard(operand.site());
  const Symbol x = operand.symbol();
  kReal.check("isposinf", x.dtype());
  return logical_and(isinf(x), x > 0);
}

Symbol isneginf(const Operand& operand) {
  const SiteGuard guard(operand.site());
  const Symbol x = operand.symbol();
  kReal.check("isneginf", x.dtype());
  return logical_and(isinf(x), x < 0);
}

Symbol isreal(const Operand& operand) {
  const SiteGuard guard(operand.site());
  const Symbol x = operand.symbol();
  return is_complex(x.dtype()) ? imag(x) == 0 : true_like(logical_not(x));
}

Symbol isclose(const Operand& left, const Operand& right, double rtol, double atol, bool equal_nan) {
  const SiteGuard guard(left.site());
  const DType dtype = kFloat.compute_dtype("isclose", result_type({left, right}));
  const Symbol a = left.symbol(dtype), b = right.symbol(dtype);
  const Symbol near = logical_and(abs(a - b) <= atol + rtol * abs(b), isfinite(b));
  const Symbol close = logical_or(near, a == b);
  return equal_nan ? logical_or(close, logical_and(isnan(a), isnan(b))) : close;
}

Symbol allclose(const Operand& a, const Operand& b, double rtol, double atol, bool equal_nan) {
  const SiteGuard guard(a.site());
  return all(isclose(a, b, rtol, atol, equal_nan));
}

Symbol view_as_complex(const Operand& operand) {
  const SiteGuard guard(operand.site());
  const Symbol x = operand.symbol();
  KCPP_CHECK(x.ndim() > 0 && (x.dim(-1) == 2 || x.dim(-1) == None), ShapeError,
             "[view_as_complex] expects a last axis of length 2, received ", x.spec());
  return complex(get_item(x, {Ellipsis(), 0}), get_item(x, {Ellipsis(), 1}));
}

Symbol view_as_real(const Operand& operand) {
  const SiteGuard guard(operand.site());
  const Symbol x = operand.symbol();
  return stack({real(x), imag(x)}, -1);
}

}  // namespace kerascpp::ops
