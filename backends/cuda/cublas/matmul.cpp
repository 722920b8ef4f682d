#include <algorithm>
#include <mutex>
#include <string_view>

#include <kerascpp/core/configuration.hpp>
#include <kerascpp/core/error.hpp>

#include "backends/cuda/cublas/matmul_problem.hpp"
#include "backends/cuda/families.hpp"
#include "backends/cuda/kernels/epilogue.hpp"
#include "backends/cuda/libraries/cublaslt.hpp"
#include "backends/cuda/runtime/alignment.hpp"
#include "backends/cuda/runtime/device.hpp"

/// Products of matrices by cuBLASLt, with bias, residual and relu in its epilogue. The algorithm is the first that its
/// heuristic names for the shapes.
namespace kerascpp::cuda {
namespace {

using runtime::KernelArguments;
using runtime::KernelQuery;
using runtime::Prepared;

constexpr std::size_t kWorkspace = std::size_t{32} << 20;

/// The handle of a GPU; null where cuBLASLt does not start, with the reason.
cublasLtHandle_t handle_for(const Gpu& gpu, std::string& why_not) {
  if (!cublaslt().available()) {
    why_not = cublaslt().unavailable();
    return nullptr;
  }
  static std::mutex mutex;
  static auto* const handles = new std::vector<std::pair<const Gpu*, cublasLtHandle_t>>;
  const std::lock_guard lock(mutex);
  for (const auto& [of, handle] : *handles)
    if (of == &gpu) return handle;
  cublasLtHandle_t handle = nullptr;
  gpu.make_current();
  const cublasStatus_t status = cublaslt().create.attempt(&handle);
  if (status != CUBLAS_STATUS_SUCCESS) {
    why_not = "cuBLASLt does not start: " + cublaslt().describe(static_cast<int>(status));
    return nullptr;
  }
  handles->emplace_back(&gpu, handle);
  return handle;
}

cudaDataType_t data_type(DType dtype) {
  return dtype == DType::Float64    ? CUDA_R_64F
         : dtype == DType::Float16  ? CUDA_R_16F
         : dtype == DType::BFloat16 ? CUDA_R_16BF
                                    : CUDA_R_32F;
}

/// A matrix as cuBLASLt sees one: by columns.
class MatrixLayout {
 public:
  MatrixLayout(DType dtype, std::int64_t rows, std::int64_t columns, std::int64_t batch, std::int64_t stride) {
    cublaslt().matrix_layout_create(&layout_, data_type(dtype), static_cast<std::uint64_t>(rows),
                                    static_cast<std::uint64_t>(columns), rows);
    const auto count = static_cast<std::int32_t>(batch);
    set(CUBLASLT_MATRIX_LAYOUT_BATCH_COUNT, count);
    set(CUBLASLT_MATRIX_LAYOUT_STRIDED_BATCH_OFFSET, stride);
  }
  ~MatrixLayout() { (void)cublaslt().matrix_layout_destroy.attempt(layout_); }
  MatrixLayout(const MatrixLayout&) = delete;
  MatrixLayout& operator=(const MatrixLayout&) = delete;
  [[nodiscard]] cublasLtMatrixLayout_t get() const { return layout_; }

 private:
  template <class T>
  void set(cublasLtMatrixLayoutAttribute_t which, const T& value) {
    cublaslt().matrix_layout_set_attribute(layout_, which, static_cast<const void*>(&value), sizeof value);
  }
  cublasLtMatrixLayout_t layout_ = nullptr;
};

// Row-major c (N, M) = a b is, by columns, c^T (M, N) = b^T a^T: b comes first, and neither is moved.
class MatmulKernel final : public runtime::Kernel {
 public:
  MatmulKernel(std::shared_ptr<Gpu> gpu, cublasLtHandle_t handle, const MatmulProblem& problem)
      : gpu_(std::move(gpu)),
        handle_(handle),
        problem_(problem),
        b_(problem.dtype, problem.transpose_b ? problem.K : problem.M, problem.transpose_b ? problem.M : problem.K,
           problem.batch, problem.b_stride),
        a_(problem.dtype, problem.transpose_a ? problem.N : problem.K, problem.transpose_a ? problem.K : problem.N,
           problem.batch, problem.a_stride),
        c_(problem.dtype, problem.M, problem.N, problem.batch, problem.N * problem.M) {
    const bool wide = problem.dtype == DType::Float64;
    const bool tf32 = problem.dtype == DType::Float32 && config::get("tf32") == "true";
    cublaslt().matmul_desc_create(&operation_,
                                  wide   ? CUBLAS_COMPUTE_64F
                                  : tf32 ? CUBLAS_COMPUTE_32F_FAST_TF32
                                         : CUBLAS_COMPUTE_32F,
                                  wide ? CUDA_R_64F : CUDA_R_32F);
    set(CUBLASLT_MATMUL_DESC_TRANSA, problem.transpose_b ? CUBLAS_OP_T : CUBLAS_OP_N);
    set(CUBLASLT_MATMUL_DESC_TRANSB, problem.transpose_a ? CUBLAS_OP_T : CUBLAS_OP_N);
    set(CUBLASLT_MATMUL_DESC_EPILOGUE, problem.bias && problem.relu ? CUBLASLT_EPILOGUE_RELU_BIAS
                                       : problem.bias               ? CUBLASLT_EPILOGUE_BIAS
                                       : problem.relu               ? CUBLASLT_EPILOGUE_RELU
                                                                    : CUBLASLT_EPILOGUE_DEFAULT);
    if (problem.bias) set(CUBLASLT_MATMUL_DESC_BIAS_DATA_TYPE, data_type(problem.dtype));
  }
  ~MatmulKernel() override { (void)cublaslt().matmul_desc_destroy.attempt(operation_); }

