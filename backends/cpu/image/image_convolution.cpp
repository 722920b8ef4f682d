#include <algorithm>
#include <vector>

#include <kerascpp/backend/kernel.hpp>
#include <kerascpp/core/error.hpp>

#include "backends/cpu/bias_relu.hpp"
#include "backends/cpu/image/families.hpp"
#include "backends/cpu/image/image_loops.hpp"
#include "backends/cpu/parallel.hpp"
#include "ops/convolution_geometry.hpp"

namespace kerascpp::cpu {
namespace image {
namespace {

using runtime::KernelArguments;
using runtime::KernelQuery;
using runtime::Prepared;

/// A 2D convolution of images (B, H, W, C) into (B, OH, OW, F). Some rows of an image are copied between zeros, so that
/// windows over the border read like all others; then each row of outputs is computed from there.
class ImageConvolution final : public runtime::Kernel {
 public:
  ImageConvolution(const ops::ConvolutionGeometry& geometry, bool bias, bool relu)
      : geometry_(geometry), bias_(bias), relu_(relu) {
    const ops::WindowAxis &rows = geometry_.axes[0], &columns = geometry_.axes[1];
    line_ = ((columns.output - 1) * columns.stride + columns.extent()) * geometry_.channels;
    for (std::int64_t i = 0; i < rows.window; ++i)
      for (std::int64_t j = 0; j < columns.window; ++j)
        for (std::int64_t c = 0; c < geometry_.channels; ++c)
          offsets_.push_back(i * rows.dilation * line_ + j * columns.dilation * geometry_.channels + c);
    constexpr std::int64_t kBufferFloats = 8 * 1024;  // lines that stay in the first-level cache
    strip_ = 1;
    while (strip_ < rows.output && lines_of(strip_ + 1) * line_ <= kBufferFloats) ++strip_;
    const std::int64_t strips = (rows.output + strip_ - 1) / strip_;
    strip_ = (rows.output + strips - 1) / strips;  // of nearly one size
    strips_ = (rows.output + strip_ - 1) / strip_;
    workers_ = static_cast<int>(std::min<std::int64_t>(num_threads(), geometry_.batch * strips_));
  }

  [[nodiscard]] std::size_t workspace_bytes() const {
    return static_cast<std::size_t>(packed_size() + workers_ * buffer_size()) * sizeof(float);
  }

  void run(const KernelArguments& arguments) const override {
    const auto* x = static_cast<const float*>(arguments.inputs[0]);
    auto* y = static_cast<float*>(arguments.outputs[0]);
    auto* panels = static_cast<float*>(arguments.workspace);
    const ops::WindowAxis &rows = geometry_.axes[0], &columns = geometry_.axes[1];
    OutputRow row;
    row.pixels = columns.output;
    row.pixel_step = columns.stride * geometry_.channels;
    row.offsets = offsets_.data();
    row.depth = depth();
    row.panels = panels;
    row.filters = geometry_.filters;
    if (bias_) row.bias = static_cast<const float*>(arguments.inputs[2]);
    row.relu = relu_;
    image_loops().pack(static_cast<const float*>(arguments.inputs[1]), row.depth, row.filters, panels);
    parallel_parts(geometry_.batch * strips_, workers_, [&](std::int64_t part, int worker) {
      float* lines = panels + packed_size() + worker * buffer_size();
      const std::int64_t image = part / strips_, first = part % strips_ * strip_;
      const std::int64_t last = std::min(first + strip_, rows.output);
      copy_lines(x + image * rows.input * columns.input * geometry_.channels, first, lines_of(last - first), lines);
      for (std::int64_t r = first; r < last; ++r)
        image_loops().convolve(row, lines + (r - first) * rows.stride * line_,
                               y + (image * rows.output + r) * columns.output * row.filters);
    });
  }

