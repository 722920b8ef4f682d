#include <algorithm>

#include <kerascpp/core/error.hpp>

#include "backends/cpu/bias_relu.hpp"
#include "backends/cpu/parallel.hpp"
#include "backends/cpu/winograd/families.hpp"
#include "backends/cpu/winograd/winograd_problem.hpp"

namespace kerascpp::cpu {
namespace winograd {
namespace {

using runtime::KernelArguments;
using runtime::KernelQuery;
using runtime::Layout;
using runtime::Prepared;

constexpr std::int64_t kCacheFloats = 56 * 1024;  // half of a second-level cache, for the values of some tiles

std::int64_t round_up(std::int64_t n, std::int64_t unit) { return (n + unit - 1) / unit * unit; }

/// Floats between two positions that hold `n` each: an odd number of cache lines, so that the 36 do not share sets.
std::int64_t position_stride(std::int64_t n) {
  constexpr std::int64_t kLine = 16;
  return ((n + kLine - 1) / kLine | 1) * kLine;
}

/// A tile by number: its image and its first row and column of y.
struct Tile {
  std::int64_t image, row, column;
};
Tile tile_at(const WinogradProblem& problem, std::int64_t number) {
  const std::int64_t columns = problem.tile_columns(), per_image = problem.tile_rows() * columns;
  const std::int64_t within = number % per_image;
  return {number / per_image, within / columns * kTile, within % columns * kTile};
}

void gather_tile(const WinogradProblem& problem, const float* x, const Tile& tile, float* values,
                 std::int64_t position_stride) {
  problem.loops->gather(problem.x.view, x + tile.image * problem.x.view.image_stride, tile.row - problem.padding_rows,
                        tile.column - problem.padding_columns, problem.x.channels, values, position_stride);
}

/// The convolution itself, also as the gradient with respect to x: then the kernel is (3, 3, channels of y, of x).
class ConvolutionKernel final : public runtime::Kernel {
 public:
  ConvolutionKernel(WinogradProblem problem, bool reversed, bool bias, bool relu)
      : problem_(std::move(problem)), reversed_(reversed), bias_(bias), relu_(relu) {
    const std::int64_t C = problem_.padded_x(), F = problem_.padded_y(), unit = problem_.loops->row_unit;
    // tiles whose values stay in the cache, unless the kernel itself is too large to be read again for so few
    const std::int64_t fitting = kCacheFloats / (kPositions * (C + F)) / unit * unit;
    const std::int64_t fewest = kPositions * C * F > 8 * kCacheFloats ? 8 * unit : 2 * unit;
    group_ = std::min(std::max(fitting, fewest), round_up(problem_.tiles(), unit));
    groups_ = (problem_.tiles() + group_ - 1) / group_;
    slots_ = static_cast<int>(std::min<std::int64_t>(groups_, num_threads()));
  }

  [[nodiscard]] std::size_t workspace_bytes() const {
    return static_cast<std::size_t>(panels_size() + turned_size() + slots_ * slot_size()) * sizeof(float);
  }

  void run(const KernelArguments& arguments) const override {
    const std::int64_t C = problem_.x.channels, F = problem_.y.channels;
    const auto* kernel = static_cast<const float*>(arguments.inputs[1]);
    auto* panels = static_cast<float*>(arguments.workspace);
    float* turned = panels + panels_size();
    float* slots = turned + turned_size();
    if (reversed_) {
      turn(kernel, turned);
      kernel = turned;
    }
    parallel_for(C, std::max<std::int64_t>(1, kTransformGrain / F), [&](std::int64_t first, std::int64_t last) {
      problem_.loops->transform_kernel(kernel, C, F, first, last, panels);
    });
    parallel_parts(groups_, slots_, [&](std::int64_t group, int slot) {
      compute_group(arguments, panels, slots + slot * slot_size(), group);
    });
  }

 private:
  static constexpr std::int64_t kTransformGrain = 4096;

  [[nodiscard]] std::int64_t panels_size() const { return kPositions * problem_.x.channels * problem_.padded_y(); }
  [[nodiscard]] std::int64_t turned_size() const {
    return reversed_ ? round_up(9 * problem_.x.channels * problem_.y.channels, 16) : 0;
  }
  [[nodiscard]] std::int64_t slot_size() const {
    return kPositions * (position_stride(group_ * problem_.padded_x()) + position_stride(group_ * problem_.padded_y()));
  }

