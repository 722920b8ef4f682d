#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <kerascpp/backend/kernel.hpp>

#include "backends/cpu/onednn/memory.hpp"
#include "ops/convolution_geometry.hpp"

namespace kerascpp::cpu::onednn {

/// A convolution in oneDNN's terms. In all three directions `src` is x, `weights` the kernel and `dst` y.
struct ConvolutionProblem {
  ops::ConvolutionGeometry geometry;
  AxisView src, weights, dst;
  Dims strides, dilates, padding_low, padding_high;
  dnnl::memory::data_type type = dnnl::memory::data_type::undef;
  std::string refusal;  // not empty: oneDNN cannot express it
};

/// `x`, `kernel` and `y` are specs of the forward convolution, whichever of them is the output.
[[nodiscard]] ConvolutionProblem describe_convolution(ops::ConvolutionGeometry geometry, const TensorSpec& x,
                                                      const TensorSpec& kernel, const TensorSpec& y);

/// How an activation lies in memory.
enum class ActivationFormat {
  ChannelsLast,   // (B, spatial..., C)
  ChannelsFirst,  // (B, C, spatial...)
  Blocked,        // (B, C / 16, spatial..., 16c)
  Any,            // oneDNN chooses
};

/// An algorithm with formats of x and y to try.
struct ConvolutionChoice {
  dnnl::algorithm algorithm = dnnl::algorithm::convolution_direct;
  ActivationFormat src = ActivationFormat::Any, dst = ActivationFormat::Any;
};

enum class Direction { Forward, InputGradient, KernelGradient };

/// What to try, best first, given how the activations come (x forward, y's gradient or both backward).
///
/// Channels-last and blocked kernels are equally fast, so an activation stays as it is; Winograd's need blocked ones.
/// Attributes of the node decide where present: `algorithm` ("winograd" or "direct"; else a cost model does) and
/// `layout` ("blocked" or "channels_last").
[[nodiscard]] std::vector<ConvolutionChoice> convolution_choices(const ConvolutionProblem& problem, Direction direction,
                                                                 const Attributes& attributes,
                                                                 const runtime::Layout& src_layout,
                                                                 const runtime::Layout& dst_layout);

/// The memory descriptor of x or y in a format.
[[nodiscard]] MemoryDesc activation_desc(const AxisView& view, dnnl::memory::data_type type, ActivationFormat format);

}  // namespace kerascpp::cpu::onednn
