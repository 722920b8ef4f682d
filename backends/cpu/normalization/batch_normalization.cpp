#include <algorithm>
#include <cmath>
#include <optional>

#include <kerascpp/core/error.hpp>

#include "backends/cpu/families.hpp"
#include "backends/cpu/normalization/batch_loops.hpp"
#include "backends/cpu/parallel.hpp"

// Sums over the batch are taken in chunks that the shape fixes, and the chunks' results are joined in their order: the
// result does not depend on the number of threads.
namespace kerascpp::cpu {
namespace {

using runtime::Kernel;
using runtime::KernelArguments;
using runtime::KernelQuery;
using runtime::Layout;
using runtime::Prepared;

Layout channels_last_layout(int ndim, int channel) {
  std::vector<int> order;
  for (int axis = 0; axis < ndim; ++axis)
    if (axis != channel) order.push_back(axis);
  order.push_back(channel);
  return {std::move(order), {}};
}

// Channels innermost, or split off in one block with the channels' blocks outside of all other axes but the first.
std::optional<BatchView> view_of(const Layout& layout, const Shape& shape, int channel) {
  BatchView view;
  view.channels = shape[channel];
  const std::vector<int> axes = layout.physical_axes(shape.ndim());
  if (layout.blocks().empty()) {
    if (axes.back() != channel) return std::nullopt;
    view.lanes = view.channels;
    view.rows = shape.size() / view.channels;
    return view;
  }
  if (layout.blocks().size() != 1 || layout.blocks()[0].axis != channel || shape.ndim() < 2) return std::nullopt;
  if (axes[0] == channel || axes[1] != channel) return std::nullopt;
  view.lanes = layout.blocks()[0].size;
  view.groups = (view.channels + view.lanes - 1) / view.lanes;
  view.items = shape[axes[0]];
  view.rows = shape.size() / view.channels / view.items;
  return view;
}

/// What the two kernels share: how the batch is cut, and the workspace.
template <class S>
class BatchNormalization {
 public:
  BatchNormalization(const BatchView& view, DType dtype, double epsilon, bool relu)
      : view(view), loops(batch_loops<S>(dtype)), epsilon(epsilon), relu(relu) {
    constexpr std::int64_t kElementsPerChunk = 1 << 15, kMostChunks = 64, kPartialElements = 1 << 14;
    const std::int64_t elements = rows() * view.lanes;
    const std::int64_t most = std::max<std::int64_t>(16, kPartialElements / padded());
    chunks = std::clamp<std::int64_t>(elements / kElementsPerChunk, 1, std::min(kMostChunks, most));
  }

  [[nodiscard]] std::int64_t rows() const { return view.items * view.rows; }
  [[nodiscard]] std::int64_t padded() const { return view.groups * view.lanes; }

  [[nodiscard]] std::size_t workspace_bytes() const {
    return static_cast<std::size_t>(2 * chunks * padded()) * sizeof(double) +
           static_cast<std::size_t>(5 * padded()) * sizeof(S);
  }
  /// The partial results of a chunk, two numbers per channel.
  [[nodiscard]] double* partial(void* workspace, std::int64_t chunk, int which) const {
    return static_cast<double*>(workspace) + (2 * chunk + which) * padded();
  }
  [[nodiscard]] BatchCoefficients<S> coefficients(void* workspace) const {
    S* first = reinterpret_cast<S*>(partial(workspace, chunks, 0));
    const std::int64_t n = padded();
    return {first, first + n, first + 2 * n, first + 3 * n, first + 4 * n};
  }

  /// task(chunk, group, first row, last row) for all chunks of all groups.
  template <class Task>
  void for_each_chunk(Task&& task) const {
    parallel_chunks(chunks * view.groups, [&](std::int64_t number) {
      const std::int64_t chunk = number / view.groups;
      task(chunk, number % view.groups, rows() * chunk / chunks, rows() * (chunk + 1) / chunks);
    });
  }

