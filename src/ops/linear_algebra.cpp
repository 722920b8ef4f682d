#include <kerascpp/ops/linear_algebra.hpp>

#include <algorithm>
#include <cmath>

#include <kerascpp/core/error.hpp>
#include <kerascpp/core/settings.hpp>
#include <kerascpp/graph/immediate.hpp>
#include <kerascpp/graph/node.hpp>
#include <kerascpp/ops/convolution.hpp>
#include <kerascpp/ops/elementwise.hpp>
#include <kerascpp/ops/indexing.hpp>
#include <kerascpp/ops/joining.hpp>
#include <kerascpp/ops/like.hpp>
#include <kerascpp/ops/linalg.hpp>
#include <kerascpp/ops/reductions.hpp>
#include <kerascpp/ops/shape.hpp>

#include "ops/shape_support.hpp"

namespace kerascpp::ops {
namespace {

// int64 and shorter integers are computed in floatx(), as in Keras.
Symbol floating(const Operand& x) {
  const DType dtype = x.dtype();
  return is_differentiable(dtype) ? x.symbol() : x.symbol(floatx());
}

Symbol square_of_modulus(const Symbol& x) { return is_complex(x.dtype()) ? square(abs(x)) : square(x); }

Symbol vector_norm(const Symbol& x, const NormOrder& ord, const Axes& axis, bool keepdims) {
  const double* p = ord.number();
  if (ord.none() || (p != nullptr && *p == 2)) return sqrt(sum(square_of_modulus(x), axis, keepdims));
  KCPP_CHECK(p != nullptr, ValueError, "[norm] expected a number as the order of a vector norm, received ", ord);
  const Symbol modulus = abs(x);
  if (std::isinf(*p)) return *p > 0 ? max(modulus, axis, keepdims) : min(modulus, axis, keepdims);
  if (*p == 0) return sum(cast(not_equal(x, 0), modulus.dtype()), axis, keepdims);
  if (*p == 1) return sum(modulus, axis, keepdims);
  return power(sum(power(modulus, *p), axis, keepdims), 1 / *p);
}

Symbol matrix_norm(const Symbol& x, const NormOrder& ord, std::int64_t row_axis, std::int64_t column_axis,
                   bool keepdims) {
  const std::vector<std::int64_t> both{row_axis, column_axis};
  if (ord.none() || (ord.name() != nullptr && *ord.name() == "fro"))
    return sqrt(sum(square_of_modulus(x), both, keepdims));
  const double* p = ord.number();
  const bool columns = p != nullptr && std::fabs(*p) == 1, rows = p != nullptr && std::isinf(*p);
  const bool nuclear = ord.name() != nullptr && *ord.name() == "nuc";
  if (nuclear || (p != nullptr && std::fabs(*p) == 2)) {
    const Symbol values = svd(moveaxis(x, both, {-2, -1}), false, false).s;
    const Symbol result = nuclear ? sum(values, -1) : *p > 0 ? max(values, -1) : min(values, -1);
    return keepdims ? expand_dims(result, both) : result;
  }
  KCPP_CHECK(columns || rows, ValueError,
             "[norm] expected None, \"fro\", \"nuc\", 1, -1, 2, -2, inf or -inf as the order of a matrix norm, "
             "received ",
             ord);
  const Symbol sums = sum(abs(x), columns ? row_axis : column_axis, true);
  const Symbol result = *p > 0 ? max(sums, both, true) : min(sums, both, true);
  return keepdims ? result : squeeze(result, both);
}

}  // namespace

std::string to_string(const NormOrder& order) {
  if (order.none()) return "None";
  return order.name() != nullptr ? text_of('"', *order.name(), '"') : text_of(*order.number());
}

Symbol norm(const Operand& x, const NormOptions& options) {
  const SiteGuard guard(x.site());
  const Symbol value = floating(x);
  std::vector<std::int64_t> axes = options.axis.given();
  for (std::int64_t& axis : axes) axis = normalize_axis(axis, value.ndim());
  if (axes.empty())
    for (std::int64_t axis = 0; axis < value.ndim(); ++axis) axes.push_back(axis);
  if (axes.size() == 1) return vector_norm(value, options.ord, axes, options.keepdims);
  if (axes.size() == 2) return matrix_norm(value, options.ord, axes[0], axes[1], options.keepdims);
  KCPP_CHECK(options.ord.none(), ValueError, "[norm] expected one or two axes for order ", options.ord, ", received ",
             axes.size());
  return sqrt(sum(square_of_modulus(value), axes, options.keepdims));
}

Symbol cross(const Operand& x1, const Operand& x2, const CrossOptions& options) {
  const SiteGuard guard(x1.site());
  const bool one_axis = !options.axis.all();
  KCPP_CHECK(options.axis.given().size() <= 1, ValueError, "[cross] expected one axis, received ",
             options.axis.given().size());
  const std::int64_t axis = one_axis ? options.axis.given().front() : 0;
  const Symbol a = moveaxis(x1, one_axis ? axis : options.axisa, -1);
  const Symbol b = moveaxis(x2, one_axis ? axis : options.axisb, -1);
  const std::int64_t length_a = a.dim(-1), length_b = b.dim(-1);
  const auto fits = [](std::int64_t length) { return length == 2 || length == 3; };
  KCPP_CHECK(fits(length_a) && fits(length_b), ShapeError,
             "[cross] expected vectors of 2 or 3 elements, received shapes ", x1.shape(), " and ", x2.shape());
  const auto element = [](const Symbol& v, std::int64_t i) { return squeeze(slice_axis(v, -1, Slice(i, i + 1)), -1); };
  const Symbol a0 = element(a, 0), a1 = element(a, 1), b0 = element(b, 0), b1 = element(b, 1);
  const Symbol last = a0 * b1 - a1 * b0;
  if (length_a == 2 && length_b == 2) return last;
  // the third element of a vector of two is zero
  Symbol first, second;
  if (length_b == 3) {
    const Symbol b2 = element(b, 2);
    first = a1 * b2;
    second = negative(a0 * b2);
  }
  if (length_a == 3) {
    const Symbol a2 = element(a, 2);
    first = first.defined() ? first - a2 * b1 : negative(a2 * b1);
    second = second.defined() ? a2 * b0 + second : a2 * b0;
  }
  const Symbol product = stack({first, second, last}, -1);
  return moveaxis(product, -1, one_axis ? axis : options.axisc);
}

Symbol matrix_power(const Operand& a, std::int64_t n) {
  const SiteGuard guard(a.site());
  const Symbol x = a.symbol();
  KCPP_CHECK(x.ndim() >= 2 && may_equal(x.dim(-1), x.dim(-2)), ShapeError,
             "[matrix_power] expected square matrices, received shape ", x.shape());
  if (n < 0) return matrix_power(inv(x), -n);
  if (n == 0) return cast(equal(iota_like(x, -2), iota_like(x, -1)), x.dtype());
  // the bits of n, lowest first: `square` is x^(2^bit)
  Symbol result, square = x;
  for (std::int64_t rest = n; rest > 0; rest /= 2) {
    if (rest % 2 == 1) result = result.defined() ? matmul(result, square) : square;
    if (rest > 1) square = matmul(square, square);
  }
  return result;
}

Symbol correlate(const Operand& x1, const Operand& x2, std::string_view mode) {
  const SiteGuard guard(x1.site());
  KCPP_CHECK(mode == "valid" || mode == "same" || mode == "full", ValueError,
             "[correlate] expected mode \"valid\", \"same\" or \"full\", received \"", mode, "\"");
  const DType common = result_type(std::vector<Operand>{x1, x2});
  const DType dtype = is_differentiable(common) ? common : common == DType::Int64 ? DType::Float64 : DType::Float32;
  Symbol a = x1.symbol(dtype), v = x2.symbol(dtype);
  KCPP_CHECK(
      a.ndim() == 1 && v.ndim() == 1 && a.shape().is_known() && v.shape().is_known() && a.dim(0) > 0 && v.dim(0) > 0,
      ShapeError, "[correlate] expected two vectors of known length, received shapes ", a.shape(), " and ", v.shape());
  if (is_complex(dtype)) v = conj(v);
  const std::int64_t n = a.dim(0), m = v.dim(0);
  // the window slides over the longer one; c_k(v, a) read backwards is c_k(a, v)
  const bool swapped = n < m;
  if (swapped) std::swap(a, v);
  const std::int64_t shorter = std::min(n, m);
  std::int64_t before = 0, after = 0;
  if (mode == "full") before = after = shorter - 1;
  if (mode == "same") {
    // the middle of "full": numpy starts at floor((M - 1) / 2) of it, counted from the end when swapped
    before = shorter / 2;
    after = shorter - 1 - before;
    if (swapped) std::swap(before, after);
  }
  const Symbol line = reshape(pad(a, {{before, after}}), {1, -1, 1});
  const Symbol result = ravel(conv(line, reshape(v, {-1, 1, 1}), {.data_format = "channels_last"}));
  return swapped ? flip(result, 0) : result;
}

Tensor norm(const Tensor& x, const NormOptions& options) { return compute_now(norm(immediate(x), options)); }
Tensor cross(const Tensor& x1, const Tensor& x2, const CrossOptions& options) {
  return compute_now(cross(immediate(x1), immediate(x2), options));
}
Tensor matrix_power(const Tensor& a, std::int64_t n) { return compute_now(matrix_power(immediate(a), n)); }
Tensor correlate(const Tensor& x1, const Tensor& x2, std::string_view mode) {
  return compute_now(correlate(immediate(x1), immediate(x2), mode));
}

}  // namespace kerascpp::ops
