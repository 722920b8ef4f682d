#include <kerascpp/backend/theano_tensor.hpp>

#include <algorithm>
#include <limits>

#include <kerascpp/core/error.hpp>
#include <kerascpp/ops/creation.hpp>
#include <kerascpp/ops/indexing.hpp>
#include <kerascpp/ops/joining.hpp>
#include <kerascpp/ops/linear_algebra.hpp>
#include <kerascpp/ops/losses.hpp>
#include <kerascpp/ops/operators.hpp>
#include <kerascpp/ops/pooling.hpp>
#include <kerascpp/ops/reductions.hpp>
#include <kerascpp/ops/shape.hpp>

#include "ops/dtype_limits.hpp"

namespace kerascpp::backend {

Symbol shape_padleft(const Operand& x, int n) { return ops::atleast_nd(x, x.shape().ndim() + n); }

Symbol shape_padright(const Operand& x, int n) {
  std::vector<std::int64_t> axes;
  for (int i = 0; i < n; ++i) axes.push_back(x.shape().ndim() + i);
  return axes.empty() ? x.symbol() : ops::expand_dims(x, axes);
}

Symbol shape_padaxis(const Operand& x, std::int64_t axis) { return ops::expand_dims(x, axis); }

Symbol join(std::int64_t axis, const SymbolList& arrays) { return ops::concatenate(arrays, axis); }

Symbol batched_dot(const Operand& a, const Operand& b) {
  const int a_ndim = a.shape().ndim(), b_ndim = b.shape().ndim();
  KCPP_CHECK((a_ndim == 2 || a_ndim == 3) && (b_ndim == 2 || b_ndim == 3), ShapeError,
             "[batched_dot] expected arrays of 2 or 3 dimensions, received ", a.shape(), " and ", b.shape());
  Symbol product =
      ops::matmul(a_ndim == 2 ? ops::expand_dims(a, 1) : a.symbol(), b_ndim == 2 ? ops::expand_dims(b, 2) : b.symbol());
  if (b_ndim == 2) product = ops::squeeze(product, 2);
  return a_ndim == 2 ? ops::squeeze(product, 1) : product;
}

MaxAndArgmax max_and_argmax(const Operand& x, const Axes& axis, bool keepdims) {
  return {ops::max(x, axis, keepdims), ops::argmax(x, axis, keepdims)};
}

namespace nnet {

Symbol relu(const Operand& x, const Operand& alpha) {
  if (alpha.is_number() && alpha.number() == 0) return ops::relu(x);
  return ops::where(ops::greater(x, 0), x, ops::multiply(x, alpha));
}

Symbol hard_sigmoid(const Operand& x) { return ops::clip(0.2 * x + 0.5, 0, 1); }

Symbol binary_crossentropy(const Operand& output, const Operand& target) {
  return -(target * ops::log(output) + (1.0 - target) * ops::log(1.0 - output));
}

Symbol categorical_crossentropy(const Operand& coding_dist, const Operand& true_dist) {
  KCPP_CHECK(coding_dist.shape().ndim() == 2, ShapeError,
             "[categorical_crossentropy] expected rows of probabilities (B, C), received ", coding_dist.shape());
  if (true_dist.shape().ndim() == 2) return -ops::sum(true_dist * ops::log(coding_dist), 1);
  KCPP_CHECK(true_dist.shape().ndim() == 1 && is_integer(true_dist.dtype()), ShapeError,
             "[categorical_crossentropy] expected a distribution for each row or the numbers of the classes, received ",
             true_dist.symbol());
  const Symbol chosen = ops::take_along_axis(coding_dist, ops::expand_dims(true_dist, 1), 1);
  return -ops::log(ops::squeeze(chosen, 1));
}

}  // namespace nnet

namespace signal {
namespace {

/// Elements that the last window needs behind the end.
std::int64_t beyond(std::int64_t length, std::int64_t window, std::int64_t stride) {
  const std::int64_t windows = length <= window ? 1 : (length - window + stride - 1) / stride + 1;
  return std::max<std::int64_t>((windows - 1) * stride + window - length, 0);
}

}  // namespace

Symbol pool_2d(const Operand& input, const Sizes& ws, const PoolOptions& options) {
  const Symbol x = input.symbol();
  const int ndim = x.ndim();
  KCPP_CHECK(ndim >= 2 && x.shape()[-1] != None && x.shape()[-2] != None, ShapeError,
             "[pool_2d] expected (..., H, W) of known size, received ", x);
  const bool is_max = options.mode == "max", is_sum = options.mode == "sum";
  KCPP_CHECK(is_max || is_sum || options.mode == "average_inc_pad" || options.mode == "average_exc_pad", ValueError,
             "[pool_2d] mode \"", options.mode, "\" is none of max, sum, average_inc_pad, average_exc_pad");
  const std::vector<std::int64_t> window = ws.expand(2, "pool_2d", "ws");
  const std::vector<std::int64_t> stride =
      options.stride.empty() ? window : options.stride.expand(2, "pool_2d", "stride");
  const std::vector<std::int64_t> pad = options.pad.expand(2, "pool_2d", "pad", 0);
  KCPP_CHECK(options.ignore_border || (pad[0] == 0 && pad[1] == 0), ValueError,
             "[pool_2d] padding needs ignore_border");
  std::vector<ops::PadWidth::Pair> widths(static_cast<std::size_t>(ndim), {0, 0});
  for (std::size_t i = 0; i < 2; ++i) {
    const std::int64_t length = x.shape()[static_cast<std::int64_t>(i) - 2] + 2 * pad[i];
    const std::int64_t after = options.ignore_border ? 0 : beyond(length, window[i], stride[i]);
    widths[static_cast<std::size_t>(ndim) - 2 + i] = {pad[i], pad[i] + after};
  }
  const auto windows = [&](const Symbol& values, double around) {
    const Symbol padded = ops::pad(values, widths, "constant", around);
    const Symbol images = ops::reshape(padded, {None, 1, padded.shape()[-2], padded.shape()[-1]});
    const ops::PoolOptions pool{.strides = stride, .padding = "valid", .data_format = "channels_first"};
    const Symbol pooled = is_max ? ops::max_pool(images, window, pool) : ops::average_pool(images, window, pool);
    Shape shape = x.shape();
    shape[-2] = pooled.shape()[2];
    shape[-1] = pooled.shape()[3];
    return ops::reshape(pooled, shape);
  };
  if (is_max)
    return windows(x, is_floating(x.dtype()) ? -std::numeric_limits<double>::infinity()
                                             : static_cast<double>(ops::lowest_value(x.dtype())));
  const Symbol mean = windows(x, 0);
  if (is_sum) return mean * static_cast<double>(window[0] * window[1]);
  if (options.mode == "average_inc_pad" && options.ignore_border) return mean;
  return mean / windows(ops::ones_like(x), 0);  // of the elements that there are
}

}  // namespace signal
}  // namespace kerascpp::backend
