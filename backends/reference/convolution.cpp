#include "backends/reference/epilogue.hpp"
#include "backends/reference/families.hpp"
#include "backends/reference/wide.hpp"
#include "ops/convolution_geometry.hpp"

// All three directions of the convolution visit the same products x[...] kernel[...] y[...] and differ only in which of
// the three they sum into. 1-D and 2-D are 3-D with lengths of one.
namespace kerascpp::reference {
namespace {

using ops::ConvolutionGeometry;
using ops::WindowAxis;

// Where an activation of shape (B, D, H, W, C) or (B, C, D, H, W) keeps an element.
struct ActivationIndex {
  std::int64_t d, h, w, c;
  bool channels_first;
  std::int64_t operator()(std::int64_t ib, std::int64_t id, std::int64_t ih, std::int64_t iw, std::int64_t ic) const {
    return channels_first ? (((ib * c + ic) * d + id) * h + ih) * w + iw : (((ib * d + id) * h + ih) * w + iw) * c + ic;
  }
};

std::vector<WindowAxis> three_axes(const ConvolutionGeometry& geometry) {
  WindowAxis one;
  one.input = one.output = 1;
  std::vector<WindowAxis> axes(3 - geometry.axes.size(), one);
  axes.insert(axes.end(), geometry.axes.begin(), geometry.axes.end());
  return axes;
}

// Calls visit(x, k, y) with the places of the three factors of every product.
template <class Visit>
void for_each_product(const ConvolutionGeometry& geometry, Visit&& visit) {
  const std::vector<WindowAxis> axes = three_axes(geometry);
  const WindowAxis &D = axes[0], &H = axes[1], &W = axes[2];
  const std::int64_t B = geometry.batch, C = geometry.channels, F = geometry.filters;
  const std::int64_t group_c = C / geometry.groups, group_f = F / geometry.groups;
  const ActivationIndex x{D.input, H.input, W.input, C, geometry.channels_first};
  const ActivationIndex y{D.output, H.output, W.output, F, geometry.channels_first};
  const auto inside = [](const WindowAxis& axis, std::int64_t i) { return i >= 0 && i < axis.input; };
  for (std::int64_t b = 0; b < B; ++b)
    for (std::int64_t od = 0; od < D.output; ++od)
      for (std::int64_t oh = 0; oh < H.output; ++oh)
        for (std::int64_t ow = 0; ow < W.output; ++ow)
          for (std::int64_t kd = 0; kd < D.window; ++kd)
            for (std::int64_t kh = 0; kh < H.window; ++kh)
              for (std::int64_t kw = 0; kw < W.window; ++kw) {
                const std::int64_t d = od * D.stride - D.padding_low + kd * D.dilation;
                const std::int64_t h = oh * H.stride - H.padding_low + kh * H.dilation;
                const std::int64_t w = ow * W.stride - W.padding_low + kw * W.dilation;
                if (!inside(D, d) || !inside(H, h) || !inside(W, w)) continue;
                const std::int64_t k = ((kd * H.window + kh) * W.window + kw) * group_c;
                for (std::int64_t c = 0; c < group_c; ++c)
                  for (std::int64_t f = 0; f < F; ++f)
                    visit(x(b, d, h, w, f / group_f * group_c + c), (k + c) * F + f, y(b, od, oh, ow, f));
              }
}

enum class Sum { Input, Kernel, Output };

// Sums the products of the two given factors into the third, which is the kernel's only output.
template <Sum sum_into>
void run_bilinear(const runtime::KernelQuery& query, const runtime::KernelArguments& arguments,
                  const ConvolutionGeometry& geometry) {
  with_wide_type(query.inputs[0].dtype, [&]<class Wide>(Wide) {
    const auto first = load<Wide>(arguments.inputs[0], query.inputs[0]);
    const auto second = load<Wide>(arguments.inputs[1], query.inputs[1]);
    xt::xarray<Wide> result =
        xt::zeros<Wide>(std::vector<std::size_t>(query.outputs[0].shape.begin(), query.outputs[0].shape.end()));
    const Wide *a = first.data(), *b = second.data();
    Wide* r = result.data();
    for_each_product(geometry, [&](std::int64_t x, std::int64_t k, std::int64_t y) {
      if constexpr (sum_into == Sum::Output)
        r[y] += a[x] * b[k];
      else if constexpr (sum_into == Sum::Input)
        r[x] += a[y] * b[k];
      else
        r[k] += a[y] * b[x];
    });
    if constexpr (sum_into == Sum::Output) apply_epilogue(query, arguments, 2, result);
    store<Wide>(result, arguments.outputs[0], query.outputs[0]);
  });
}

void run_conv(const runtime::KernelQuery& query, const runtime::KernelArguments& arguments) {
  run_bilinear<Sum::Output>(
      query, arguments, ops::resolve_padding("conv", query.attributes, query.inputs[0].shape, query.inputs[1].shape));
}

void run_conv_input_gradient(const runtime::KernelQuery& query, const runtime::KernelArguments& arguments) {
  run_bilinear<Sum::Input>(
      query, arguments,
      ops::resolve_padding("conv_input_gradient", query.attributes, query.outputs[0].shape, query.inputs[1].shape));
}

void run_conv_kernel_gradient(const runtime::KernelQuery& query, const runtime::KernelArguments& arguments) {
  run_bilinear<Sum::Kernel>(
      query, arguments,
      ops::resolve_padding("conv_kernel_gradient", query.attributes, query.inputs[1].shape, query.outputs[0].shape));
}

void run_conv_transpose(const runtime::KernelQuery& query, const runtime::KernelArguments& arguments) {
  run_bilinear<Sum::Input>(
      query, arguments,
      ops::resolve_transpose("conv_transpose", query.attributes, query.inputs[0].shape, query.inputs[1].shape));
}

}  // namespace

void register_convolution_kernels(runtime::KernelRegistry& registry) {
  add_reference_kernel(registry, "conv", run_conv);
  add_reference_kernel(registry, "conv_input_gradient", run_conv_input_gradient);
  add_reference_kernel(registry, "conv_kernel_gradient", run_conv_kernel_gradient);
  add_reference_kernel(registry, "conv_transpose", run_conv_transpose);
}

}  // namespace kerascpp::reference
