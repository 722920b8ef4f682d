#include "backends/cpu/onednn/convolution_choice.hpp"

#include <kerascpp/core/error.hpp>

#include "backends/cpu/onednn/engine.hpp"

namespace kerascpp::cpu::onednn {
namespace {

using dnnl::algorithm;
using runtime::Layout;

// The activation's format tag; the view's rank is 3, 4 or 5.
dnnl::memory::format_tag tag_of(ActivationFormat format, std::size_t ndim) {
  using Tag = dnnl::memory::format_tag;
  constexpr Tag kTags[4][3] = {{Tag::nwc, Tag::nhwc, Tag::ndhwc},
                               {Tag::ncw, Tag::nchw, Tag::ncdhw},
                               {Tag::nCw16c, Tag::nChw16c, Tag::nCdhw16c},
                               {Tag::nCw8c, Tag::nChw8c, Tag::nCdhw8c}};
  if (format == ActivationFormat::Any) return Tag::any;
  int row = static_cast<int>(format);
  if (format == ActivationFormat::Blocked && channel_block() == 8) row = 3;
  return kTags[row][ndim - 3];
}

// Channels that fill their blocks: padding costs time, and oneDNN 2 clears it again at every call.
bool fills_blocks(const ConvolutionProblem& problem) {
  const ops::ConvolutionGeometry& g = problem.geometry;
  const int block = channel_block();
  if (g.groups == g.channels && g.groups == g.filters) return g.channels % block == 0;
  return g.channels / g.groups % block == 0 && g.filters / g.groups % block == 0;
}

bool winograd_is_possible(const ConvolutionProblem& problem) {
  const ops::ConvolutionGeometry& g = problem.geometry;
  if (!kHasWinograd || channel_block() != 16 || problem.type != dnnl::memory::data_type::f32) return false;
  if (g.groups != 1 || g.axes.size() != 2 || g.channels % 16 != 0 || g.filters % 16 != 0) return false;
  for (const ops::WindowAxis& axis : g.axes)
    if (axis.window != 3 || axis.stride != 1 || axis.dilation != 1 || axis.padding_low > 1) return false;
  return true;
}

// Winograd's F(4x4, 3x3) does a quarter of the products, but moves every tile and the whole kernel through its
// transforms. With 16 channels the transforms cost as much as they save; with few tiles the kernel's does.
bool winograd_pays(const ConvolutionProblem& problem) {
  const ops::ConvolutionGeometry& g = problem.geometry;
  if (g.channels < 32 || g.filters < 32) return false;
  std::int64_t tiles = g.batch, outputs = g.batch;
  for (const ops::WindowAxis& axis : g.axes) {
    tiles *= (axis.output + 3) / 4;
    outputs *= axis.output;
  }
  constexpr std::int64_t kFewestTiles = 96;
  return tiles >= kFewestTiles && 16 * tiles <= 2 * outputs;
}

bool takes_winograd(const ConvolutionProblem& problem, const Attributes& attributes) {
  const std::string wanted = attributes.get_or<std::string>("algorithm", "auto");
  if (wanted == "direct" || !winograd_is_possible(problem)) return false;
  return wanted == "winograd" || winograd_pays(problem);
}

// Whether what follows on the convolution of an image is most likely Winograd's: networks that keep the size of their
// images go on with 3x3 windows, others (a first stride of 2) with 1x1 and strided windows, where blocks are faster.
// A block of 8 channels is half a line of the cache, which costs Winograd's transforms a third of their speed.
bool leads_to_winograd(const ConvolutionProblem& problem) {
  if (channel_block() != 8 || problem.geometry.axes.size() != 2) return false;
  for (const ops::WindowAxis& axis : problem.geometry.axes)
    if (axis.window != 3 || axis.stride != 1 || axis.dilation != 1) return false;
  return true;
}

ActivationFormat format_of(const AxisView& view, const Layout& layout) {
  for (const ActivationFormat format :
       {ActivationFormat::ChannelsLast, ActivationFormat::ChannelsFirst, ActivationFormat::Blocked})
    if (to_layout(view, activation_desc(view, dnnl::memory::data_type::f32, format)) == layout) return format;
  return ActivationFormat::Any;
}

bool prefers_blocks(const ConvolutionProblem& problem, Direction direction, const Attributes& attributes,
                    const Layout& src_layout, const Layout& dst_layout) {
  const std::string wanted = attributes.get_or<std::string>("layout", "auto");
  if (wanted != "auto") return wanted == "blocked";
  const auto comes_blocked = [](const AxisView& view, const Layout& layout) {
    return format_of(view, canonical(layout, view.logical)) == ActivationFormat::Blocked;
  };
  switch (direction) {
    case Direction::Forward:
      return comes_blocked(problem.src, src_layout);
    case Direction::InputGradient:
      return comes_blocked(problem.dst, dst_layout);
    case Direction::KernelGradient:
      return comes_blocked(problem.src, src_layout) || comes_blocked(problem.dst, dst_layout);
  }
  return false;
}

}  // namespace

ConvolutionProblem describe_convolution(ops::ConvolutionGeometry geometry, const TensorSpec& x,
                                        const TensorSpec& kernel, const TensorSpec& y) {
  ConvolutionProblem problem;
  problem.type = data_type_of(x.dtype);
  if (!is_floating(x.dtype) || problem.type == dnnl::memory::data_type::undef) {
    problem.refusal = text_of("oneDNN has no convolution of ", x.dtype);
    return problem;
  }
  if (x.shape.size() == 0 || kernel.shape.size() == 0 || y.shape.size() == 0) {
    problem.refusal = "an operand without elements";
    return problem;
  }
  for (const ops::WindowAxis& axis : geometry.axes) {
    if (axis.padding_low < 0) problem.refusal = text_of("negative padding (", axis.padding_low, ")");
    problem.strides.push_back(axis.stride);
    problem.dilates.push_back(axis.dilation - 1);
    problem.padding_low.push_back(axis.padding_low);
    // what the windows really touch: oneDNN checks it against the output's length
    problem.padding_high.push_back((axis.output - 1) * axis.stride + axis.extent() - axis.input - axis.padding_low);
  }
  problem.src = activation_view(x.shape, geometry.channels_first);
  problem.weights = kernel_view(kernel.shape, geometry.groups);
  problem.dst = activation_view(y.shape, geometry.channels_first);
  problem.geometry = std::move(geometry);
  return problem;
}

MemoryDesc activation_desc(const AxisView& view, dnnl::memory::data_type type, ActivationFormat format) {
  return MemoryDesc(view.dims, type, tag_of(format, view.dims.size()));
}

std::vector<ConvolutionChoice> convolution_choices(const ConvolutionProblem& problem, Direction direction,
                                                   const Attributes& attributes, const Layout& src_layout,
                                                   const Layout& dst_layout) {
  using Format = ActivationFormat;
  std::vector<ConvolutionChoice> choices;
  if (takes_winograd(problem, attributes))
    choices.push_back({algorithm::convolution_winograd, Format::Blocked, Format::Blocked});
  const ConvolutionChoice last{algorithm::convolution_direct, Format::ChannelsLast, Format::ChannelsLast};
  const ConvolutionChoice blocked{algorithm::convolution_direct, Format::Blocked, Format::Blocked};
  // few channels (an image): oneDNN's first-layer kernels read (B, C, spatial...) and write blocks
  const ConvolutionChoice image{algorithm::convolution_direct, Format::ChannelsFirst, Format::Blocked};
  const ops::ConvolutionGeometry& g = problem.geometry;
  const std::string wanted = attributes.get_or<std::string>("layout", "auto");
  const bool is_image = g.groups == 1 && g.channels <= 3 && g.filters % channel_block() == 0;
  const bool prefers = prefers_blocks(problem, direction, attributes, src_layout, dst_layout);
  const bool starts_blocks = direction == Direction::Forward && (wanted == "blocked" || !leads_to_winograd(problem));
  if (is_image && direction != Direction::InputGradient && wanted != "channels_last" && (starts_blocks || prefers))
    choices.push_back(image);
  if (fills_blocks(problem) && (prefers || (wanted == "auto" && g.channels_first))) choices.push_back(blocked);
  choices.push_back(last);
  if (fills_blocks(problem) && !prefers) choices.push_back(blocked);
  choices.push_back({algorithm::convolution_direct, Format::Any, Format::Any});
  return choices;
}

}  // namespace kerascpp::cpu::onednn
