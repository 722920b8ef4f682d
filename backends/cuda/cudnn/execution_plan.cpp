#include "backends/cuda/cudnn/execution_plan.hpp"

#include <algorithm>
#include <mutex>

#include <kerascpp/core/configuration.hpp>

#include "backends/cuda/runtime/alignment.hpp"

namespace kerascpp::cuda {
namespace {

constexpr std::int64_t kMostCandidates = 64;

std::vector<CudnnDescriptor> candidates(const CudnnTarget& target, const CudnnDescriptor& graph,
                                        cudnnBackendHeurMode_t mode) {
  CudnnDescriptor heuristic(CUDNN_BACKEND_ENGINEHEUR_DESCRIPTOR);
  heuristic.set(CUDNN_ATTR_ENGINEHEUR_OPERATION_GRAPH, graph)
      .set_raw(CUDNN_ATTR_ENGINEHEUR_MODE, CUDNN_TYPE_HEUR_MODE, 1, &mode);
  if (target.device != nullptr) heuristic.set(CUDNN_ATTR_ENGINEHEUR_DEVICEPROP, *target.device);
  std::vector<CudnnDescriptor> found;
  if (!heuristic.try_finish()) return found;
  std::vector<cudnnBackendDescriptor_t> raw;
  for (std::int64_t i = 0; i < kMostCandidates; ++i) {
    found.emplace_back(CUDNN_BACKEND_ENGINECFG_DESCRIPTOR);
    raw.push_back(found.back().get());
  }
  std::int64_t count = 0;
  const cudnnStatus_t status =
      cudnn().get_attribute.attempt(heuristic.get(), CUDNN_ATTR_ENGINEHEUR_RESULTS, CUDNN_TYPE_BACKEND_DESCRIPTOR,
                                    kMostCandidates, &count, static_cast<void*>(raw.data()));
  found.resize(status == CUDNN_STATUS_SUCCESS ? static_cast<std::size_t>(count) : 0);
  return found;
}

bool allows(const EnginePolicy& policy, const CudnnDescriptor& configuration) {
  CudnnDescriptor engine(CUDNN_BACKEND_ENGINE_DESCRIPTOR);
  cudnnBackendDescriptor_t raw = engine.get();
  std::int64_t count = 0;
  if (cudnn().get_attribute.attempt(configuration.get(), CUDNN_ATTR_ENGINECFG_ENGINE, CUDNN_TYPE_BACKEND_DESCRIPTOR,
                                    std::int64_t{1}, &count, static_cast<void*>(&raw)) != CUDNN_STATUS_SUCCESS)
    return false;
  cudnnBackendNumericalNote_t notes[CUDNN_NUMERICAL_NOTE_TYPE_COUNT];
  if (cudnn().get_attribute.attempt(raw, CUDNN_ATTR_ENGINE_NUMERICAL_NOTE, CUDNN_TYPE_NUMERICAL_NOTE,
                                    std::int64_t{CUDNN_NUMERICAL_NOTE_TYPE_COUNT}, &count,
                                    static_cast<void*>(notes)) != CUDNN_STATUS_SUCCESS)
    return false;
  return std::none_of(notes, notes + count, [&](cudnnBackendNumericalNote_t note) {
    const bool rounds = note == CUDNN_NUMERICAL_NOTE_DOWN_CONVERT_INPUTS ||
                        note == CUDNN_NUMERICAL_NOTE_REDUCED_PRECISION_REDUCTION ||
                        note == CUDNN_NUMERICAL_NOTE_WINOGRAD_TILE_13x13;
    return note == CUDNN_NUMERICAL_NOTE_NONDETERMINISTIC || (rounds && !policy.sixteen_bits) ||
           (note == CUDNN_NUMERICAL_NOTE_TENSOR_CORE && !policy.tensor_cores);
  });
}

}  // namespace

EnginePolicy EnginePolicy::for_dtype(DType dtype) {
  return {dtype != DType::Float32 || config::get("tf32") == "true", itemsize(dtype) == 2};
}

cudnnHandle_t cudnn_handle(const Gpu& gpu, std::string& why_not) {
  if (!cudnn().available()) {
    why_not = cudnn().unavailable();
    return nullptr;
  }
  static std::mutex mutex;
  static auto* const handles = new std::vector<std::pair<const Gpu*, cudnnHandle_t>>;
  const std::lock_guard lock(mutex);
  for (const auto& [of, handle] : *handles)
    if (of == &gpu) return handle;
  cudnnHandle_t handle = nullptr;
  gpu.make_current();
  const cudnnStatus_t status = cudnn().create.attempt(&handle);
  if (status != CUDNN_STATUS_SUCCESS) {
    why_not = "cuDNN does not start: " + cudnn().describe(static_cast<int>(status));
    return nullptr;
  }
  handles->emplace_back(&gpu, handle);
  return handle;
}

std::optional<CudnnPlan> CudnnPlan::make(const CudnnTarget& target, const CudnnDescriptor& graph,
                                         const EnginePolicy& policy) {
  for (const cudnnBackendHeurMode_t mode : {CUDNN_HEUR_MODE_A, CUDNN_HEUR_MODE_FALLBACK})
    for (const CudnnDescriptor& configuration : candidates(target, graph, mode)) {
      if (!allows(policy, configuration)) continue;
      CudnnPlan plan;
      plan.plan_ = CudnnDescriptor(CUDNN_BACKEND_EXECUTION_PLAN_DESCRIPTOR);
      plan.plan_.set(CUDNN_ATTR_EXECUTION_PLAN_ENGINE_CONFIG, configuration);
      if (target.device != nullptr)
        plan.plan_.set(CUDNN_ATTR_EXECUTION_PLAN_DEVICEPROP, *target.device);
      else
        plan.plan_.set_raw(CUDNN_ATTR_EXECUTION_PLAN_HANDLE, CUDNN_TYPE_HANDLE, 1, &target.handle);
      if (!plan.plan_.try_finish()) continue;
      std::int64_t bytes = 0, count = 0;
      cudnn().get_attribute(plan.plan_.get(), CUDNN_ATTR_EXECUTION_PLAN_WORKSPACE_SIZE, CUDNN_TYPE_INT64,
                            std::int64_t{1}, &count, static_cast<void*>(&bytes));
      plan.workspace_bytes_ = bytes == 0 ? 0 : static_cast<std::size_t>(bytes) + kWorkspaceAlignment;
      return plan;
    }
  return std::nullopt;
}

void CudnnPlan::run(cudnnHandle_t handle, Stream& stream, const std::vector<std::int64_t>& ids,
                    const std::vector<const void*>& pointers, void* workspace) const {
  driver().ctx_set_current(stream.context());
  void* const from = aligned_workspace(workspace);
  CudnnDescriptor pack(CUDNN_BACKEND_VARIANT_PACK_DESCRIPTOR);
  pack.set(CUDNN_ATTR_VARIANT_PACK_UNIQUE_IDS, ids)
      .set_raw(CUDNN_ATTR_VARIANT_PACK_DATA_POINTERS, CUDNN_TYPE_VOID_PTR, static_cast<std::int64_t>(pointers.size()),
               pointers.data())
      .set_raw(CUDNN_ATTR_VARIANT_PACK_WORKSPACE, CUDNN_TYPE_VOID_PTR, 1, &from)
      .finish();
  static std::mutex mutex;  // a handle is for one thread at a time, and remembers its stream
  const std::lock_guard lock(mutex);
  cudnn().set_stream(handle, reinterpret_cast<cudaStream_t>(stream.handle()));
  cudnn().execute(handle, plan_.get(), pack.get());
}

}  // namespace kerascpp::cuda
