#include <kerascpp/backend/convolutions.hpp>

#include <vector>

#include <kerascpp/core/error.hpp>
#include <kerascpp/core/settings.hpp>
#include <kerascpp/graph/gradient.hpp>
#include <kerascpp/graph/node.hpp>
#include <kerascpp/ops/elementwise.hpp>
#include <kerascpp/ops/image.hpp>
#include <kerascpp/ops/indexing.hpp>
#include <kerascpp/ops/like.hpp>
#include <kerascpp/ops/linear_algebra.hpp>
#include <kerascpp/ops/operators.hpp>
#include <kerascpp/ops/pooling.hpp>
#include <kerascpp/ops/shape.hpp>

namespace kerascpp::backend {
namespace {

bool channels_first(const std::string& data_format) {
  const std::string format = data_format.empty() ? image_data_format() : data_format;
  KCPP_CHECK(format == "channels_first" || format == "channels_last", ValueError,
             "expected data_format \"channels_first\" or \"channels_last\", received \"", format, "\"");
  return format == "channels_first";
}

void expect_spatial_axes(std::string_view what, const Operand& x, int axes) {
  KCPP_CHECK(x.shape().ndim() == axes + 2, ShapeError, "[", what, "] expected ", axes + 2, " dimensions, received ",
             x.shape());
}

Symbol convolve(std::string_view what, const Operand& x, const Operand& kernel, int axes, const ConvOptions& options) {
  expect_spatial_axes(what, x, axes);
  return ops::conv(x, kernel, options);
}

/// Zeros of `shape`, whose batch is that of x where it is not known.
Symbol zeros_with_batch_of(const Symbol& x, const Shape& shape) {
  if (shape.is_known()) return constant(full(shape, 0, x.dtype()));
  Shape one = shape;
  one[0] = 1;
  KCPP_CHECK(one.is_known(), ShapeError, "output_shape ", shape, " must be known but for the batch");
  Symbol batch = x;
  while (batch.ndim() > 1) batch = ops::get_item(batch, {Ellipsis(), Index(0)});
  Symbol zeros = ops::broadcast_like(constant(full({}, 0, x.dtype())), batch);
  while (zeros.ndim() < shape.ndim()) zeros = ops::expand_dims(zeros, -1);
  return zeros + constant(full(one, 0, x.dtype()));
}

// The gradient of the convolution that gives x, at any point: it is linear.
Symbol transposed(std::string_view what, const Operand& x, const Operand& kernel, const Shape& output_shape, int axes,
                  const ConvOptions& options) {
  expect_spatial_axes(what, x, axes);
  KCPP_CHECK(output_shape.ndim() == axes + 2, ShapeError, "[", what, "] expected an output_shape of ", axes + 2,
             " dimensions, received ", output_shape);
  const DType dtype = result_type({x, kernel});
  const Symbol given = x.symbol(dtype);
  const Symbol from = zeros_with_batch_of(given, output_shape);
  const Symbol to = ops::conv(from, kernel.symbol(dtype), options);
  KCPP_CHECK(to.shape().accepts(given.shape()) || given.shape().accepts(to.shape()), ShapeError, "[", what,
             "] a convolution of output_shape ", output_shape, " gives ", to.shape(), ", the input is ", given.shape());
  return gradients_of({to}, {given}, {from}).front();
}

/// Channels last, and back.
Symbol to_channels_last(const Symbol& x) { return ops::moveaxis(x, 1, -1); }

/// Numbers of the elements that the window of each output place covers, row by row: (places, window).
Tensor windows(const std::vector<std::int64_t>& input, const std::vector<std::int64_t>& kernel,
               const std::vector<std::int64_t>& strides, const std::vector<std::int64_t>& output) {
  std::vector<std::int64_t> rows(1, 0), offsets(1, 0);
  for (std::size_t d = 0; d < input.size(); ++d) {
    std::vector<std::int64_t> more_rows, more_offsets;
    for (const std::int64_t row : rows)
      for (std::int64_t i = 0; i < output[d]; ++i) more_rows.push_back(row * input[d] + i * strides[d]);
    for (const std::int64_t offset : offsets)
      for (std::int64_t k = 0; k < kernel[d]; ++k) more_offsets.push_back(offset * input[d] + k);
    rows = std::move(more_rows);
    offsets = std::move(more_offsets);
  }
  std::vector<std::int64_t> numbers;
  for (const std::int64_t row : rows)
    for (const std::int64_t offset : offsets) numbers.push_back(row + offset);
  return Tensor(numbers).reshape({static_cast<std::int64_t>(rows.size()), static_cast<std::int64_t>(offsets.size())});
}

Symbol local(std::string_view what, const Operand& inputs, const Operand& kernel, const Sizes& kernel_size,
             const Sizes& strides, const std::vector<std::int64_t>& output, const std::string& data_format) {
  const int axes = static_cast<int>(output.size());
  expect_spatial_axes(what, inputs, axes);
  const bool first = channels_first(data_format);
  const Symbol x = first ? to_channels_last(inputs.symbol()) : inputs.symbol();
  const Shape spatial = x.shape().slice(1, 1 + axes);
  const std::int64_t channels = x.shape()[axes + 1];
  KCPP_CHECK(spatial.is_known() && channels != None, ShapeError, "[", what,
             "] all dimensions but the batch must be known, received ", inputs.shape());
  const std::vector<std::int64_t> window = kernel_size.expand(axes, what, "kernel_size"),
                                  steps = strides.expand(axes, what, "strides");
  std::int64_t places = 1, elements = 1;
  for (std::size_t d = 0; d < output.size(); ++d) {
    KCPP_CHECK((output[d] - 1) * steps[d] + window[d] <= spatial[static_cast<std::int64_t>(d)], ShapeError, "[", what,
               "] ", output[d], " windows of ", window[d], " do not fit into ", spatial);
    places *= output[d];
    elements *= window[d];
  }
  const Shape wanted{places, elements * channels, kernel.shape().ndim() == 3 ? kernel.shape()[2] : None};
  KCPP_CHECK(kernel.shape().ndim() == 3 && wanted == kernel.shape(), ShapeError, "[", what, "] expected a kernel of ",
             wanted, ", received ", kernel.shape());
  const Symbol flat = ops::reshape(x, {-1, spatial.size(), channels});
  const Tensor numbers = windows(spatial.vector(), window, steps, output);
  Symbol patches = ops::take(flat, constant(numbers), 1);  // (B, places, window, C)
  if (first) patches = ops::swapaxes(patches, 2, 3);
  patches = ops::reshape(patches, {-1, places, elements * channels});
  const Symbol values = ops::einsum("bpk,pkf->bpf", {patches, kernel});
  Shape shape{-1};
  for (const std::int64_t length : output) shape.push_back(length);
  shape.push_back(kernel.shape()[2]);
  const Symbol result = ops::reshape(values, shape);
  return first ? ops::moveaxis(result, -1, 1) : result;
}

Symbol pool(std::string_view what, const Operand& x, const Sizes& pool_size, const PoolNdOptions& options, int axes) {
  expect_spatial_axes(what, x, axes);
  KCPP_CHECK(options.pool_mode == "max" || options.pool_mode == "avg", ValueError, "[", what, "] pool_mode \"",
             options.pool_mode, "\" is none of max, avg");
  const ops::PoolOptions given{options.strides, options.padding, options.data_format};
  return options.pool_mode == "max" ? ops::max_pool(x, pool_size, given) : ops::average_pool(x, pool_size, given);
}

template <std::size_t axes>
Symbol padded(std::string_view what, const Operand& x, const std::array<Padding, axes>& padding,
              const std::string& data_format) {
  expect_spatial_axes(what, x, static_cast<int>(axes));
  std::vector<Padding> widths(axes + 2);
  for (std::size_t d = 0; d < axes; ++d) widths[d + (channels_first(data_format) ? 2 : 1)] = padding[d];
  return ops::pad(x, widths);
}

}  // namespace

Symbol conv1d(const Operand& x, const Operand& kernel, const ConvOptions& options) {
  return convolve("conv1d", x, kernel, 1, options);
}
Symbol conv2d(const Operand& x, const Operand& kernel, const ConvOptions& options) {
  return convolve("conv2d", x, kernel, 2, options);
}
Symbol conv3d(const Operand& x, const Operand& kernel, const ConvOptions& options) {
  return convolve("conv3d", x, kernel, 3, options);
}

Symbol conv2d_transpose(const Operand& x, const Operand& kernel, const Shape& output_shape,
                        const ConvOptions& options) {
  return transposed("conv2d_transpose", x, kernel, output_shape, 2, options);
}
Symbol conv3d_transpose(const Operand& x, const Operand& kernel, const Shape& output_shape,
                        const ConvOptions& options) {
  return transposed("conv3d_transpose", x, kernel, output_shape, 3, options);
}

Symbol depthwise_conv2d(const Operand& x, const Operand& depthwise_kernel, const ConvOptions& options) {
  expect_spatial_axes("depthwise_conv2d", x, 2);
  return ops::depthwise_conv(x, depthwise_kernel, options);
}
Symbol separable_conv1d(const Operand& x, const Operand& depthwise_kernel, const Operand& pointwise_kernel,
                        const ConvOptions& options) {
  expect_spatial_axes("separable_conv1d", x, 1);
  return ops::separable_conv(x, depthwise_kernel, pointwise_kernel, options);
}
Symbol separable_conv2d(const Operand& x, const Operand& depthwise_kernel, const Operand& pointwise_kernel,
                        const ConvOptions& options) {
  expect_spatial_axes("separable_conv2d", x, 2);
  return ops::separable_conv(x, depthwise_kernel, pointwise_kernel, options);
}

Symbol local_conv1d(const Operand& inputs, const Operand& kernel, const Sizes& kernel_size, const Sizes& strides,
                    const std::string& data_format) {
  KCPP_CHECK(kernel.shape().ndim() == 3 && kernel.shape().is_known(), ShapeError,
             "[local_conv1d] expected a kernel (T', K * C, F) of known shape, received ", kernel.shape());
  return local("local_conv1d", inputs, kernel, kernel_size, strides, {kernel.shape()[0]}, data_format);
}
Symbol local_conv2d(const Operand& inputs, const Operand& kernel, const Sizes& kernel_size, const Sizes& strides,
                    const Sizes& output_shape, const std::string& data_format) {
  KCPP_CHECK(kernel.shape().ndim() == 3 && kernel.shape().is_known(), ShapeError,
             "[local_conv2d] expected a kernel (H' * W', K_h * K_w * C, F) of known shape, received ", kernel.shape());
  return local("local_conv2d", inputs, kernel, kernel_size, strides,
               output_shape.expand(2, "local_conv2d", "output_shape"), data_format);
}

Symbol pool2d(const Operand& x, const Sizes& pool_size, const PoolNdOptions& options) {
  return pool("pool2d", x, pool_size, options, 2);
}
Symbol pool3d(const Operand& x, const Sizes& pool_size, const PoolNdOptions& options) {
  return pool("pool3d", x, pool_size, options, 3);
}

Symbol bias_add(const Operand& x, const Operand& bias, const std::string& data_format) {
  const int ndim = x.shape().ndim();
  Symbol wide = bias.symbol();
  KCPP_CHECK(wide.ndim() == 1 || wide.ndim() == ndim - 1, ShapeError, "[bias_add] expected a bias of 1 or ", ndim - 1,
             " dimensions, received ", wide.shape());
  const bool first = channels_first(data_format) && ndim > 2;
  if (wide.ndim() == 1) {
    for (int axis = 2; first && axis < ndim; ++axis) wide = ops::expand_dims(wide, -1);
  } else if (first) {
    Shape shape{wide.shape().dim(-1)};  // the same numbers under another shape, as Keras has it
    for (int axis = 0; axis + 1 < wide.ndim(); ++axis) shape.push_back(wide.shape()[axis]);
    wide = ops::reshape(wide, shape);
  }
  return x + wide;
}

Symbol temporal_padding(const Operand& x, const Padding& padding) {
  return padded<1>("temporal_padding", x, {padding}, "channels_last");
}
Symbol spatial_2d_padding(const Operand& x, const std::array<Padding, 2>& padding, const std::string& data_format) {
  return padded("spatial_2d_padding", x, padding, data_format);
}
Symbol spatial_3d_padding(const Operand& x, const std::array<Padding, 3>& padding, const std::string& data_format) {
  return padded("spatial_3d_padding", x, padding, data_format);
}

Symbol resize_images(const Operand& x, std::int64_t height_factor, std::int64_t width_factor,
                     const std::string& data_format, const std::string& interpolation) {
  expect_spatial_axes("resize_images", x, 2);
  const int rows = channels_first(data_format) ? 2 : 1;
  const std::int64_t height = x.shape()[rows], width = x.shape()[rows + 1];
  KCPP_CHECK(height != None && width != None, ShapeError, "[resize_images] height and width must be known, received ",
             x.shape());
  return ops::image::resize(x, {height * height_factor, width * width_factor},
                            {.interpolation = interpolation, .data_format = data_format});
}

Symbol resize_volumes(const Operand& x, std::int64_t depth_factor, std::int64_t height_factor,
                      std::int64_t width_factor, const std::string& data_format) {
  expect_spatial_axes("resize_volumes", x, 3);
  std::int64_t axis = channels_first(data_format) ? 2 : 1;
  Symbol result = x.symbol();
  for (const std::int64_t factor : {depth_factor, height_factor, width_factor})
    result = ops::repeat(result, factor, axis++);
  return result;
}

}  // namespace kerascpp::backend
