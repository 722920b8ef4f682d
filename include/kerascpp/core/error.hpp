#pragma once

#include <concepts>
#include <exception>
#include <string>
#include <string_view>
#include <utility>

#include <kerascpp/core/export.hpp>

namespace kerascpp {

/// Base of every exception thrown by kerascpp.
///
/// `what()` is the message, the line of the user's program where it is known, and the context lines added on the way
/// out, such as `while calling layer "conv2d_1" (Conv2D) on input (None, 28, 28, 1)`.
class KCPP_API Error : public std::exception {
 public:
  explicit Error(std::string message);
  ~Error() override;

  [[nodiscard]] const char* what() const noexcept override { return text_.c_str(); }

  /// Adds one line that tells where the error passed through.
  void add_context(std::string_view line);

 private:
  std::string text_;
};

/// A shape does not fit the operation, layer or file.
class KCPP_API ShapeError : public Error {
 public:
  using Error::Error;
  ~ShapeError() override;
};

/// A dtype is not accepted by the operation or layer.
class KCPP_API DTypeError : public Error {
 public:
  using Error::Error;
  ~DTypeError() override;
};

/// An argument has a value outside its range.
class KCPP_API ValueError : public Error {
 public:
  using Error::Error;
  ~ValueError() override;
};

/// A name (layer, op, loss, metric, key, ...) is not known.
class KCPP_API LookupError : public Error {
 public:
  using Error::Error;
  ~LookupError() override;
};

/// A backend has no kernel for what was asked, or its library failed.
class KCPP_API BackendError : public Error {
 public:
  using Error::Error;
  ~BackendError() override;
};

/// Reading or writing a file failed.
class KCPP_API IoError : public Error {
 public:
  using Error::Error;
  ~IoError() override;
};

/// A file is damaged, truncated or not of the format it claims.
class KCPP_API FormatError : public Error {
 public:
  using Error::Error;
  ~FormatError() override;
};

namespace detail {

KCPP_API void append(std::string& text, double value);
KCPP_API void append(std::string& text, long long value);
KCPP_API void append(std::string& text, unsigned long long value);
inline void append(std::string& text, float value) { append(text, static_cast<double>(value)); }
inline void append(std::string& text, long value) { append(text, static_cast<long long>(value)); }
inline void append(std::string& text, int value) { append(text, static_cast<long long>(value)); }
inline void append(std::string& text, unsigned long value) { append(text, static_cast<unsigned long long>(value)); }
inline void append(std::string& text, unsigned int value) { append(text, static_cast<unsigned long long>(value)); }
inline void append(std::string& text, bool value) { text += value ? "true" : "false"; }
inline void append(std::string& text, char value) { text += value; }
inline void append(std::string& text, std::string_view value) { text += value; }
inline void append(std::string& text, const char* value) { text += value; }
inline void append(std::string& text, const std::string& value) { text += value; }
template <class T>
requires requires(const T& value) {
  { to_string(value) } -> std::convertible_to<std::string>;
}
void append(std::string& text, const T& value) { text += to_string(value); }

}  // namespace detail

/// Concatenates strings, numbers and everything that has a `to_string`.
template <class... Parts>
[[nodiscard]] std::string text_of(const Parts&... parts) {
  std::string text;
  (detail::append(text, parts), ...);
  return text;
}

}  // namespace kerascpp

/// Throws `Kind` with the concatenation of the remaining arguments unless `condition` holds.
/// The text is built only on failure.
#define KCPP_CHECK(condition, Kind, ...)            \
  do {                                              \
    if (!(condition)) [[unlikely]]                  \
      throw Kind(::kerascpp::text_of(__VA_ARGS__)); \
  } while (false)

/// Marks a place that no input can reach.
#define KCPP_UNREACHABLE() throw ::kerascpp::Error(::kerascpp::text_of("unreachable code at ", __FILE__, ":", __LINE__))
