#include <algorithm>

#include <kerascpp/core/error.hpp>
#include <kerascpp/core/settings.hpp>
#include <kerascpp/graph/immediate.hpp>
#include <kerascpp/graph/node.hpp>
#include <kerascpp/ops/elementwise.hpp>
#include <kerascpp/ops/indexing.hpp>
#include <kerascpp/ops/joining.hpp>
#include <kerascpp/ops/like.hpp>
#include <kerascpp/ops/linear_algebra.hpp>
#include <kerascpp/ops/reductions.hpp>
#include <kerascpp/ops/shape.hpp>
#include <kerascpp/ops/statistics.hpp>

#include "ops/shape_support.hpp"

// diff, trapezoid, corrcoef, vander: written in slices, sums and products.

namespace kerascpp::ops {

Symbol diff(const Operand& a, std::int64_t n, std::int64_t axis) {
  const SiteGuard guard(a.site());
  KCPP_CHECK(n >= 0, ValueError, "[diff] expected n >= 0, received ", n);
  Symbol x = a.symbol();
  KCPP_CHECK(x.ndim() >= 1, ShapeError, "[diff] expected at least one axis, received a scalar");
  for (; n > 0; --n) {
    const Symbol later = slice_axis(x, axis, Slice(1)), earlier = slice_axis(x, axis, Slice(0, -1));
    x = is_bool(x.dtype()) ? not_equal(later, earlier) : later - earlier;
  }
  return x;
}
Tensor diff(const Tensor& a, std::int64_t n, std::int64_t axis) { return compute_now(diff(immediate(a), n, axis)); }

Symbol trapezoid(const Operand& y, const std::optional<Operand>& x, double dx, std::int64_t axis) {
  const SiteGuard guard(y.site());
  const Symbol samples = y.symbol(is_differentiable(y.dtype()) ? y.dtype() : floatx());
  const int place = normalize_axis(axis, samples.ndim());
  const Symbol sums = slice_axis(samples, place, Slice(1)) + slice_axis(samples, place, Slice(0, -1));
  if (!x) return sum(sums, place) * (dx / 2);
  Symbol width = diff(*x, 1, x->shape().ndim() == 1 ? 0 : place);
  if (width.ndim() == 1 && samples.ndim() > 1) {
    // a vector of places lies along `axis`
    std::vector<std::int64_t> others;
    for (int i = 0; i < samples.ndim(); ++i)
      if (i != place) others.push_back(i);
    width = expand_dims(width, others);
  }
  return sum(sums * width, place) * 0.5;
}
Tensor trapezoid(const Tensor& y, const Tensor& x, double dx, std::int64_t axis) {
  std::optional<Operand> places;
  if (x.defined()) places = immediate(x);
  return compute_now(trapezoid(immediate(y), places, dx, axis));
}

Symbol corrcoef(const Operand& x) {
  const SiteGuard guard(x.site());
  const int ndim = x.shape().ndim();
  KCPP_CHECK(ndim == 1 || ndim == 2, ShapeError, "[corrcoef] expected a vector or a matrix, received ", x.shape());
  const Symbol data = atleast_nd(x.symbol(is_floating(x.dtype()) ? x.dtype() : floatx()), 2);
  const Symbol centered = data - mean(data, 1, true);
  const Symbol covariance = matmul(centered, transpose(centered));
  const Symbol deviation = sqrt(sum(square(centered), 1, true));
  // rounding may not lead out of [-1, 1]
  const Symbol coefficients = clip(covariance / (deviation * transpose(deviation)), -1.0, 1.0);
  return ndim == 1 ? squeeze(coefficients, {0, 1}) : coefficients;
}
Tensor corrcoef(const Tensor& x) { return compute_now(corrcoef(immediate(x))); }

Symbol vander(const Operand& x, std::optional<std::int64_t> N, bool increasing) {
  const SiteGuard guard(x.site());
  KCPP_CHECK(x.shape().ndim() == 1, ShapeError, "[vander] expected a vector, received ", x.shape());
  const std::int64_t columns = N.value_or(x.shape()[0]);
  KCPP_CHECK(N || columns != None, ShapeError, "[vander] the length of ", x.shape(), " is not known; give N");
  KCPP_CHECK(columns >= 1, ValueError, "[vander] expected at least one column, received ", columns);
  const Symbol base = x.symbol();
  std::vector<Symbol> powers{broadcast_like(constant(full({}, 1, base.dtype())), base)};
  while (static_cast<std::int64_t>(powers.size()) < columns) powers.push_back(powers.back() * base);
  if (!increasing) std::reverse(powers.begin(), powers.end());
  return stack(powers, 1);
}
Tensor vander(const Tensor& x, std::optional<std::int64_t> N, bool increasing) {
  return compute_now(vander(immediate(x), N, increasing));
}

}  // namespace kerascpp::ops
