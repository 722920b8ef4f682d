#include <kerascpp/core/error.hpp>

#include "backends/cuda/codegen/kernel_builder.hpp"
#include "backends/cuda/codegen/places.hpp"
#include "backends/cuda/cudnn/convolution_problem.hpp"
#include "backends/cuda/cudnn/execution_plan.hpp"
#include "backends/cuda/families.hpp"
#include "backends/cuda/kernels/epilogue.hpp"

/// Convolutions by cuDNN, in three directions, with bias, residual and relu in the same engine.
namespace kerascpp::cuda {
namespace {

using runtime::KernelArguments;
using runtime::KernelQuery;
using runtime::Prepared;

std::size_t aligned(std::size_t bytes) { return (bytes + 255) / 256 * 256; }

/// A kernel that brings (K..., C, F) to (F, K..., C), or back.
Prepared prepare_filters(const Shape& kernel, DType dtype, bool back) {
  const std::int64_t F = kernel.back(), rest = kernel.size() / F;
  const std::string type(bytes_type(dtype));
  KernelBuilder builder;
  const std::string ours = text_of("int64(i) % ", rest, " * ", F, " + int64(i) / ", rest);
  builder.for_each(kernel.size(), {"const " + type + "* x", type + "* y"},
                   back ? "y[" + ours + "] = x[i];" : "y[i] = x[" + ours + "];", {input(0), output(0)});
  return builder.prepared("filters");
}

class ConvolutionKernel final : public runtime::Kernel {
 public:
  ConvolutionKernel(ConvolutionProblem problem, std::shared_ptr<Gpu> gpu, cudnnHandle_t handle, CudnnPlan plan,
                    Prepared filters, std::size_t filter_bytes)
      : problem_(std::move(problem)),
        gpu_(std::move(gpu)),
        handle_(handle),
        plan_(std::move(plan)),
        filters_(std::move(filters)),
        filter_bytes_(aligned(filter_bytes)) {}

  [[nodiscard]] std::size_t workspace_bytes() const { return filter_bytes_ + plan_.workspace_bytes(); }

  void run(const KernelArguments& arguments) const override {
    using enum ConvolutionDirection;
    void* const filters = arguments.workspace;
    void* const workspace = static_cast<char*>(arguments.workspace) + filter_bytes_;
    const auto move = [&](const void* from, void* to) { filters_.kernel->run({&from, &to, nullptr, arguments.queue}); };
    std::vector<std::int64_t> ids{ConvolutionProblem::kX, ConvolutionProblem::kW, ConvolutionProblem::kY};
    std::vector<const void*> pointers;
    if (problem_.direction != Kernel) move(arguments.inputs[1], filters);
    if (problem_.direction == Output)
      pointers = {arguments.inputs[0], filters, arguments.outputs[0]};
    else if (problem_.direction == Input)
      pointers = {arguments.outputs[0], filters, arguments.inputs[0]};
    else
      pointers = {arguments.inputs[1], filters, arguments.inputs[0]};
    if (problem_.bias) {
      ids.push_back(ConvolutionProblem::kBias);
      pointers.push_back(arguments.inputs[problem_.bias_input]);
    }
    if (problem_.add) {
      ids.push_back(ConvolutionProblem::kResidual);
      pointers.push_back(arguments.inputs[problem_.add_input]);
    }
    plan_.run(handle_, stream_of(arguments.queue), ids, pointers, workspace);
    if (problem_.direction == Kernel) move(filters, arguments.outputs[0]);
  }

 private:
  ConvolutionProblem problem_;
  std::shared_ptr<Gpu> gpu_;
  cudnnHandle_t handle_;
  CudnnPlan plan_;
  Prepared filters_;
  std::size_t filter_bytes_;
};

/// The plan of a problem; nothing, with the reason, where cuDNN has none.
std::optional<CudnnPlan> plan_for(const ConvolutionProblem& problem, cudnnHandle_t handle, std::string& why_not) {
  why_not = "no engine of cuDNN takes it";
  try {
    return CudnnPlan::make({handle}, ConvolutionGraph(problem, handle).graph(), EnginePolicy::for_dtype(problem.dtype));
  } catch (const BackendError& error) {
    why_not = error.what();
    return std::nullopt;
  }
}

Prepared prepare(const KernelQuery& query, ops::ConvolutionGeometry geometry, ConvolutionDirection direction) {
  ConvolutionProblem problem;
  problem.direction = direction;
  problem.geometry = std::move(geometry);
  if (std::string refusal = problem.read(query); !refusal.empty()) return Prepared::refuse(std::move(refusal));
  const std::shared_ptr<Gpu> gpu = current_gpu();
  std::string why_not;
  const cudnnHandle_t handle = cudnn_handle(*gpu, why_not);
  if (handle == nullptr) return Prepared::refuse(std::move(why_not));
  gpu->make_current();
  ConvolutionProblem with_epilogue = problem;
  std::optional<CudnnPlan> plan;
  if (with_epilogue.read_epilogue(query).empty()) plan = plan_for(with_epilogue, handle, why_not);
  const bool fused = plan.has_value();
  if (!fused) plan = plan_for(problem, handle, why_not);
  if (!plan) return Prepared::refuse(std::move(why_not));
  const TensorSpec& kernel = direction == ConvolutionDirection::Kernel ? query.outputs[0] : query.inputs[1];
  const auto made = std::make_shared<ConvolutionKernel>(
      fused ? with_epilogue : problem, gpu, handle, std::move(*plan),
      prepare_filters(kernel.shape, kernel.dtype, direction == ConvolutionDirection::Kernel),
      static_cast<std::size_t>(kernel.shape.size()) * itemsize(kernel.dtype));
  Prepared prepared;
  prepared.workspace_bytes = made->workspace_bytes();
  prepared.kernel = fused ? made : followed_by_epilogue(made, query);
  prepared.implementation = "cuDNN";
  return prepared;
}

}  // namespace

void register_cudnn_kernels(runtime::KernelRegistry& registry) {
  registry.add_kernel(
      {"cuda", "cudnn", "conv", [](const KernelQuery& query) {
         return prepare(query,
                        ops::resolve_padding("conv", query.attributes, query.inputs[0].shape, query.inputs[1].shape),
                        ConvolutionDirection::Output);
       }});
  registry.add_kernel({"cuda", "cudnn", "conv_input_gradient", [](const KernelQuery& query) {
                         return prepare(query,
                                        ops::resolve_padding("conv_input_gradient", query.attributes,
                                                             query.outputs[0].shape, query.inputs[1].shape),
                                        ConvolutionDirection::Input);
                       }});
  registry.add_kernel({"cuda", "cudnn", "conv_kernel_gradient", [](const KernelQuery& query) {
                         return prepare(query,
                                        ops::resolve_padding("conv_kernel_gradient", query.attributes,
                                                             query.inputs[1].shape, query.outputs[0].shape),
                                        ConvolutionDirection::Kernel);
                       }});
  registry.add_kernel({"cuda", "cudnn", "conv_transpose", [](const KernelQuery& query) {
                         return prepare(query,
                                        ops::resolve_transpose("conv_transpose", query.attributes,
                                                               query.inputs[0].shape, query.inputs[1].shape),
                                        ConvolutionDirection::Input);
                       }});
}

}  // namespace kerascpp::cuda
