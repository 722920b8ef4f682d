#include "backends/cuda/libraries/nvrtc.hpp"

#include <cuda.h>

#include <iterator>

namespace kerascpp::cuda {

Nvrtc::Nvrtc()
    : FunctionTable("run-time compiler of CUDA", {text_of("libnvrtc.so.", CUDA_VERSION / 1000), "libnvrtc.so"}) {}

std::string Nvrtc::describe(int result) const {
  constexpr const char* kTexts[] = {
      "success",         "out of memory",  "the program could not be created", "invalid input",
      "invalid program", "invalid option", "the source does not compile"};
  constexpr int kCount = static_cast<int>(std::size(kTexts));
  return result >= 0 && result < kCount ? kTexts[result] : text_of("error ", result);
}

Nvrtc& nvrtc() {
  static Nvrtc& table = []() -> Nvrtc& {
    auto* const made = new Nvrtc;
    made->load();
    return *made;
  }();
  return table;
}

}  // namespace kerascpp::cuda
