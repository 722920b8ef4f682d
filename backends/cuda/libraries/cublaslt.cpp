#include "backends/cuda/libraries/cublaslt.hpp"

#include <cuda.h>

namespace kerascpp::cuda {

CublasLt::CublasLt() : FunctionTable("cuBLASLt", {text_of("libcublasLt.so.", CUDA_VERSION / 1000), "libcublasLt.so"}) {}

std::string CublasLt::describe(int result) const {
  switch (static_cast<cublasStatus_t>(result)) {
    case CUBLAS_STATUS_NOT_INITIALIZED:
      return "not initialized";
    case CUBLAS_STATUS_ALLOC_FAILED:
      return "out of memory";
    case CUBLAS_STATUS_INVALID_VALUE:
      return "invalid value";
    case CUBLAS_STATUS_ARCH_MISMATCH:
      return "not for this GPU";
    case CUBLAS_STATUS_EXECUTION_FAILED:
      return "the computation failed";
    case CUBLAS_STATUS_NOT_SUPPORTED:
      return "not supported";
    default:
      return text_of("error ", result);
  }
}

CublasLt& cublaslt() {
  static CublasLt& table = []() -> CublasLt& {
    auto* const made = new CublasLt;
    made->load();
    return *made;
  }();
  return table;
}

}  // namespace kerascpp::cuda