  // (3, 3, F, C) to (3, 3, C, F) with both windows turned round
  void turn(const float* kernel, float* turned) const {
    const std::int64_t C = problem_.x.channels, F = problem_.y.channels;
    parallel_for(9, std::max<std::int64_t>(1, 4 * kTransformGrain / (C * F)),
                 [&](std::int64_t first, std::int64_t last) {
                   for (std::int64_t tap = first; tap < last; ++tap) {
                     const float* from = kernel + (8 - tap) * C * F;
                     float* to = turned + tap * C * F;
                     for (std::int64_t c = 0; c < C; ++c)
                       for (std::int64_t f = 0; f < F; ++f) to[c * F + f] = from[f * C + c];
                   }
                 });
  }

  void compute_group(const KernelArguments& arguments, const float* panels, float* slot, std::int64_t group) const {
    const std::int64_t C = problem_.x.channels, F = problem_.y.channels;
    const std::int64_t Cp = problem_.padded_x(), Fp = problem_.padded_y();
    const std::int64_t first = group * group_, count = std::min(group_, problem_.tiles() - first);
    const auto* x = static_cast<const float*>(arguments.inputs[0]);
    auto* y = static_cast<float*>(arguments.outputs[0]);
    const std::int64_t x_stride = position_stride(group_ * Cp), y_stride = position_stride(group_ * Fp);
    float *values = slot, *products = slot + kPositions * x_stride;
    for (std::int64_t t = 0; t < count; ++t)
      gather_tile(problem_, x, tile_at(problem_, first + t), values + t * Cp, x_stride);
    for (std::int64_t position = 0; position < kPositions; ++position)
      problem_.loops->multiply(values + position * x_stride, panels + position * C * Fp, products + position * y_stride,
                               count, C, F);
    Finish finish;
    if (bias_) finish.bias = static_cast<const float*>(arguments.inputs[2]);
    finish.relu = relu_;
    for (std::int64_t t = 0; t < count; ++t) {
      const Tile tile = tile_at(problem_, first + t);
      problem_.loops->scatter(problem_.y.view, y + tile.image * problem_.y.view.image_stride, tile.row, tile.column, F,
                              products + t * Fp, y_stride, finish);
    }
  }

  WinogradProblem problem_;
  bool reversed_, bias_, relu_;
  std::int64_t group_ = 0, groups_ = 0;
  int slots_ = 0;
};

/// The gradient with respect to the kernel. Small kernels: chunks of tiles that the shape fixes have sums of their own,
/// which are added in the chunks' order, and the values of a group of tiles stay in the cache of one core. Large
/// kernels: all cores transform a group of tiles, then share the positions. The result does not depend on the number
/// of threads.
class KernelGradientKernel final : public runtime::Kernel {
 public:
  explicit KernelGradientKernel(WinogradProblem problem) : problem_(std::move(problem)) {
    constexpr std::int64_t kGroupFloats = 1 << 20;    // in the cache that all cores share
    constexpr std::int64_t kPartialFloats = 1 << 20;  // sums of all chunks
    constexpr std::int64_t kFewestChunks = 4, kMostChunks = 16, kFewestTiles = 16;
    const std::int64_t per_tile = kPositions * (problem_.padded_x() + problem_.padded_y());
    std::int64_t chunks = kMostChunks;
    while (chunks > 0 && (chunks * sums_size() > kPartialFloats || chunks * kFewestTiles > problem_.tiles()))
      chunks /= 2;
    if (chunks >= kFewestChunks) {
      chunks_ = chunks;
      const std::int64_t tiles = (problem_.tiles() + chunks - 1) / chunks;
      const std::int64_t fitting = std::max(2 * kCacheFloats / per_tile, kFewestTiles);
      const std::int64_t groups = (tiles + fitting - 1) / fitting;
      group_ = (tiles + groups - 1) / groups;  // of one size: each adds to all sums once
      slots_ = static_cast<int>(std::min<std::int64_t>(chunks_, num_threads()));
    } else {
      group_ = std::min(std::clamp<std::int64_t>(kGroupFloats / per_tile, 64, 1024), problem_.tiles());
    }
  }

  [[nodiscard]] std::size_t workspace_bytes() const {
    return static_cast<std::size_t>(chunks_ * sums_size() + slots_ * slot_size()) * sizeof(float);
  }

