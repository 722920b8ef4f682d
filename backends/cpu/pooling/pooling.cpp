#include <kerascpp/core/error.hpp>

#include "backends/cpu/families.hpp"
#include "backends/cpu/parallel.hpp"
#include "backends/cpu/pooling/pooling_loops.hpp"

namespace kerascpp::cpu {
namespace {

using runtime::Kernel;
using runtime::KernelArguments;
using runtime::KernelQuery;
using runtime::Layout;
using runtime::Prepared;

/// A pooling's shape with the windows that it points to, and the layout its activations share.
struct PoolingPlan {
  PoolingShape shape;
  std::vector<ops::Window> windows[3];
  Layout layout;
  std::int64_t work_per_row = 0;  // elements read
};

// Channels innermost, whole or in blocks: the activation's memory is (outer, spatial..., inner).
bool has_channels_inside(const Layout& layout, int ndim, int channel) {
  if (layout.is_plain()) return channel == ndim - 1;
  if (layout.order().front() != 0) return false;
  std::vector<int> spatial(layout.order().begin() + 1, layout.order().end());
  const bool blocked = layout.blocks().size() == 1 && layout.blocks()[0].axis == channel;
  if (!blocked && !layout.blocks().empty()) return false;
  if (blocked ? spatial.front() != channel : spatial.back() != channel) return false;
  std::erase(spatial, channel);
  for (std::size_t i = 1; i < spatial.size(); ++i)
    if (spatial[i] < spatial[i - 1]) return false;
  return true;
}

Layout channels_last_layout(int ndim, int channel) {
  std::vector<int> order{0};
  for (int axis = 1; axis < ndim; ++axis)
    if (axis != channel) order.push_back(axis);
  order.push_back(channel);
  return {std::move(order), {}};
}

std::shared_ptr<PoolingPlan> plan_pooling(const KernelQuery& query, const Shape& x, const Layout& incoming) {
  auto plan = std::make_shared<PoolingPlan>();
  const ops::PoolingGeometry geometry = ops::resolve_pooling(query.op.name, query.attributes, x);
  const int channel = geometry.channels_first ? 1 : x.ndim() - 1;
  plan->layout = has_channels_inside(incoming, x.ndim(), channel) ? incoming : channels_last_layout(x.ndim(), channel);
  PoolingShape& shape = plan->shape;
  shape.inner = x[channel];
  shape.outer = x[0];
  if (!plan->layout.blocks().empty()) {
    shape.inner = plan->layout.blocks()[0].size;
    shape.outer = x[0] * ((x[channel] + shape.inner - 1) / shape.inner);
  }
  const std::size_t skipped = 3 - geometry.axes.size();
  for (std::size_t i = 0; i < 3; ++i) {
    if (i < skipped) {
      plan->windows[i] = {{0, 1}};
    } else {
      const std::size_t axis = i - skipped;
      shape.in[i] = geometry.axes[axis].input;
      shape.out[i] = geometry.axes[axis].output;
      for (std::int64_t o = 0; o < shape.out[i]; ++o)
        plan->windows[i].push_back(ops::pooling_window(geometry, axis, o));
    }
    shape.windows[i] = plan->windows[i].data();
    std::int64_t reached = 0;
    for (const ops::Window& window : plan->windows[i]) {
      shape.disjoint = shape.disjoint && window.first >= reached;
      shape.covering = shape.covering && window.first <= reached;
      reached = window.last;
    }
    shape.covering = shape.covering && reached == shape.in[i];
  }
  std::int64_t read = shape.inner * shape.out[2];
  for (const auto& windows : plan->windows) read *= windows.front().last - windows.front().first + 1;
  plan->work_per_row = read;
  return plan;
}

// Work below which a second thread does not pay, in elements.
constexpr std::int64_t kGrainElements = 1 << 14;
std::int64_t grain(std::int64_t work_per_item) { return kGrainElements / (work_per_item + 1) + 1; }

class ForwardKernel final : public Kernel {
 public:
  ForwardKernel(std::shared_ptr<const PoolingPlan> plan, PoolingLoops::Forward loop)
      : plan_(std::move(plan)), loop_(loop) {}
  void run(const KernelArguments& arguments) const override {
    const PoolingShape& shape = plan_->shape;
    parallel_for(shape.outer * shape.out[0] * shape.out[1], grain(plan_->work_per_row),
                 [&](std::int64_t first, std::int64_t last) {
                   loop_(shape, arguments.inputs[0], arguments.outputs[0], first, last);
                 });
  }

 private:
  std::shared_ptr<const PoolingPlan> plan_;
  PoolingLoops::Forward loop_;
};

class SelectKernel final : public Kernel {
 public:
  SelectKernel(std::shared_ptr<const PoolingPlan> plan, PoolingLoops::Select loop)
      : plan_(std::move(plan)), loop_(loop) {}
  void run(const KernelArguments& arguments) const override {
    const PoolingShape& shape = plan_->shape;
    parallel_for(shape.outer * shape.out[0] * shape.out[1], grain(plan_->work_per_row),
                 [&](std::int64_t first, std::int64_t last) {
                   loop_(shape, arguments.inputs[0], arguments.inputs[1], arguments.outputs[0], first, last);
                 });
  }

