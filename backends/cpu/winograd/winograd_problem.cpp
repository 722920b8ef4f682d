#include "backends/cpu/winograd/winograd_problem.hpp"

#include <algorithm>
#include <utility>

namespace kerascpp::cpu::winograd {
namespace {

using runtime::Layout;

Layout blocked(int lanes) { return {{0, 3, 1, 2}, {{3, lanes}}}; }

// The transforms of a tile cost as much as the products that they save when there are few channels on both sides;
// partly filled tiles at the borders are computed for nothing.
bool pays(const WinogradProblem& problem) {
  constexpr std::int64_t kFewestChannels = 8, kManyChannels = 16, kFewestTiles = 32;
  const std::int64_t tiles = problem.tile_rows() * problem.tile_columns();
  const std::int64_t outputs = problem.y.view.height * problem.y.view.width;
  const auto [fewer, more] = std::minmax(problem.x.channels, problem.y.channels);
  if (fewer < kFewestChannels || more < kManyChannels) return false;
  return problem.tiles() >= kFewestTiles && tiles * kTile * kTile <= 2 * outputs;
}

}  // namespace

Images view_images(const Shape& shape, const Layout& layout, int lanes) {
  const std::int64_t H = shape[1], W = shape[2], C = shape[3];
  Images images;
  images.channels = C;
  if (layout == blocked(lanes) && C > lanes && C % lanes == 0) {
    images.layout = layout;
    images.view = {H, W, H * W * C, W * lanes, lanes, H * W * lanes};
  } else {
    images.view = {H, W, H * W * C, W * C, C, lanes};
  }
  return images;
}

WinogradProblem describe_problem(const runtime::KernelQuery& query, const ops::ConvolutionGeometry& geometry,
                                 const TensorSpec& x, const TensorSpec& kernel, const TensorSpec& y,
                                 const Layout& x_layout, const Layout& y_layout) {
  WinogradProblem problem;
  problem.loops = &winograd_loops(geometry.channels, geometry.filters);
  const int lanes = problem.loops->lanes;
  const auto refuse = [&problem](std::string why) {
    problem.refusal = std::move(why);
    return problem;
  };
  if (x.dtype != DType::Float32 || kernel.dtype != DType::Float32 || y.dtype != DType::Float32)
    return refuse("takes float32 only");
  if (geometry.axes.size() != 2 || geometry.groups != 1 || geometry.channels_first)
    return refuse("takes ungrouped 2D convolutions with channels last only");
  for (const ops::WindowAxis& axis : geometry.axes)
    if (axis.window != 3 || axis.stride != 1 || axis.dilation != 1 || axis.padding_low < 0 || axis.padding_low > 2)
      return refuse("takes 3x3 windows of stride 1 only");
  if (lanes == 0) return refuse("needs AVX2");
  if (y.shape.size() == 0 || x.shape.size() == 0) return refuse("an operand without elements");
  problem.batch = geometry.batch;
  problem.padding_rows = geometry.axes[0].padding_low;
  problem.padding_columns = geometry.axes[1].padding_low;
  problem.x = view_images(x.shape, x_layout, lanes);
  problem.y = view_images(y.shape, y_layout, lanes);
  const std::string algorithm = query.attributes.get_or<std::string>("algorithm", "auto");
  if (algorithm == "direct") return refuse("a direct algorithm is asked for");
  if (algorithm != "winograd" && !pays(problem)) return refuse("the transforms would cost more than they save");
  return problem;
}

WinogradProblem reversed(const WinogradProblem& problem) {
  WinogradProblem result = problem;
  std::swap(result.x, result.y);
  result.padding_rows = 2 - problem.padding_rows;
  result.padding_columns = 2 - problem.padding_columns;
  return result;
}

}  // namespace kerascpp::cpu::winograd