  void run(const KernelArguments& arguments) const override {
    auto* sums = static_cast<float*>(arguments.workspace);
    float* slots = sums + chunks_ * sums_size();
    if (chunks_ > 1)
      parallel_parts(chunks_, slots_, [&](std::int64_t chunk, int slot) {
        sum_chunk(arguments, slots + slot * slot_size(), chunk, sums + chunk * sums_size());
      });
    else
      sum_by_positions(arguments, slots, sums);
    auto* result = static_cast<float*>(arguments.outputs[0]);
    parallel_for(channels(), std::max<std::int64_t>(1, 4096 / filters() / chunks_),
                 [&](std::int64_t begin, std::int64_t end) {
                   add_chunks(sums, begin * problem_.padded_y(), end * problem_.padded_y());
                   problem_.loops->kernel_gradient(sums, channels(), filters(), begin, end, result);
                 });
  }

 private:
  static constexpr std::int64_t kTileGrain = 8;

  [[nodiscard]] std::int64_t channels() const { return problem_.x.channels; }
  [[nodiscard]] std::int64_t filters() const { return problem_.y.channels; }
  [[nodiscard]] std::int64_t position_size() const { return channels() * problem_.padded_y(); }
  [[nodiscard]] std::int64_t sums_size() const { return kPositions * position_size(); }
  [[nodiscard]] std::int64_t values_stride() const { return position_stride(group_ * problem_.padded_x()); }
  [[nodiscard]] std::int64_t gradients_stride() const { return position_stride(group_ * problem_.padded_y()); }
  [[nodiscard]] std::int64_t slot_size() const { return kPositions * (values_stride() + gradients_stride()); }

  /// Tile `number` of the batch becomes tile `t` of the group in `values`.
  void transform_tile(const KernelArguments& arguments, std::int64_t number, std::int64_t t, float* values) const {
    const Tile tile = tile_at(problem_, number);
    const auto* g = static_cast<const float*>(arguments.inputs[0]);
    gather_tile(problem_, static_cast<const float*>(arguments.inputs[1]), tile, values + t * problem_.padded_x(),
                values_stride());
    problem_.loops->spread(problem_.y.view, g + tile.image * problem_.y.view.image_stride, tile.row, tile.column,
                           filters(), values + kPositions * values_stride() + t * problem_.padded_y(),
                           gradients_stride());
  }

  void add_products(const float* values, std::int64_t position, std::int64_t count, float* sums) const {
    problem_.loops->multiply_transposed(values + position * values_stride(),
                                        values + kPositions * values_stride() + position * gradients_stride(),
                                        sums + position * position_size(), count, channels(), filters());
  }

  void sum_chunk(const KernelArguments& arguments, float* values, std::int64_t chunk, float* sums) const {
    std::fill_n(sums, sums_size(), 0.0f);
    const std::int64_t last = problem_.tiles() * (chunk + 1) / chunks_;
    for (std::int64_t first = problem_.tiles() * chunk / chunks_; first < last; first += group_) {
      const std::int64_t count = std::min(group_, last - first);
      for (std::int64_t t = 0; t < count; ++t) transform_tile(arguments, first + t, t, values);
      for (std::int64_t position = 0; position < kPositions; ++position) add_products(values, position, count, sums);
    }
  }

  void sum_by_positions(const KernelArguments& arguments, float* values, float* sums) const {
    for (std::int64_t first = 0; first < problem_.tiles(); first += group_) {
      const std::int64_t count = std::min(group_, problem_.tiles() - first);
      parallel_for(count, kTileGrain, [&](std::int64_t begin, std::int64_t end) {
        for (std::int64_t t = begin; t < end; ++t) transform_tile(arguments, first + t, t, values);
      });
      parallel_for(kPositions, 1, [&](std::int64_t begin, std::int64_t end) {
        for (std::int64_t position = begin; position < end; ++position) {
          if (first == 0) std::fill_n(sums + position * position_size(), position_size(), 0.0f);
          add_products(values, position, count, sums);
        }
      });
    }
  }

  /// Adds the sums of all chunks to those of the first, for elements [begin, end) of each position.
  void add_chunks(float* sums, std::int64_t begin, std::int64_t end) const {
    for (std::int64_t position = 0; position < kPositions; ++position) {
      float* to = sums + position * position_size();
      for (std::int64_t chunk = 1; chunk < chunks_; ++chunk)
        for (std::int64_t i = begin; i < end; ++i) to[i] += to[chunk * sums_size() + i];
    }
  }

