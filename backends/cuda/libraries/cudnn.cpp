#include "backends/cuda/libraries/cudnn.hpp"

namespace kerascpp::cuda {

Cudnn::Cudnn() : FunctionTable("cuDNN", {text_of("libcudnn.so.", CUDNN_MAJOR), "libcudnn.so"}) {}

std::string Cudnn::describe(int result) const {
  switch (static_cast<cudnnStatus_t>(result)) {
    case CUDNN_STATUS_NOT_INITIALIZED:
      return "not initialized";
    case CUDNN_STATUS_BAD_PARAM:
      return "bad parameter";
    case CUDNN_STATUS_NOT_SUPPORTED:
      return "not supported";
    case CUDNN_STATUS_ALLOC_FAILED:
      return "out of memory";
    case CUDNN_STATUS_EXECUTION_FAILED:
      return "the computation failed";
    default:
      return text_of("error ", result);
  }
}

Cudnn& cudnn() {
  static Cudnn& table = []() -> Cudnn& {
    auto* const made = new Cudnn;
    made->load();
    return *made;
  }();
  return table;
}

}  // namespace kerascpp::cuda