 private:
  [[nodiscard]] std::int64_t depth() const { return static_cast<std::int64_t>(offsets_.size()); }
  [[nodiscard]] std::int64_t packed_size() const { return image_loops().packed_size(depth(), geometry_.filters); }
  /// Rows of x that `outputs` rows of y touch.
  [[nodiscard]] std::int64_t lines_of(std::int64_t outputs) const {
    return (outputs - 1) * geometry_.axes[0].stride + geometry_.axes[0].extent();
  }
  [[nodiscard]] std::int64_t buffer_size() const { return (lines_of(strip_) * line_ + 15) / 16 * 16; }

  /// The `count` rows of an image that the windows of row `first` of y and those after it touch, zeros around.
  void copy_lines(const float* image, std::int64_t first, std::int64_t count, float* lines) const {
    const ops::WindowAxis &rows = geometry_.axes[0], &columns = geometry_.axes[1];
    const std::int64_t C = geometry_.channels, width = columns.input * C;
    const std::int64_t before = std::min(columns.padding_low * C, line_), inside = std::min(width, line_ - before);
    for (std::int64_t i = 0; i < count; ++i, lines += line_) {
      const std::int64_t at = first * rows.stride - rows.padding_low + i;
      if (at < 0 || at >= rows.input) {
        std::fill_n(lines, line_, 0.0f);
        continue;
      }
      std::fill_n(lines, before, 0.0f);
      std::copy_n(image + at * width, inside, lines + before);
      std::fill_n(lines + before + inside, line_ - before - inside, 0.0f);
    }
  }

  ops::ConvolutionGeometry geometry_;
  bool bias_, relu_;
  std::vector<std::int64_t> offsets_;
  std::int64_t line_ = 0;                // floats of a row of x with its zeros
  std::int64_t strip_ = 1, strips_ = 1;  // rows of y that one part computes, parts of an image
  int workers_ = 1;
};

// oneDNN pads the filters to its blocks, or falls back to a slow kernel where they do not fill them.
bool pays(const ops::ConvolutionGeometry& geometry) {
  constexpr std::int64_t kMostChannels = 4, kFewestFilters = 8;
  return geometry.channels <= kMostChannels && geometry.filters >= kFewestFilters &&
         geometry.filters % image_loops().lanes != 0;
}

Prepared prepare(const KernelQuery& query) {
  const TensorSpec &x = query.inputs[0], &kernel = query.inputs[1], &y = query.outputs[0];
  const BiasRelu epilogue = read_bias_relu(query);
  if (!epilogue.refusal.empty()) return Prepared::refuse(epilogue.refusal);
  if (x.dtype != DType::Float32 || kernel.dtype != DType::Float32 || y.dtype != DType::Float32)
    return Prepared::refuse("takes float32 only");
  const ops::ConvolutionGeometry geometry = ops::resolve_padding("conv", query.attributes, x.shape, kernel.shape);
  if (geometry.axes.size() != 2 || geometry.groups != 1 || geometry.channels_first)
    return Prepared::refuse("takes ungrouped 2D convolutions with channels last only");
  for (const ops::WindowAxis& axis : geometry.axes)
    if (axis.padding_low < 0) return Prepared::refuse(text_of("negative padding (", axis.padding_low, ")"));
  if (x.shape.size() == 0 || kernel.shape.size() == 0 || y.shape.size() == 0)
    return Prepared::refuse("an operand without elements");
  const std::string algorithm = query.attributes.get_or<std::string>("algorithm", "auto");
  if (algorithm != "image" && (algorithm != "auto" || !pays(geometry)))
    return Prepared::refuse("is for few channels and filters that do not fill oneDNN's blocks");
  const auto made = std::make_shared<ImageConvolution>(geometry, epilogue.bias, epilogue.relu);
  Prepared prepared;
  prepared.kernel = made;
  prepared.implementation = "rows of pixels";
  prepared.workspace_bytes = made->workspace_bytes();
  return prepared;
}

}  // namespace

const ImageLoops& image_loops() {
  static const ImageLoops loops = for_best_instruction_set([]<InstructionSet set>() { return image_loops_for<set>(); });
  return loops;
}

}  // namespace image

void register_image_convolution_kernels(runtime::KernelRegistry& registry) {
  registry.add_kernel({"cpu", "image", "conv", image::prepare});
}

}  // namespace kerascpp::cpu
