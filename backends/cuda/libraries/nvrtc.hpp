#pragma once

#include <nvrtc.h>

#include "backends/cuda/libraries/function_table.hpp"

namespace kerascpp::cuda {

/// The compiler that makes machine code of GPUs from CUDA C++ at run time, libnvrtc.
class KCPP_API Nvrtc final : public FunctionTable {
 public:
  Nvrtc();
  [[nodiscard]] std::string describe(int result) const override;

  Function<decltype(&::nvrtcVersion)> version{*this, "nvrtcVersion"};
  Function<decltype(&::nvrtcCreateProgram)> create_program{*this, "nvrtcCreateProgram"};
  Function<decltype(&::nvrtcCompileProgram)> compile_program{*this, "nvrtcCompileProgram"};
  Function<decltype(&::nvrtcGetCUBINSize)> get_cubin_size{*this, "nvrtcGetCUBINSize"};
  Function<decltype(&::nvrtcGetCUBIN)> get_cubin{*this, "nvrtcGetCUBIN"};
  Function<decltype(&::nvrtcGetProgramLogSize)> get_program_log_size{*this, "nvrtcGetProgramLogSize"};
  Function<decltype(&::nvrtcGetProgramLog)> get_program_log{*this, "nvrtcGetProgramLog"};
  Function<decltype(&::nvrtcDestroyProgram)> destroy_program{*this, "nvrtcDestroyProgram"};
};

/// The one compiler, looked for in the first call.
[[nodiscard]] KCPP_API Nvrtc& nvrtc();

}  // namespace kerascpp::cuda
