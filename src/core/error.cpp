#include <kerascpp/core/error.hpp>

#include <charconv>

#include "core/user_line.hpp"

namespace kerascpp {

UserLine& user_line() {
  thread_local UserLine line;
  return line;
}

Error::Error(std::string message) : text_(std::move(message)) {
  if (user_line().file != nullptr) add_context(text_of("at ", user_line().file, ":", user_line().line));
}

// The destructors live here so that each type_info has one home and catch works across shared libraries.
Error::~Error() = default;
ShapeError::~ShapeError() = default;
DTypeError::~DTypeError() = default;
ValueError::~ValueError() = default;
LookupError::~LookupError() = default;
BackendError::~BackendError() = default;
IoError::~IoError() = default;
FormatError::~FormatError() = default;

void Error::add_context(std::string_view line) {
  text_ += "\n  ";
  text_ += line;
}

namespace detail {
namespace {

template <class T>
void append_number(std::string& text, T value) {
  char buffer[32];
  const auto result = std::to_chars(buffer, buffer + sizeof(buffer), value);
  text.append(buffer, result.ptr);
}

}  // namespace

void append(std::string& text, double value) { append_number(text, value); }
void append(std::string& text, long long value) { append_number(text, value); }
void append(std::string& text, unsigned long long value) { append_number(text, value); }

}  // namespace detail
}  // namespace kerascpp