  /// Chooses the algorithm; false when there is none.
  bool choose() {
    gpu_->make_current();
    cublasLtMatmulPreference_t preference = nullptr;
    cublaslt().matmul_preference_create(&preference);
    cublaslt().matmul_preference_set_attribute(preference, CUBLASLT_MATMUL_PREF_MAX_WORKSPACE_BYTES,
                                               static_cast<const void*>(&kWorkspace), sizeof kWorkspace);
    for (const auto& [which, bytes] : {std::pair{CUBLASLT_MATMUL_PREF_MIN_ALIGNMENT_A_BYTES, problem_.b_alignment},
                                       {CUBLASLT_MATMUL_PREF_MIN_ALIGNMENT_B_BYTES, problem_.a_alignment},
                                       {CUBLASLT_MATMUL_PREF_MIN_ALIGNMENT_C_BYTES, problem_.c_alignment},
                                       {CUBLASLT_MATMUL_PREF_MIN_ALIGNMENT_D_BYTES, problem_.c_alignment}}) {
      const auto alignment = static_cast<std::uint32_t>(bytes);
      cublaslt().matmul_preference_set_attribute(preference, which, static_cast<const void*>(&alignment),
                                                 sizeof alignment);
    }
    int found = 0;
    const cublasStatus_t status = cublaslt().matmul_algo_get_heuristic.attempt(
        handle_, operation_, b_.get(), a_.get(), c_.get(), c_.get(), preference, 1, &algorithm_, &found);
    (void)cublaslt().matmul_preference_destroy.attempt(preference);
    return status == CUBLAS_STATUS_SUCCESS && found > 0 && algorithm_.state == CUBLAS_STATUS_SUCCESS;
  }
  [[nodiscard]] std::size_t workspace_bytes() const {
    return algorithm_.workspaceSize == 0 ? 0 : algorithm_.workspaceSize + kWorkspaceAlignment;
  }

  void run(const KernelArguments& arguments) const override {
    Stream& stream = stream_of(arguments.queue);
    driver().ctx_set_current(stream.context());
    const double wide_one = 1, wide_beta = problem_.add ? 1 : 0;
    const float one = 1, beta = problem_.add ? 1 : 0;
    const bool wide = problem_.dtype == DType::Float64;
    const void* const alpha_at = wide ? static_cast<const void*>(&wide_one) : &one;
    const void* const beta_at = wide ? static_cast<const void*>(&wide_beta) : &beta;
    const void* const residual = problem_.add ? arguments.inputs[problem_.add_input] : arguments.outputs[0];
    const std::lock_guard lock(mutex_);  // the address of the bias is set in the description
    if (problem_.bias) set(CUBLASLT_MATMUL_DESC_BIAS_POINTER, arguments.inputs[problem_.bias_input]);
    cublaslt().matmul(handle_, operation_, alpha_at, arguments.inputs[1], b_.get(), arguments.inputs[0], a_.get(),
                      beta_at, residual, c_.get(), arguments.outputs[0], c_.get(), &algorithm_.algo,
                      aligned_workspace(arguments.workspace), algorithm_.workspaceSize,
                      reinterpret_cast<cudaStream_t>(stream.handle()));
  }

 private:
  template <class T>
  void set(cublasLtMatmulDescAttributes_t which, const T& value) const {
    cublaslt().matmul_desc_set_attribute(operation_, which, static_cast<const void*>(&value), sizeof value);
  }

  std::shared_ptr<Gpu> gpu_;
  cublasLtHandle_t handle_;
  MatmulProblem problem_;
  MatrixLayout b_, a_, c_;
  cublasLtMatmulDesc_t operation_ = nullptr;
  cublasLtMatmulHeuristicResult_t algorithm_{};
  mutable std::mutex mutex_;
};

Prepared prepare_matmul(const KernelQuery& query) {
  MatmulProblem problem;
  if (std::string refusal = problem.read(query); !refusal.empty()) return Prepared::refuse(std::move(refusal));
  const std::shared_ptr<Gpu> gpu = current_gpu();
  std::string why_not;
  const cublasLtHandle_t handle = handle_for(*gpu, why_not);
  if (handle == nullptr) return Prepared::refuse(std::move(why_not));
  Prepared prepared;
  prepared.implementation = "cuBLASLt";
  MatmulProblem with_epilogue = problem;
  if (with_epilogue.read_epilogue(query).empty()) {
    const auto kernel = std::make_shared<MatmulKernel>(gpu, handle, with_epilogue);
    if (kernel->choose()) {
      prepared.workspace_bytes = kernel->workspace_bytes();
      prepared.kernel = kernel;
      return prepared;
    }
  }
  const auto kernel = std::make_shared<MatmulKernel>(gpu, handle, problem);
  if (!kernel->choose()) return Prepared::refuse("cuBLASLt has no algorithm for it");
  prepared.workspace_bytes = kernel->workspace_bytes();
  prepared.kernel = followed_by_epilogue(kernel, query);
  return prepared;
}

}  // namespace

void register_cublaslt_kernels(runtime::KernelRegistry& registry) {
  registry.add_kernel({"cuda", "cublaslt", "matmul", prepare_matmul});
}

}  // namespace kerascpp::cuda
