#pragma once

#include <string>

#include <kerascpp/core/error.hpp>

namespace kerascpp::test {

/// The message of the error of this kind that `use` throws; another kind, or none, is told.
template <class Kind, class Use>
std::string message_of(Use use) {
  try {
    use();
  } catch (const Error& error) {
    if (dynamic_cast<const Kind*>(&error) != nullptr) return error.what();
    return std::string("an error of another kind: ") + error.what();
  }
  return "nothing was thrown";
}

}  // namespace kerascpp::test
