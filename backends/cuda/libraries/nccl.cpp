#include "backends/cuda/libraries/nccl.hpp"

#if __has_include(<nccl.h>)
namespace kerascpp::cuda {

std::string Nccl::describe(int result) const {
  switch (static_cast<ncclResult_t>(result)) {
    case ncclUnhandledCudaError:
      return "a call of CUDA failed";
    case ncclSystemError:
      return "a call of the system failed";
    case ncclInternalError:
      return "an internal error";
    case ncclInvalidArgument:
      return "invalid argument";
    case ncclInvalidUsage:
      return "invalid usage";
    default:
      return text_of("error ", result);
  }
}

Nccl& nccl() {
  static Nccl& table = []() -> Nccl& {
    auto* const made = new Nccl;
    made->load();
    return *made;
  }();
  return table;
}

}  // namespace kerascpp::cuda
#endif
