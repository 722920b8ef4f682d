#include <kerascpp/utils/streams.hpp>

#include <kerascpp/core/error.hpp>

namespace kerascpp {

std::string to_string(const Variable& variable) {
  if (!variable.defined()) return "undefined variable";
  return text_of("Variable \"", variable.name(), "\" ", variable.dtype(), " ", variable.shape());
}

}  // namespace kerascpp
