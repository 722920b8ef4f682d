#include <kerascpp/backend/theano.hpp>

#include <algorithm>

#include <kerascpp/core/error.hpp>
#include <kerascpp/graph/node.hpp>
#include <kerascpp/ops/convolution.hpp>
#include <kerascpp/ops/creation.hpp>
#include <kerascpp/ops/indexing.hpp>
#include <kerascpp/ops/joining.hpp>
#include <kerascpp/ops/like.hpp>
#include <kerascpp/ops/operators.hpp>
#include <kerascpp/ops/shape.hpp>

#include "ops/iota.hpp"

namespace kerascpp::backend {
namespace {

/// As many zeros, an int64 scalar.
Symbol zeros_along(const Symbol& x, int axis, const Symbol& count) {
  std::vector<std::int64_t> others;
  for (int other = 0; other < x.ndim(); ++other)
    if (other != axis) others.push_back(other);
  Symbol line = ops::cast(ops::zeros_like(ops::iota(count)), x.dtype());
  if (!others.empty()) line = ops::expand_dims(line, others);
  return ops::zeros_like(ops::slice_axis(x, axis, Slice(0, 1))) + line;
}

Symbol constant_size(std::int64_t size) { return constant(Tensor(std::vector<std::int64_t>{size}).reshape(Shape{})); }

/// The length of an axis as far as the graph knows it, or as the function finds it.
Symbol size_of(const Symbol& x, int axis) {
  const std::int64_t known = x.shape()[axis];
  return known == None ? ops::axis_size(x, axis) : constant_size(known);
}

/// `x` with zeros around the axes from `first` on: what "full" or "half" asks for a kernel of the axes from
/// `first_of_kernel` on.
Symbol surrounded(Symbol x, int first, const Symbol& kernel, int first_of_kernel, int count, bool full) {
  std::vector<ops::PadWidth::Pair> known(static_cast<std::size_t>(x.ndim()), {0, 0});
  for (int i = 0; i < count; ++i) {
    const std::int64_t window = kernel.shape()[first_of_kernel + i];
    if (window != None) {
      const std::int64_t zeros = full ? window - 1 : window / 2;
      known[static_cast<std::size_t>(first + i)] = {zeros, zeros};
      continue;
    }
    const Symbol size = size_of(kernel, first_of_kernel + i);
    const Symbol zeros =
        zeros_along(x, first + i, full ? size - constant_size(1) : ops::floor_divide(size, constant_size(2)));
    x = ops::concatenate({zeros, x, zeros}, first + i);
  }
  const auto is_any = [](const ops::PadWidth::Pair& pair) { return pair != ops::PadWidth::Pair{0, 0}; };
  return std::any_of(known.begin(), known.end(), is_any) ? ops::pad(x, known) : x;
}

Symbol with_shape(const Operand& x, const std::optional<Shape>& shape) {
  return shape ? specify_shape(x, *shape) : x.symbol();
}

/// In front of `x` as many dimensions as are missing.
Symbol with_ndim(Symbol x, int ndim) {
  while (x.ndim() < ndim) x = ops::expand_dims(x, 0);
  return x;
}

bool at_most(const Shape& a, const Shape& b) {
  for (int i = 0; i < a.ndim(); ++i)
    if (a[i] == None || b[i] == None || a[i] > b[i]) return false;
  return true;
}

// Along an axis, the elements of "same" begin (K - 1) / 2 elements behind those of "full".
Symbol middle(Symbol full, const Symbol& x, const Symbol& kernel) {
  for (int axis = 0; axis < kernel.ndim(); ++axis) {
    const std::int64_t window = kernel.shape()[axis];
    if (window != None) {
      const std::int64_t before = (window - 1) / 2, after = window - 1 - before;
      full = ops::slice_axis(full, axis, after == 0 ? Slice(before) : Slice(before, -after));
      continue;
    }
    const Symbol before = ops::floor_divide(size_of(kernel, axis) - constant_size(1), constant_size(2));
    full = ops::take(full, ops::iota(size_of(x, axis)) + before, axis);
  }
  return full;
}

}  // namespace

Symbol alloc(const Operand& value, const Shape& shape) { return ops::broadcast_to(value, shape); }

Symbol fill(const Operand& a, const Operand& b) { return ops::broadcast_like(b, a); }

DimensionOrNew::DimensionOrNew(const char* text) {
  KCPP_CHECK(std::string_view(text) == "x", ValueError, "[dimshuffle] expected a dimension or \"x\", received \"", text,
             "\"");
}

Symbol dimshuffle(const Operand& x, const std::vector<DimensionOrNew>& pattern) {
  const Symbol symbol = x.symbol();
  std::vector<std::int64_t> order, added, dropped;
  for (std::size_t i = 0; i < pattern.size(); ++i) {
    if (pattern[i].is_new()) {
      added.push_back(static_cast<std::int64_t>(i));
      continue;
    }
    const std::int64_t axis = pattern[i].dimension();
    KCPP_CHECK(axis < symbol.ndim(), ValueError, "[dimshuffle] there is no dimension ", axis, " in ", symbol);
    KCPP_CHECK(std::find(order.begin(), order.end(), axis) == order.end(), ValueError, "[dimshuffle] dimension ", axis,
               " comes twice");
    order.push_back(axis);
  }
  for (std::int64_t axis = 0; axis < symbol.ndim(); ++axis)
    if (std::find(order.begin(), order.end(), axis) == order.end()) {
      KCPP_CHECK(symbol.shape()[axis] == 1, ShapeError, "[dimshuffle] dimension ", axis, " of ", symbol,
                 " is left out and does not have length 1");
      dropped.push_back(axis);
    }
  Symbol result = symbol;
  if (!dropped.empty()) {
    result = ops::squeeze(result, dropped);
    for (std::int64_t& axis : order)
      axis -= std::count_if(dropped.begin(), dropped.end(), [axis](std::int64_t other) { return other < axis; });
  }
  if (!std::is_sorted(order.begin(), order.end())) result = ops::transpose(result, order);
  return added.empty() ? result : ops::expand_dims(result, added);
}

Symbol specify_shape(const Operand& x, const Shape& shape) {
  return make_symbol("specify_shape", {x.symbol()}, {{"shape", shape.vector()}}, x.site());
}

namespace nnet {

Symbol conv2d(const Operand& input, const Operand& filters, const Conv2DOptions& options) {
  const DType dtype = result_type({input, filters});
  Symbol x = ops::cast(with_shape(input, options.input_shape), dtype);
  Symbol w = ops::cast(with_shape(filters, options.filter_shape), dtype);
  KCPP_CHECK(x.ndim() == 4 && w.ndim() == 4, ShapeError,
             "[conv2d] expected an input (B, C, H, W) and filters (F, C, K_h, K_w), received ", x.shape(), " and ",
             w.shape());
  const std::string& mode = options.border_mode.name();
  if (mode == "full" || mode == "half") {
    x = surrounded(x, 2, w, 2, 2, mode == "full");
  } else if (mode != "valid") {
    const std::vector<std::int64_t>& zeros = options.border_mode.elements();
    KCPP_CHECK(mode.empty() && zeros.size() == 2, ValueError, "[conv2d] border_mode \"", mode,
               "\" is none of valid, full, half, and no pair of numbers");
    if (zeros[0] != 0 || zeros[1] != 0)
      x = ops::pad(x, std::vector<ops::PadWidth::Pair>{{0, 0}, {0, 0}, {zeros[0], zeros[0]}, {zeros[1], zeros[1]}});
  }
  if (options.filter_flip) w = ops::flip(w, {2, 3});
  return ops::conv(x, ops::transpose(w, {2, 3, 1, 0}), {.strides = options.subsample, .data_format = "channels_first"});
}

}  // namespace nnet

namespace signal {

// images as a batch of one channel, filters as so many outputs
Symbol conv2d(const Operand& input, const Operand& filters, const Conv2DOptions& options) {
  const Symbol x = with_shape(input, options.image_shape), w = with_shape(filters, options.filter_shape);
  KCPP_CHECK((x.ndim() == 2 || x.ndim() == 3) && (w.ndim() == 2 || w.ndim() == 3), ShapeError,
             "[signal.conv2d] expected an input (H, W) or (B, H, W) and filters (K_h, K_w) or (F, K_h, K_w), received ",
             x.shape(), " and ", w.shape());
  Symbol result = nnet::conv2d(ops::expand_dims(with_ndim(x, 3), 1), ops::expand_dims(with_ndim(w, 3), 1),
                               {.border_mode = options.border_mode, .subsample = options.subsample});
  if (w.ndim() == 2) result = ops::squeeze(result, 1);
  return x.ndim() == 2 ? ops::squeeze(result, 0) : result;
}

}  // namespace signal

Symbol convolve(const Operand& x, const Operand& kernel, const std::string& mode) {
  const DType dtype = result_type({x, kernel});
  Symbol a = x.symbol(dtype), b = kernel.symbol(dtype);
  KCPP_CHECK(a.ndim() == b.ndim() && a.ndim() >= 1 && a.ndim() <= 3, ShapeError,
             "[convolve] expected two arrays of 1 to 3 dimensions, received ", a.shape(), " and ", b.shape());
  KCPP_CHECK(mode == "full" || mode == "same" || mode == "valid", ValueError, "[convolve] mode \"", mode,
             "\" is none of full, same, valid");
  if (mode == "valid" && at_most(a.shape(), b.shape())) std::swap(a, b);
  std::vector<std::int64_t> all;
  for (int axis = 0; axis < b.ndim(); ++axis) all.push_back(axis);
  const Symbol window = ops::expand_dims(ops::flip(b, all), {-2, -1});
  // a kernel of known size is surrounded by the convolution itself
  const bool is_known = b.shape().is_known(), is_valid = mode == "valid";
  const Symbol image = is_valid || is_known ? a : surrounded(a, 0, b, 0, b.ndim(), true);
  const Symbol result =
      ops::conv(ops::expand_dims(image, {0, -1}), window,
                {.padding = is_known && !is_valid ? "full" : "valid", .data_format = "channels_last"});
  const Symbol plain = ops::squeeze(result, {0, -1});
  return mode == "same" ? middle(plain, a, b) : plain;
}

}  // namespace kerascpp::backend