 private:
  std::shared_ptr<const PoolingPlan> plan_;
  PoolingLoops::Select loop_;
};

/// Windows may overlap, so a task is an item with all its outputs; few items are cut along their channels.
class GradientKernel final : public Kernel {
 public:
  GradientKernel(std::shared_ptr<const PoolingPlan> plan, PoolingLoops::Gradient loop, bool reads_x)
      : plan_(std::move(plan)), loop_(loop), reads_x_(reads_x) {
    constexpr std::int64_t kFewItems = 16, kChannelsPerTask = 64;
    const PoolingShape& shape = plan_->shape;
    if (shape.outer < kFewItems) cuts_ = (shape.inner + kChannelsPerTask - 1) / kChannelsPerTask;
  }
  void run(const KernelArguments& arguments) const override {
    const PoolingShape& shape = plan_->shape;
    const void* x = reads_x_ ? arguments.inputs[1] : nullptr;
    const std::int64_t work = plan_->work_per_row * shape.out[0] * shape.out[1] / cuts_;
    parallel_for(shape.outer * cuts_, grain(work), [&](std::int64_t first, std::int64_t last) {
      for (std::int64_t task = first; task < last; ++task) {
        const std::int64_t cut = task % cuts_;
        loop_(shape, arguments.inputs[0], x, arguments.outputs[0], task / cuts_, shape.inner * cut / cuts_,
              shape.inner * (cut + 1) / cuts_);
      }
    });
  }

 private:
  std::shared_ptr<const PoolingPlan> plan_;
  PoolingLoops::Gradient loop_;
  bool reads_x_;
  std::int64_t cuts_ = 1;
};

Layout layout_of_input(const KernelQuery& query, std::size_t i) {
  return i < query.input_layouts.size() ? query.input_layouts[i] : Layout{};
}

// `x` is the spec of the activation before pooling; `layout_from` the input whose layout the kernel follows. Of the
// inputs the first `num_read` are read.
Prepared prepare(const KernelQuery& query, const TensorSpec& x, std::size_t layout_from, std::size_t num_read,
                 std::shared_ptr<const Kernel> (*make)(std::shared_ptr<const PoolingPlan>, const PoolingLoops&)) {
  if (!is_floating(x.dtype)) return Prepared::refuse(text_of("no loops for ", x.dtype));
  if (x.shape.size() == 0) return Prepared::refuse("an operand without elements");
  const auto plan = plan_pooling(query, x.shape, layout_of_input(query, layout_from));
  Prepared prepared;
  prepared.kernel = make(plan, pooling_loops(x.dtype));
  prepared.implementation = "loops";
  prepared.input_layouts = query.input_layouts;
  prepared.input_layouts.resize(query.inputs.size());
  for (std::size_t i = 0; i < num_read; ++i) prepared.input_layouts[i] = plan->layout;
  prepared.output_layouts = {plan->layout};
  return prepared;
}

using PlanPointer = std::shared_ptr<const PoolingPlan>;

Prepared prepare_max_pool(const KernelQuery& query) {
  return prepare(query, query.inputs[0], 0, 1, [](PlanPointer plan, const PoolingLoops& loops) {
    return std::shared_ptr<const Kernel>(std::make_shared<ForwardKernel>(std::move(plan), loops.max));
  });
}

Prepared prepare_average_pool(const KernelQuery& query) {
  return prepare(query, query.inputs[0], 0, 1, [](PlanPointer plan, const PoolingLoops& loops) {
    return std::shared_ptr<const Kernel>(std::make_shared<ForwardKernel>(std::move(plan), loops.average));
  });
}

// y is not read: its maxima are found again in x, which tells where they are as well
Prepared prepare_max_pool_select(const KernelQuery& query) {
  return prepare(query, query.inputs[1], 1, 2, [](PlanPointer plan, const PoolingLoops& loops) {
    return std::shared_ptr<const Kernel>(std::make_shared<SelectKernel>(std::move(plan), loops.max_select));
  });
}

Prepared prepare_max_pool_gradient(const KernelQuery& query) {
  return prepare(query, query.inputs[1], 1, 2, [](PlanPointer plan, const PoolingLoops& loops) {
    return std::shared_ptr<const Kernel>(std::make_shared<GradientKernel>(std::move(plan), loops.max_gradient, true));
  });
}

Prepared prepare_average_pool_gradient(const KernelQuery& query) {
  return prepare(query, query.outputs[0], 0, 1, [](PlanPointer plan, const PoolingLoops& loops) {
    return std::shared_ptr<const Kernel>(
        std::make_shared<GradientKernel>(std::move(plan), loops.average_gradient, false));
  });
}

}  // namespace

PoolingLoops pooling_loops(DType dtype) {
  return for_best_instruction_set([dtype]<InstructionSet set>() { return pooling_loops_for<set>(dtype); });
}

void register_pooling_kernels(runtime::KernelRegistry& registry) {
  registry.add_kernel({"cpu", "loops", "max_pool", prepare_max_pool});
  registry.add_kernel({"cpu", "loops", "average_pool", prepare_average_pool});
  registry.add_kernel({"cpu", "loops", "max_pool_gradient", prepare_max_pool_gradient});
  registry.add_kernel({"cpu", "loops", "max_pool_select", prepare_max_pool_select});
  registry.add_kernel({"cpu", "loops", "average_pool_gradient", prepare_average_pool_gradient});
}

}  // namespace kerascpp::cpu
