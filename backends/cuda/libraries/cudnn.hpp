#pragma once

#include <cudnn.h>

#include "backends/cuda/libraries/function_table.hpp"

namespace kerascpp::cuda {

/// The library of deep learning, libcudnn: its graph interface.
class KCPP_API Cudnn final : public FunctionTable {
 public:
  Cudnn();
  [[nodiscard]] std::string describe(int result) const override;

  Function<decltype(&::cudnnCreate)> create{*this, "cudnnCreate"};
  Function<decltype(&::cudnnSetStream)> set_stream{*this, "cudnnSetStream"};
  Function<decltype(&::cudnnBackendCreateDescriptor)> create_descriptor{*this, "cudnnBackendCreateDescriptor"};
  Function<decltype(&::cudnnBackendDestroyDescriptor)> destroy_descriptor{*this, "cudnnBackendDestroyDescriptor"};
  Function<decltype(&::cudnnBackendFinalize)> finalize{*this, "cudnnBackendFinalize"};
  Function<decltype(&::cudnnBackendSetAttribute)> set_attribute{*this, "cudnnBackendSetAttribute"};
  Function<decltype(&::cudnnBackendGetAttribute)> get_attribute{*this, "cudnnBackendGetAttribute"};
  Function<decltype(&::cudnnBackendExecute)> execute{*this, "cudnnBackendExecute"};
};

/// The one library, looked for in the first call.
[[nodiscard]] KCPP_API Cudnn& cudnn();

}  // namespace kerascpp::cuda
