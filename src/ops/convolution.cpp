#include <kerascpp/ops/convolution.hpp>

#include <algorithm>

#include <kerascpp/core/error.hpp>
#include <kerascpp/graph/immediate.hpp>
#include <kerascpp/graph/node.hpp>
#include <kerascpp/ops/shape.hpp>

#include "ops/convolution_geometry.hpp"
#include "ops/data_format.hpp"
#include "ops/shape_support.hpp"

namespace kerascpp::ops {
namespace {

using Lengths = std::vector<std::int64_t>;

// The number of spatial axes, 1 to 3, after a look at both ranks.
int spatial_axes(std::string_view op, const Symbol& x, const Symbol& kernel) {
  KCPP_CHECK(x.ndim() >= 3 && x.ndim() <= 5, ShapeError, "[", op,
             "] expected inputs with a batch axis, one to three spatial axes and a channel axis, received shape ",
             x.shape());
  KCPP_CHECK(kernel.ndim() == x.ndim(), ShapeError, "[", op, "] expected a kernel with ", x.ndim(),
             " dimensions for inputs of shape ", x.shape(), ", received ", kernel.shape());
  return x.ndim() - 2;
}

// dilation * (K - 1) for each spatial axis
Lengths reach(std::string_view op, const Symbol& kernel, const Lengths& dilations) {
  Lengths lengths;
  for (std::size_t i = 0; i < dilations.size(); ++i) {
    const std::int64_t window = kernel.shape()[static_cast<std::int64_t>(i)];
    KCPP_CHECK(window != None, ShapeError, "[", op, "] this padding needs a kernel of known size, received ",
               kernel.shape());
    lengths.push_back(dilations[i] * (window - 1));
  }
  return lengths;
}

struct Padding {
  std::string name;
  Lengths low, high;
};

Padding canonical_padding(std::string_view op, const std::string& padding, const Symbol& kernel,
                          const Lengths& dilations) {
  const Lengths none(dilations.size(), 0);
  if (padding == "valid" || padding == "same") return {padding, none, none};
  if (padding == "full") return {"explicit", reach(op, kernel, dilations), reach(op, kernel, dilations)};
  KCPP_CHECK(padding == "causal", ValueError, "[", op,
             "] expected padding \"valid\", \"same\", \"full\" or \"causal\", received \"", padding, "\"");
  KCPP_CHECK(dilations.size() == 1, ValueError, "[", op, "] padding \"causal\" is for one spatial axis, received ",
             dilations.size());
  return {"explicit", reach(op, kernel, dilations), none};
}

Symbol grouped_conv(std::string_view op, const Symbol& x, const Symbol& kernel, std::int64_t groups,
                    const ConvOptions& options) {
  const int count = spatial_axes(op, x, kernel);
  const Lengths dilations = options.dilation_rate.expand(count, op, "dilation_rate");
  const Padding padding = canonical_padding(op, options.padding, kernel, dilations);
  return make_symbol("conv", {x, kernel},
                     {{"strides", options.strides.expand(count, op, "strides")},
                      {"dilations", dilations},
                      {"padding", padding.name},
                      {"padding_low", padding.low},
                      {"padding_high", padding.high},
                      {"groups", groups},
                      {"data_format", data_format_or_default(op, options.data_format)}});
}

std::int64_t channels_of(std::string_view op, const Symbol& x, const std::string& data_format) {
  return x.dim(data_format_or_default(op, data_format) == "channels_first" ? 1 : -1);
}

// (K..., C, M) -> (K..., 1, C M)
Symbol as_grouped_kernel(std::string_view op, const Symbol& kernel) {
  KCPP_CHECK(kernel.ndim() >= 3 && kernel.dim(-2) != None, ShapeError, "[", op,
             "] expected a kernel of shape (K..., C, M) with known C, received ", kernel.shape());
  return expand_dims(merge_axes(kernel, -2, -1), -2);
}

Symbol depthwise(std::string_view op, const Symbol& x, const Symbol& kernel, const ConvOptions& options) {
  spatial_axes(op, x, kernel);
  const std::int64_t channels = channels_of(op, x, options.data_format);
  KCPP_CHECK(may_equal(channels, kernel.dim(-2)), ShapeError, "[", op, "] expected a kernel of shape (K..., ", channels,
             ", M) for inputs of shape ", x.shape(), ", received ", kernel.shape());
  return grouped_conv(op, x, as_grouped_kernel(op, kernel), kernel.dim(-2), options);
}

}  // namespace

Symbol conv(const Operand& inputs, const Operand& kernel, const ConvOptions& options) {
  const SiteGuard guard(inputs.site());
  const DType dtype = result_type(std::vector<Operand>{inputs, kernel});
  const Symbol x = inputs.symbol(dtype), weights = kernel.symbol(dtype);
  spatial_axes("conv", x, weights);
  const std::int64_t channels = channels_of("conv", x, options.data_format), own = weights.dim(-2);
  const bool known = channels != None && own != None;
  KCPP_CHECK(!known || (own > 0 && channels % own == 0), ShapeError, "[conv] expected a kernel of shape (K..., C / ",
             "groups, F) with C = ", channels, " for inputs of shape ", x.shape(), ", received ", weights.shape());
  return grouped_conv("conv", x, weights, known ? channels / own : 1, options);
}

Symbol depthwise_conv(const Operand& inputs, const Operand& kernel, const ConvOptions& options) {
  const SiteGuard guard(inputs.site());
  const DType dtype = result_type(std::vector<Operand>{inputs, kernel});
  return depthwise("depthwise_conv", inputs.symbol(dtype), kernel.symbol(dtype), options);
}

Symbol separable_conv(const Operand& inputs, const Operand& depthwise_kernel, const Operand& pointwise_kernel,
                      const ConvOptions& options) {
  const SiteGuard guard(inputs.site());
  const DType dtype = result_type(std::vector<Operand>{inputs, depthwise_kernel, pointwise_kernel});
  const Symbol filtered = depthwise("separable_conv", inputs.symbol(dtype), depthwise_kernel.symbol(dtype), options);
  const Symbol mixing = pointwise_kernel.symbol(dtype);
  spatial_axes("separable_conv", filtered, mixing);
  return grouped_conv("separable_conv", filtered, mixing, 1, {.data_format = options.data_format});
}

Symbol conv_transpose(const Operand& inputs, const Operand& kernel, const ConvTransposeOptions& options) {
  constexpr std::string_view op = "conv_transpose";
  const SiteGuard guard(inputs.site());
  const DType dtype = result_type(std::vector<Operand>{inputs, kernel});
  const Symbol x = inputs.symbol(dtype), weights = kernel.symbol(dtype);
  const int count = spatial_axes(op, x, weights);
  KCPP_CHECK(options.padding == "valid" || options.padding == "same", ValueError, "[", op,
             "] expected padding \"valid\" or \"same\", received \"", options.padding, "\"");
  const Lengths strides = options.strides.expand(count, op, "strides");
  const Lengths dilations = options.dilation_rate.expand(count, op, "dilation_rate");
  const Lengths reaches = reach(op, weights, dilations);
  const bool given = !options.output_padding.empty();
  const Lengths output_padding = given ? options.output_padding.expand(count, op, "output_padding", 0) : Lengths{};
  // The result has (H - 1) stride + K - low - high elements; what K reaches beyond stride is cut off on both sides, the
  // larger half at the end. A negative `high` adds zeros there.
  Lengths low, high;
  for (std::size_t i = 0; i < strides.size(); ++i) {
    KCPP_CHECK(!given || output_padding[i] < strides[i], ValueError, "[", op,
               "] output_padding must be smaller than the stride, received ", options.output_padding, " with strides ",
               options.strides);
    const std::int64_t extent = reaches[i] + 1;
    std::int64_t first = 0, total = 0;
    if (options.padding == "valid") {
      total = given ? -output_padding[i] : std::min<std::int64_t>(extent - strides[i], 0);
    } else {
      total = given ? extent - extent % 2 - output_padding[i] : extent - strides[i];
      first = std::max<std::int64_t>(total, 0) / 2;
    }
    low.push_back(first);
    high.push_back(total - first);
  }
  return make_symbol(op, {x, weights},
                     {{"strides", strides},
                      {"dilations", dilations},
                      {"padding", std::string("explicit")},
                      {"padding_low", low},
                      {"padding_high", high},
                      {"groups", std::int64_t{1}},
                      {"data_format", data_format_or_default(op, options.data_format)}});
}

Tensor conv(const Tensor& inputs, const Tensor& kernel, const ConvOptions& options) {
  return compute_now(conv(immediate(inputs), immediate(kernel), options));
}
Tensor depthwise_conv(const Tensor& inputs, const Tensor& kernel, const ConvOptions& options) {
  return compute_now(depthwise_conv(immediate(inputs), immediate(kernel), options));
}
Tensor separable_conv(const Tensor& inputs, const Tensor& depthwise_kernel, const Tensor& pointwise_kernel,
                      const ConvOptions& options) {
  return compute_now(
      separable_conv(immediate(inputs), immediate(depthwise_kernel), immediate(pointwise_kernel), options));
}
Tensor conv_transpose(const Tensor& inputs, const Tensor& kernel, const ConvTransposeOptions& options) {
  return compute_now(conv_transpose(immediate(inputs), immediate(kernel), options));
}

}  // namespace kerascpp::ops