  /// Coefficients that do not depend on g, from statistics; `beta` may be null.
  void scale_and_shift(const BatchCoefficients<S>& to, const S* gamma, const S* beta, const S* mean,
                       const S* variance) const {
    for (std::int64_t c = 0; c < padded(); ++c) {
      const bool is_channel = c < view.channels;
      to.mean[c] = is_channel ? mean[c] : S{0};
      to.scale[c] =
          is_channel
              ? static_cast<S>(static_cast<double>(gamma[c]) / std::sqrt(static_cast<double>(variance[c]) + epsilon))
              : S{0};
      to.shift[c] = is_channel && beta != nullptr ? beta[c] : S{0};
    }
  }

  BatchView view;
  BatchLoops<S> loops;
  double epsilon;
  bool relu;
  std::int64_t chunks = 1;
};

template <class S>
class TrainingKernel final : public Kernel {
 public:
  explicit TrainingKernel(BatchNormalization<S> batch) : batch_(batch) {}

  void run(const KernelArguments& arguments) const override {
    const BatchView& view = batch_.view;
    const void* x = arguments.inputs[0];
    void* workspace = arguments.workspace;
    batch_.for_each_chunk([&](std::int64_t chunk, std::int64_t group, std::int64_t first, std::int64_t last) {
      batch_.loops.statistics(view, x, group, first, last, batch_.partial(workspace, chunk, 0) + group * view.lanes,
                              batch_.partial(workspace, chunk, 1) + group * view.lanes);
    });
    S *mean = static_cast<S*>(arguments.outputs[1]), *variance = static_cast<S*>(arguments.outputs[2]);
    join_statistics(workspace, mean, variance);
    const BatchCoefficients<S> coefficients = batch_.coefficients(workspace);
    batch_.scale_and_shift(coefficients, static_cast<const S*>(arguments.inputs[1]),
                           static_cast<const S*>(arguments.inputs[2]), mean, variance);
    batch_.for_each_chunk([&](std::int64_t, std::int64_t group, std::int64_t first, std::int64_t last) {
      batch_.loops.normalize(view, x, arguments.outputs[0], group, first, last, coefficients, batch_.relu);
    });
  }

 private:
  void join_statistics(void* workspace, S* mean, S* variance) const {
    const std::int64_t rows = batch_.rows(), chunks = batch_.chunks;
    for (std::int64_t c = 0; c < batch_.view.channels; ++c) {
      double joined = 0, squares = 0;
      for (std::int64_t chunk = 0; chunk < chunks; ++chunk) {
        const auto before = static_cast<double>(rows * chunk / chunks);
        const auto after = static_cast<double>(rows * (chunk + 1) / chunks);
        const double distance = batch_.partial(workspace, chunk, 0)[c] - joined;
        joined += distance * ((after - before) / after);
        squares += batch_.partial(workspace, chunk, 1)[c] + distance * distance * (before * (after - before) / after);
      }
      mean[c] = static_cast<S>(joined);
      variance[c] = static_cast<S>(std::max(squares, 0.0) / static_cast<double>(rows));
    }
  }

  BatchNormalization<S> batch_;
};

template <class S>
class GradientKernel final : public Kernel {
 public:
  explicit GradientKernel(BatchNormalization<S> batch) : batch_(batch) {}

  void run(const KernelArguments& arguments) const override {
    const BatchView& view = batch_.view;
    const void *g = arguments.inputs[0], *x = arguments.inputs[1];
    const auto vector = [&](int input) { return static_cast<const S*>(arguments.inputs[input]); };
    void* workspace = arguments.workspace;
    const BatchCoefficients<S> coefficients = batch_.coefficients(workspace);
    batch_.scale_and_shift(coefficients, vector(2), batch_.relu ? vector(5) : nullptr, vector(3), vector(4));
    batch_.for_each_chunk([&](std::int64_t chunk, std::int64_t group, std::int64_t first, std::int64_t last) {
      batch_.loops.gradient_sums(view, g, x, group, first, last, coefficients, batch_.relu,
                                 batch_.partial(workspace, chunk, 0) + group * view.lanes,
                                 batch_.partial(workspace, chunk, 1) + group * view.lanes);
    });
    join_sums(workspace, coefficients, vector(4), static_cast<S*>(arguments.outputs[1]),
              static_cast<S*>(arguments.outputs[2]));
    batch_.for_each_chunk([&](std::int64_t, std::int64_t group, std::int64_t first, std::int64_t last) {
      batch_.loops.gradient(view, g, x, arguments.outputs[0], group, first, last, coefficients, batch_.relu);
    });
  }

