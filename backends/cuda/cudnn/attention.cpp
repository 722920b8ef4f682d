#include <limits>

#include <kerascpp/core/error.hpp>

#include "backends/cuda/cudnn/attention_problem.hpp"
#include "backends/cuda/cudnn/execution_plan.hpp"
#include "backends/cuda/families.hpp"

/// Attention by cuDNN's fused engines, which keep no scores. What they leave is composed of products and a softmax.
namespace kerascpp::cuda {
namespace {

using runtime::KernelArguments;
using runtime::KernelQuery;
using runtime::Prepared;

class AttentionKernel final : public runtime::Kernel {
 public:
  AttentionKernel(const AttentionProblem& problem, std::shared_ptr<Gpu> gpu, cudnnHandle_t handle, CudnnPlan plan)
      : is_gradient_(problem.is_gradient),
        is_causal_(problem.is_causal),
        scale_(static_cast<float>(problem.scale)),
        gpu_(std::move(gpu)),
        handle_(handle),
        plan_(std::move(plan)) {}

  void run(const KernelArguments& arguments) const override {
    using Id = AttentionProblem;
    const void* const* in = arguments.inputs;
    void* const* out = arguments.outputs;
    std::vector<std::int64_t> ids;
    std::vector<const void*> pointers;
    const auto add = [&](std::int64_t id, const void* pointer) {
      ids.push_back(id);
      pointers.push_back(pointer);
    };
    const void* const* operands = is_gradient_ ? in + 3 : in;  // behind g, y and statistics
    add(Id::kQuery, operands[0]);
    add(Id::kKey, operands[1]);
    add(Id::kValue, operands[2]);
    add(Id::kScale, &scale_);
    if (is_causal_) add(Id::kUnseen, &kUnseen);
    add(Id::kOutput, is_gradient_ ? in[1] : out[0]);
    add(Id::kStatistics, is_gradient_ ? in[2] : out[1]);
    if (is_gradient_) {
      add(Id::kOne, &kOne);
      add(Id::kDOutput, in[0]);
      add(Id::kDQuery, out[0]);
      add(Id::kDKey, out[1]);
      add(Id::kDValue, out[2]);
    }
    plan_.run(handle_, stream_of(arguments.queue), ids, pointers, arguments.workspace);
  }

 private:
  static constexpr float kOne = 1, kUnseen = std::numeric_limits<float>::lowest();
  bool is_gradient_, is_causal_;
  float scale_;
  std::shared_ptr<Gpu> gpu_;
  cudnnHandle_t handle_;
  CudnnPlan plan_;
};

Prepared prepare(const KernelQuery& query, bool is_gradient) {
  AttentionProblem problem;
  problem.is_gradient = is_gradient;
  if (std::string refusal = problem.read(query); !refusal.empty()) return Prepared::refuse(std::move(refusal));
  const std::shared_ptr<Gpu> gpu = current_gpu();
  std::string why_not;
  const cudnnHandle_t handle = cudnn_handle(*gpu, why_not);
  if (handle == nullptr) return Prepared::refuse(std::move(why_not));
  std::optional<CudnnPlan> plan;
  try {
    gpu->make_current();
    plan = CudnnPlan::make({handle}, AttentionGraph(problem, handle).graph(), EnginePolicy::for_dtype(problem.dtype));
  } catch (const BackendError& error) {
    return Prepared::refuse(error.what());
  }
  if (!plan) return Prepared::refuse("no engine of cuDNN takes it");
  Prepared prepared;
  prepared.workspace_bytes = plan->workspace_bytes();
  prepared.kernel = std::make_shared<AttentionKernel>(problem, gpu, handle, std::move(*plan));
  prepared.implementation = "cuDNN";
  return prepared;
}

}  // namespace

void register_cudnn_attention_kernels(runtime::KernelRegistry& registry) {
  registry.add_kernel({"cuda", "cudnn", "attention", [](const KernelQuery& query) { return prepare(query, false); }});
  registry.add_kernel(
      {"cuda", "cudnn", "attention_gradient", [](const KernelQuery& query) { return prepare(query, true); }});
}

}  // namespace kerascpp::cuda