  WinogradProblem problem_;
  std::int64_t chunks_ = 1, group_ = 0;
  int slots_ = 1;
};

Layout layout_of_input(const KernelQuery& query, std::size_t i) {
  return i < query.input_layouts.size() ? query.input_layouts[i] : Layout{};
}

Prepared prepare_convolution(const KernelQuery& query) {
  const TensorSpec &x = query.inputs[0], &kernel = query.inputs[1], &y = query.outputs[0];
  const BiasRelu epilogue = read_bias_relu(query);
  if (!epilogue.refusal.empty()) return Prepared::refuse(epilogue.refusal);
  const Layout layout = layout_of_input(query, 0);
  const WinogradProblem problem = describe_problem(
      query, ops::resolve_padding("conv", query.attributes, x.shape, kernel.shape), x, kernel, y, layout, layout);
  if (!problem.refusal.empty()) return Prepared::refuse(problem.refusal);
  const auto made = std::make_shared<ConvolutionKernel>(problem, false, epilogue.bias, epilogue.relu);
  Prepared prepared;
  prepared.kernel = made;
  prepared.implementation = "F(4x4, 3x3)";
  prepared.workspace_bytes = made->workspace_bytes();
  prepared.input_layouts.resize(query.inputs.size());
  prepared.input_layouts[0] = problem.x.layout;
  prepared.output_layouts = {problem.y.layout};
  return prepared;
}

Prepared prepare_input_gradient(const KernelQuery& query) {
  const TensorSpec &g = query.inputs[0], &kernel = query.inputs[1], &x = query.outputs[0];
  const Layout layout = layout_of_input(query, 0);
  const WinogradProblem problem =
      describe_problem(query, ops::resolve_padding("conv_input_gradient", query.attributes, x.shape, kernel.shape), x,
                       kernel, g, layout, layout);
  if (!problem.refusal.empty()) return Prepared::refuse(problem.refusal);
  const auto made = std::make_shared<ConvolutionKernel>(reversed(problem), true, false, false);
  Prepared prepared;
  prepared.kernel = made;
  prepared.implementation = "F(4x4, 3x3)";
  prepared.workspace_bytes = made->workspace_bytes();
  prepared.input_layouts.resize(query.inputs.size());
  prepared.input_layouts[0] = problem.y.layout;
  prepared.output_layouts = {problem.x.layout};
  return prepared;
}

Prepared prepare_kernel_gradient(const KernelQuery& query) {
  const TensorSpec &g = query.inputs[0], &x = query.inputs[1], &kernel = query.outputs[0];
  if (query.outputs.size() != 1) return Prepared::refuse("gives no gradient of a bias");
  const WinogradProblem problem =
      describe_problem(query, ops::resolve_padding("conv_kernel_gradient", query.attributes, x.shape, kernel.shape), x,
                       kernel, g, layout_of_input(query, 1), layout_of_input(query, 0));
  if (!problem.refusal.empty()) return Prepared::refuse(problem.refusal);
  const auto made = std::make_shared<KernelGradientKernel>(problem);
  Prepared prepared;
  prepared.kernel = made;
  prepared.implementation = "F(4x4, 3x3)";
  prepared.workspace_bytes = made->workspace_bytes();
  prepared.input_layouts.resize(query.inputs.size());
  prepared.input_layouts[0] = problem.y.layout;
  prepared.input_layouts[1] = problem.x.layout;
  return prepared;
}

}  // namespace

const WinogradLoops& winograd_loops(std::int64_t channels, std::int64_t filters) {
  static const WinogradLoops none{};
#if defined(__x86_64__)
  // what makes the loops of an instruction set is itself compiled for it
  static const WinogradLoops wide =
      instruction_set() == InstructionSet::Avx512 ? winograd_loops_for<InstructionSet::Avx512>() : none;
  static const WinogradLoops narrow =
      instruction_set() >= InstructionSet::Avx2 ? winograd_loops_for<InstructionSet::Avx2>() : none;
  if (wide.lanes != 0 && std::min(channels, filters) > wide.lanes / 2) return wide;
  return narrow;
#else
  return none;
#endif
}

}  // namespace winograd

void register_winograd_kernels(runtime::KernelRegistry& registry) {
  registry.add_kernel({"cpu", "winograd", "conv", winograd::prepare_convolution});
  registry.add_kernel({"cpu", "winograd", "conv_input_gradient", winograd::prepare_input_gradient});
  registry.add_kernel({"cpu", "winograd", "conv_kernel_gradient", winograd::prepare_kernel_gradient});
}

}  // namespace kerascpp::cpu
