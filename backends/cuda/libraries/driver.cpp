#include "backends/cuda/libraries/driver.hpp"

namespace kerascpp::cuda {

std::string Driver::describe(int result) const {
  const char *name = nullptr, *text = nullptr;
  const auto code = static_cast<CUresult>(result);
  if (get_error_name.attempt(code, &name) != CUDA_SUCCESS || name == nullptr) return text_of("error ", result);
  if (get_error_string.attempt(code, &text) != CUDA_SUCCESS || text == nullptr) return name;
  return text_of(name, ", ", text);
}

Driver& driver() {
  static Driver& table = []() -> Driver& {
    auto* const made = new Driver;  // outlives static tensors of users
    made->load();
    return *made;
  }();
  return table;
}

}  // namespace kerascpp::cuda
