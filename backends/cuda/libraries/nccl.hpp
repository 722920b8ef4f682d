#pragma once

#include "backends/cuda/libraries/function_table.hpp"

#if __has_include(<nccl.h>)
#include <nccl.h>

namespace kerascpp::cuda {

/// The library of exchange between GPUs, libnccl. Where its header is not there, the backend is built without it.
class KCPP_API Nccl final : public FunctionTable {
 public:
  Nccl() : FunctionTable("NCCL", {"libnccl.so.2", "libnccl.so"}) {}
  [[nodiscard]] std::string describe(int result) const override;

  Function<decltype(&::ncclCommInitAll)> comm_init_all{*this, "ncclCommInitAll"};
  Function<decltype(&::ncclGroupStart)> group_start{*this, "ncclGroupStart"};
  Function<decltype(&::ncclGroupEnd)> group_end{*this, "ncclGroupEnd"};
  Function<decltype(&::ncclAllReduce)> all_reduce{*this, "ncclAllReduce"};
};

/// The one library, looked for in the first call.
[[nodiscard]] KCPP_API Nccl& nccl();

}  // namespace kerascpp::cuda
#endif