 private:
  // gbeta = sum(g), ggamma = sum(g (x - mean)) / s with s = sqrt(variance + epsilon); the slope is ggamma / (s N)
  void join_sums(void* workspace, const BatchCoefficients<S>& to, const S* variance, S* ggamma, S* gbeta) const {
    const auto rows = static_cast<double>(batch_.rows());
    for (std::int64_t c = 0; c < batch_.padded(); ++c) {
      double sum = 0, product = 0;
      for (std::int64_t chunk = 0; chunk < batch_.chunks; ++chunk) {
        sum += batch_.partial(workspace, chunk, 0)[c];
        product += batch_.partial(workspace, chunk, 1)[c];
      }
      const bool is_channel = c < batch_.view.channels;
      const double square = is_channel ? static_cast<double>(variance[c]) + batch_.epsilon : 1;
      to.gradient_mean[c] = static_cast<S>(sum / rows);
      to.gradient_slope[c] = static_cast<S>(product / square / rows);
      if (!is_channel) continue;
      gbeta[c] = static_cast<S>(sum);
      ggamma[c] = static_cast<S>(product / std::sqrt(square));
    }
  }

  BatchNormalization<S> batch_;
};

// `activations` are the inputs among the first that have x's shape; the kernel follows the layout of the last of them.
template <template <class> class KernelType>
Prepared prepare(const KernelQuery& query, std::size_t activations) {
  const TensorSpec& x = query.inputs[activations - 1];
  if (!is_floating(x.dtype)) return Prepared::refuse(text_of("no loops for ", x.dtype));
  if (x.shape.size() == 0) return Prepared::refuse("an operand without elements");
  const int channel = static_cast<int>(query.attributes.integer("axis"));
  Layout layout = activations <= query.input_layouts.size() ? query.input_layouts[activations - 1] : Layout{};
  std::optional<BatchView> view = view_of(layout, x.shape, channel);
  if (!view) {
    layout = channels_last_layout(x.shape.ndim(), channel);
    view = view_of(layout, x.shape, channel);
  }
  const double epsilon = query.attributes.number("epsilon");
  const bool relu = query.attributes.get_or("fuse_relu", false);
  Prepared prepared;
  const auto fill = [&](auto batch) {
    using S = std::remove_pointer_t<decltype(batch.coefficients(nullptr).mean)>;
    prepared.kernel = std::make_shared<KernelType<S>>(batch);
    prepared.workspace_bytes = batch.workspace_bytes();
  };
  if (x.dtype == DType::Float64)
    fill(BatchNormalization<double>(*view, x.dtype, epsilon, relu));
  else
    fill(BatchNormalization<float>(*view, x.dtype, epsilon, relu));
  prepared.implementation = "loops";
  prepared.input_layouts.assign(query.inputs.size(), Layout{});
  for (std::size_t i = 0; i < activations; ++i) prepared.input_layouts[i] = layout;
  prepared.output_layouts.assign(query.outputs.size(), Layout{});
  prepared.output_layouts[0] = layout;
  prepared.in_place.resize(query.outputs.size());
  prepared.in_place[0] = {0};
  return prepared;
}

template <class S>
BatchLoops<S> best_loops(DType dtype) {
  return for_best_instruction_set([dtype]<InstructionSet set>() { return batch_loops_for<set, S>(dtype); });
}

}  // namespace

template <>
BatchLoops<float> batch_loops(DType dtype) {
  return best_loops<float>(dtype);
}
template <>
BatchLoops<double> batch_loops(DType dtype) {
  return best_loops<double>(dtype);
}

// With the attribute `fuse_relu`, y is relu of what it would be, and the gradient takes beta as a further input and
// is that of relu and normalization together.
void register_batch_normalization_kernels(runtime::KernelRegistry& registry) {
  registry.add_kernel({"cpu", "loops", "batch_normalization_training",
                       [](const KernelQuery& query) { return prepare<TrainingKernel>(query, 1); }});
  registry.add_kernel({"cpu", "loops", "batch_normalization_gradient",
                       [](const KernelQuery& query) { return prepare<GradientKernel>(query, 2); }});
}

}  // namespace kerascpp::cpu
